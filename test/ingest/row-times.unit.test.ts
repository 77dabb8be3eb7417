import { expect, test } from 'vitest'
import type { Backlog } from '../../src/ingest/batch-limits.ts'
import { createRowTimes } from '../../src/ingest/row-times.ts'

const backlog = (first: number, next: number, oldestAt: number | null): Backlog =>
  ({ first, next, bytes: 1, oldestAt, newestAt: oldestAt, cut: false }) as Backlog
const empty = new Map<string, Backlog>()

test('what is announced is from a second or two before its announcement, until it is disposed', () => {
  const times = createRowTimes(empty)
  const first = times.announce('a', 10_700)
  const second = times.announce('a', 12_300)
  times.announce('b', 1_000)
  expect(times.announcedSince('a')).toBe(9_000)
  first[Symbol.dispose]()
  expect(times.announcedSince('a')).toBe(11_000)
  second[Symbol.dispose]()
  expect(times.announcedSince('a')).toBe(Number.POSITIVE_INFINITY)
})

test('rows that wait are from when they were asked for, until those very rows are settled', () => {
  const times = createRowTimes(empty)
  times.stored('a', 5, 10_000)
  times.stored('a', 9, 12_400)
  times.stored('a', 12, 12_900)
  expect(times.storedSince('a', backlog(0, 12, 13_000))).toBe(10_000)
  expect(times.storedSince('a', backlog(4, 12, 13_000))).toBe(10_000)
  expect(times.storedSince('a', backlog(5, 12, 13_000))).toBe(12_000)
  expect(times.storedSince('a', backlog(12, 12, null))).toBe(Number.POSITIVE_INFINITY)
  times.stored('a', 13, 15_000)
  expect(times.storedSince('a', backlog(12, 13, 15_100))).toBe(15_000)
})

test('of rows that come later and are from earlier nothing is promised that does not hold', () => {
  const times = createRowTimes(empty)
  times.stored('a', 5, 10_000)
  times.stored('a', 9, 7_000)
  expect(times.storedSince('a', backlog(2, 9, 11_000))).toBe(7_000)
  expect(times.storedSince('a', backlog(6, 9, 11_000))).toBe(7_000)
})

test('rows of an earlier process may have been asked for long before they were appended', () => {
  const times = createRowTimes(new Map([['a', backlog(3, 8, 500_000)]]))
  expect(times.storedSince('a', backlog(3, 8, 500_000))).toBe(380_000)
  times.stored('a', 9, 600_000)
  expect(times.storedSince('a', backlog(7, 9, 500_000))).toBe(380_000)
  expect(times.storedSince('a', backlog(8, 9, 600_000))).toBe(600_000)
})
