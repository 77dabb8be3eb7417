import { expect, test } from 'vitest'
import { pageDirection, pageOf } from '../../src/resolvers/page.ts'

test.each([
  [{}, { limit: 20, backward: false }],
  [{ first: 0 }, { limit: 0, backward: false }],
  [
    { first: 100, after: 'x' },
    { limit: 100, backward: false },
  ],
  [{ after: 'x' }, { limit: 20, backward: false }],
  [{ last: 5 }, { limit: 5, backward: true }],
  [
    { last: 5, before: 'x' },
    { limit: 5, backward: true },
  ],
  [{ before: 'x' }, { limit: 20, backward: true }],
  [
    { first: null, after: null, last: null, before: null },
    { limit: 20, backward: false },
  ],
])('%o asks for %o', (args, expected) => {
  expect(pageDirection(args)).toEqual(expected)
})

test.each([
  [{ first: -1 }, 'first must be from 0 to 100.'],
  [{ first: 101 }, 'first must be from 0 to 100.'],
  [{ last: -1 }, 'last must be from 0 to 100.'],
  [{ last: 1_000_001 }, 'last must be from 0 to 100.'],
  [{ first: 1, last: 1 }, 'Give first or last, not both.'],
  [{ after: 'x', before: 'y' }, 'Give after or before, not both.'],
  [{ first: 1, before: 'x' }, 'before goes with last, after goes with first.'],
  [{ last: 1, after: 'x' }, 'after goes with first, before goes with last.'],
])('%o is refused', (args, message) => {
  expect(() => pageDirection(args)).toThrow(message)
})

test('the row too many tells that there is a next page and is not shown', () => {
  const request = { limit: 2, backward: false, beyond: null }
  expect(pageOf([1, 2, 3], request)).toEqual({ rows: [1, 2], hasNextPage: true, hasPreviousPage: false })
  expect(pageOf([1, 2], request)).toEqual({ rows: [1, 2], hasNextPage: false, hasPreviousPage: false })
})

test('a page read from the end is shown in the order of the list', () => {
  const request = { limit: 2, backward: true, beyond: ['k', '1'] as const }
  expect(pageOf([9, 8, 7], request)).toEqual({ rows: [8, 9], hasNextPage: true, hasPreviousPage: true })
})
