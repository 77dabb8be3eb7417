import { expect, test } from 'vitest'
import { isQuiet, type QuietHours } from '../../src/alerts/quiet-hours.ts'

const hours = (from: string, until: string, timezone: string, days: number[] = []): QuietHours => {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
  return { timezone, from: minutes(from), until: minutes(until), days }
}

const quietAt = (quiet: QuietHours, instant: string): boolean => isQuiet(quiet, Date.parse(instant))

test('the hours are those of the clock on the wall, in summer and in winter', () => {
  const night = hours('22:00', '07:00', 'Europe/Berlin')
  expect(quietAt(night, '2026-01-10T20:59:59Z')).toBe(false)
  expect(quietAt(night, '2026-01-10T21:00:00Z')).toBe(true)
  expect(quietAt(night, '2026-01-11T05:59:59Z')).toBe(true)
  expect(quietAt(night, '2026-01-11T06:00:00Z')).toBe(false)
  expect(quietAt(night, '2026-07-10T19:59:59Z')).toBe(false)
  expect(quietAt(night, '2026-07-10T20:00:00Z')).toBe(true)
  expect(quietAt(night, '2026-07-11T05:00:00Z')).toBe(false)
})

test('an hour that the clock leaves out is not quiet, and one that comes twice is quiet twice', () => {
  const early = hours('02:15', '02:45', 'Europe/Berlin')
  // On 29 March 2026 the clock goes from 02:00 to 03:00.
  expect(quietAt(early, '2026-03-29T00:59:59Z')).toBe(false)
  expect(quietAt(early, '2026-03-29T01:00:00Z')).toBe(false)
  expect(quietAt(early, '2026-03-29T01:30:00Z')).toBe(false)
  // On 25 October 2026 it goes from 03:00 back to 02:00.
  expect(quietAt(early, '2026-10-25T00:30:00Z')).toBe(true)
  expect(quietAt(early, '2026-10-25T01:30:00Z')).toBe(true)
  expect(quietAt(early, '2026-10-25T01:50:00Z')).toBe(false)
})

test('a night belongs to the day on which it begins', () => {
  // 2026-06-12 is a Friday.
  const weekend = hours('23:00', '09:00', 'UTC', [5, 6])
  expect(quietAt(weekend, '2026-06-11T23:30:00Z')).toBe(false)
  expect(quietAt(weekend, '2026-06-12T08:00:00Z')).toBe(false)
  expect(quietAt(weekend, '2026-06-12T23:30:00Z')).toBe(true)
  expect(quietAt(weekend, '2026-06-13T08:00:00Z')).toBe(true)
  expect(quietAt(weekend, '2026-06-14T08:59:00Z')).toBe(true)
  expect(quietAt(weekend, '2026-06-14T23:30:00Z')).toBe(false)
})

test('zones with odd offsets, and any order of questions', () => {
  const quiet = hours('00:00', '00:30', 'Asia/Kathmandu')
  expect(quietAt(quiet, '2026-06-12T18:15:00Z')).toBe(true)
  expect(quietAt(quiet, '2026-06-12T18:14:59Z')).toBe(false)
  expect(quietAt(quiet, '2020-06-12T18:20:00Z')).toBe(true)
  expect(quietAt(quiet, '2026-06-12T18:45:00Z')).toBe(false)
  expect(quietAt(hours('10:00', '10:00', 'UTC'), '2026-06-12T03:00:00Z')).toBe(true)
})
