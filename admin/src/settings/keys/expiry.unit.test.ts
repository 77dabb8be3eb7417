import { expect, test } from 'vitest'
import { dateIn, lastDay, readExpiry } from './expiry.ts'

const endOfDay = (date: string, zone: string) => readExpiry(date, zone).expiresAt

test('a key is valid to the end of the day in the zone of the page', () => {
  expect(endOfDay('2026-11-30', 'UTC')).toBe('2026-12-01T00:00:00.000Z')
  expect(endOfDay('2026-11-30', 'Europe/Berlin')).toBe('2026-11-30T23:00:00.000Z')
  expect(endOfDay('2026-07-01', 'Europe/Berlin')).toBe('2026-07-01T22:00:00.000Z')
  expect(endOfDay('2026-11-30', 'America/Los_Angeles')).toBe('2026-12-01T08:00:00.000Z')
  expect(endOfDay('2026-11-30', 'Asia/Kolkata')).toBe('2026-11-30T18:30:00.000Z')
})

test('also around the change of the clock', () => {
  // The 29th of March has 23 hours in Berlin, the 25th of October 25.
  expect(endOfDay('2026-03-28', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
  expect(endOfDay('2026-03-29', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
  expect(endOfDay('2026-10-24', 'Europe/Berlin')).toBe('2026-10-24T22:00:00.000Z')
  expect(endOfDay('2026-10-25', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z')
})

test('without a date a key has no end', () => {
  expect(readExpiry('', 'UTC')).toEqual({ expiresAt: null, wrong: null })
})

test.for(['20261-11-30', '202611-11-30', '9999-12-31', '2026-13-01', 'soon', '+010000-01-01'])(
  'the date %s is refused, and is not as if there were none',
  (date) => {
    expect(readExpiry(date, 'UTC')).toEqual({ expiresAt: null, wrong: 'Give a date up to 9999-12-30, or none.' })
  },
)

test('the last day ends at an instant of four digits in every zone', () => {
  for (const zone of ['UTC', 'Etc/GMT+12', 'Pacific/Kiritimati'])
    expect(readExpiry(lastDay, zone)).toMatchObject({ expiresAt: expect.stringMatching(/^9999-12-3/), wrong: null })
})

test('the date of an instant is that of the zone', () => {
  const at = Date.parse('2026-11-30T23:30:00Z')
  expect(dateIn(at, 'UTC')).toBe('2026-11-30')
  expect(dateIn(at, 'Europe/Berlin')).toBe('2026-12-01')
})
