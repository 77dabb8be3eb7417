import { expect, test } from 'vitest'
import { dateIn, endOfDay } from './expiry.ts'

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

test('what is no date has no end', () => {
  expect(endOfDay('', 'UTC')).toBeNull()
  expect(endOfDay('2026-13-01', 'UTC')).toBeNull()
  expect(endOfDay('soon', 'UTC')).toBeNull()
})

test('the date of an instant is that of the zone', () => {
  const at = Date.parse('2026-11-30T23:30:00Z')
  expect(dateIn(at, 'UTC')).toBe('2026-11-30')
  expect(dateIn(at, 'Europe/Berlin')).toBe('2026-12-01')
})
