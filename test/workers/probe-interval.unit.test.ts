import { expect, test } from 'vitest'
import { nextIntervalSeconds, retryIntervalSeconds } from '../../src/workers/probe-interval.ts'

const hour = 3_600_000
const next = (input: Partial<Parameters<typeof nextIntervalSeconds>[0]>) =>
  nextIntervalSeconds({ live: false, missing: false, offlineForMs: null, pollIntervalSeconds: 60, ...input })

test('a live channel is probed at the poll interval, whatever it was before', () => {
  expect(next({ live: true, offlineForMs: 100 * hour })).toBe(60)
})

test('a channel that just went missing is looked at again within the time that closes its session', () => {
  expect(next({ missing: true })).toBe(30)
})

test('an offline channel is probed less often the longer it is off, and never less than every five intervals', () => {
  const hours = [0, 0.9, 1, 5.9, 6, 23.9, 24, 10_000]
  const intervals = hours.map((h) => next({ offlineForMs: h * hour }))
  expect(intervals).toEqual([60, 60, 120, 120, 180, 180, 300, 300])
})

test('no interval is shorter than a second', () => {
  expect(next({ missing: true, pollIntervalSeconds: 1 })).toBe(1)
  expect(retryIntervalSeconds(0, 1)).toBe(1)
})

test('calls without an answer are repeated at doubling intervals up to five of the usual ones', () => {
  expect([0, 1, 2, 3, 4, 5, 60].map((failures) => retryIntervalSeconds(failures, 60))).toEqual([
    15, 30, 60, 120, 240, 300, 300,
  ])
})
