import { expect, test } from 'vitest'
import { committedIn } from '../../src/live/database-snapshot.ts'

test('a snapshot has what committed before it, and nothing that was under way or had not begun', () => {
  const isCommitted = committedIn('10:20:10,14,15')
  expect([9, 11, 13, 16, 19].map(isCommitted)).toEqual([true, true, true, true, true])
  expect([10, 14, 15, 20, 21].map(isCommitted)).toEqual([false, false, false, false, false])
  expect([6, 7, 8].map(committedIn('7:7:'))).toEqual([true, false, false])
})
