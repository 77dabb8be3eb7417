import { describe, expect, test } from 'vitest'
import { completeWithin, deliveryCoverage } from '../../src/telemetry/series.ts'

const lost = [
  { from: 40, to: 50, mayReturn: true },
  { from: 45, to: 60, mayReturn: true },
  { from: 10, to: 20, mayReturn: false },
]

describe('a stretch is complete', () => {
  const within = (from: number, to: number) => completeWithin({ from, to }, { completeThrough: 100, lost })

  test('up to what is lost in it and may be repaired', () => {
    expect(within(0, 80)).toBe(40)
    expect(within(55, 80)).toBe(45)
    expect(within(49, 50)).toBe(40)
  })

  test('as far as all has arrived where nothing of it is lost, or nothing that may be repaired', () => {
    expect(within(60, 80)).toBe(100)
    expect(within(0, 40)).toBe(100)
    expect(completeWithin({ from: 0, to: 80 }, { completeThrough: 30, lost })).toBe(30)
  })
})

test('time of which deliveries are lost is not covered, whether they may be repaired or not', () => {
  const elapsed = { from: 0, to: 100, now: 1_000, completeThrough: 1_000, lost }
  const found = { firstAt: 0, lastAt: 99 }
  expect(deliveryCoverage(elapsed, new Date(0), found)).toBe(0.7)
  // Asked for since 45: what was lost before was never to come.
  expect(deliveryCoverage(elapsed, new Date(45), { firstAt: 45, lastAt: 99 })).toBe(0.4)
  expect(deliveryCoverage({ ...elapsed, lost: [] }, new Date(0), found)).toBe(1)
})
