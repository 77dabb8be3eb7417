import { describe, expect, test, vi } from 'vitest'
import { createBacklogAges } from '../../src/ingest/backlog-ages.ts'
import { ageOf, createStepDetector } from '../../src/lib/clock.ts'
import { newUlid } from '../../src/lib/ids.ts'
import { createReceiptTime } from '../../src/webhooks/receipt-time.ts'

const hourMs = 3_600_000
const steps = [
  ['two hours back', -2 * hourMs],
  ['two hours ahead', 2 * hourMs],
  ['forty minutes back', -40 * 60_000],
] as const

const machine = () => {
  const time = { wall: 1_900_000_000_000, steady: 5_000 }
  const pass = (ms: number) => {
    time.wall += ms
    time.steady += ms
  }
  return { time, pass, clock: () => time.wall, steady: () => time.steady }
}

describe.each(steps)('a clock that is set %s', (_, stepMs) => {
  test('is found out once, and by how much; one that goes on is not', () => {
    const { time, pass, clock, steady } = machine()
    const detector = createStepDetector(clock, steady)
    pass(3 * hourMs)
    expect(detector.measure()).toBe(0)
    time.wall += stepMs
    pass(1_000)
    expect(detector.measure()).toBe(stepMs)
    pass(1_000)
    expect(detector.measure()).toBe(0)
  })

  test('makes nothing that waits older or younger', () => {
    const { time, pass, clock, steady } = machine()
    const waiting = createBacklogAges({ clock, steady })
    const row = { first: 1, next: 2, bytes: 4, oldestAt: clock(), newestAt: clock(), cut: false }
    waiting.note('a', row)
    pass(10_000)
    time.wall += stepMs
    expect(waiting.ageMs('a')).toBe(10_000)
    waiting.note('a', { ...row, next: 5 })
    pass(5_000)
    expect(waiting.ageMs('a')).toBe(15_000)
    // The next row came later, so it waits for no longer than the one before, whatever it carries.
    waiting.note('a', { ...row, first: 2, oldestAt: clock() - stepMs - 1 })
    expect(waiting.ageMs('a')).toBeLessThanOrEqual(15_000)
    expect(waiting.ageMs('a')).toBeGreaterThanOrEqual(0)
    waiting.note('a', { ...row, first: 5, next: 5, oldestAt: null })
    expect(waiting.ageMs('a')).toBeNull()
  })

  test('gives instants of receipt that are those of the clock, each later than the one before unless the clock went back', () => {
    const { time, pass, clock } = machine()
    const next = createReceiptTime(clock)
    const before = [next(), next(), next()]
    expect(new Set(before).size).toBe(3)
    time.wall += stepMs
    expect(next()).toBe(BigInt(time.wall) * 1_000n)
    expect(next()).toBe(BigInt(time.wall) * 1_000n + 1n)
    pass(1)
    expect(next()).toBe(BigInt(time.wall) * 1_000n)
  })
})

test.each(steps)('ids stay in the order in which they were made when the clock is set %s', (_, stepMs) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const before = Array.from({ length: 3 }, newUlid)
  vi.setSystemTime(Date.now() + stepMs)
  const ids = [...before, newUlid(), newUlid()]
  vi.useRealTimers()
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(5)
})

test('an instant that lies ahead counts as new', () => {
  expect(ageOf(7_200_000, 0)).toBe(0)
  expect(ageOf(1_000, 4_000)).toBe(3_000)
})
