import { expect, test } from 'vitest'
import { defaultRetryPlan, retryWaitMs, targetWaitMs } from '../../src/alerts/retry-plan.ts'
import { readRetryAfter } from '../../src/lib/retry-after.ts'

const middle = () => 0.5
const now = Date.UTC(2026, 10, 30)
const asked = (text: string) => readRetryAfter(text, undefined, now)
const year = 31_536_000

test('waits double up to an hour, and a delivery is tried for longer than a target may fail', () => {
  const waits = Array.from({ length: defaultRetryPlan.attempts - 1 }, (_, i) =>
    retryWaitMs(defaultRetryPlan, i + 1, undefined, middle),
  )
  expect(waits.slice(0, 3)).toEqual([5_000, 10_000, 20_000])
  expect(Math.max(...waits)).toBe(3_600_000)
  // So the target is paused first, and then nothing is given up.
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(defaultRetryPlan.pauseAfterMs)
})

test.each([
  ['a year in seconds', String(year), 3_600_000],
  ['a date in a year', new Date(now + year * 1_000).toUTCString(), 3_600_000],
  ['a date of before', new Date(now - year * 1_000).toUTCString(), 0],
  ['a negative number', '-5', undefined],
  ['more digits than a number has', '9'.repeat(400), 3_600_000],
])('a target that asks for %s waits for an hour at most', (_, text, ms) => {
  expect(asked(text)).toBe(ms)
  expect(targetWaitMs(defaultRetryPlan, 1, asked(text), middle)).toBe(ms ?? null)
})

test('a target that asks for no wait and fails on is spared like others', () => {
  expect(targetWaitMs(defaultRetryPlan, 2, 0, middle)).toBe(0)
  expect(targetWaitMs(defaultRetryPlan, 3, 0, middle)).toBe(5_000)
  expect(targetWaitMs(defaultRetryPlan, 3, 60_000, middle)).toBe(60_000)
  expect(targetWaitMs(defaultRetryPlan, 40, 0, middle)).toBe(300_000)
})
