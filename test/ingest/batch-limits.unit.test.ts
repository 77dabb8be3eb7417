import { expect, test } from 'vitest'
import { dueInMs } from '../../src/ingest/batch-limits.ts'

const limits = { maxRows: 10, maxBytes: 1_000, maxDelayMs: 500 }
const waiting = { first: 1, next: 4, bytes: 60, oldestAt: 10_000, newestAt: 10_000, cut: false }

test.each([
  ['nothing waits', { ...waiting, first: 4, bytes: 0, oldestAt: null }, null, Number.POSITIVE_INFINITY],
  ['rows have just arrived', waiting, 0, 500],
  ['the oldest row has waited for a while', waiting, 200, 300],
  ['the oldest row has waited long enough', waiting, 500, 0],
  ['rows fill a batch', { ...waiting, next: 11 }, 0, 0],
  ['bytes fill a batch', { ...waiting, bytes: 1_000 }, 0, 0],
  ['a batch was cut before', { ...waiting, cut: true }, 0, 0],
])('when %s, the table is due accordingly', (_, backlog, ageMs, expected) => {
  expect(dueInMs('one', backlog, ageMs, limits)).toBe(expected)
})

test('rows of a patient table wait longer for others', () => {
  const patient = { ...limits, patience: { slow: 4 } }
  expect(dueInMs('slow', waiting, 500, patient)).toBe(1_500)
  expect(dueInMs('one', waiting, 500, patient)).toBe(0)
})
