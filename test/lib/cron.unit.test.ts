import { expect, test } from 'vitest'
import { nextCronTime } from '../../src/lib/cron.ts'

const after = (cron: string, instant: string): string | null => {
  const next = nextCronTime(cron, Date.parse(instant))
  return next === null ? null : new Date(next).toISOString()
}

test.each([
  ['* * * * *', '2026-02-01T10:00:00Z', '2026-02-01T10:01:00.000Z'],
  ['* * * * *', '2026-02-01T10:00:59.999Z', '2026-02-01T10:01:00.000Z'],
  ['7 * * * *', '2026-02-01T10:07:00Z', '2026-02-01T11:07:00.000Z'],
  ['*/10 * * * *', '2026-02-01T10:51:00Z', '2026-02-01T11:00:00.000Z'],
  ['5-10/5 3 * * *', '2026-02-01T03:05:00Z', '2026-02-01T03:10:00.000Z'],
  ['0,30 23 * * *', '2026-02-28T23:30:00Z', '2026-03-01T23:00:00.000Z'],
  ['0 0 1 1 *', '2026-02-01T10:00:00Z', '2027-01-01T00:00:00.000Z'],
  ['0 0 29 2 *', '2026-02-01T10:00:00Z', '2028-02-29T00:00:00.000Z'],
  // A Sunday, and where both days are told either of them.
  ['0 12 * * 0', '2026-02-02T00:00:00Z', '2026-02-08T12:00:00.000Z'],
  ['0 12 4 * 0', '2026-02-02T00:00:00Z', '2026-02-04T12:00:00.000Z'],
  ['0 0 31 2 *', '2026-02-01T10:00:00Z', null],
])('%s after %s is %s', (cron, instant, next) => {
  expect(after(cron, instant)).toBe(next)
})
