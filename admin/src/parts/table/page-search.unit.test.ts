import { expect, test } from 'vitest'
import { pageVariables, readPageSearch } from './page-search.ts'

test('the address has a page in one direction', () => {
  expect(readPageSearch({})).toEqual({})
  expect(readPageSearch({ after: 'a' })).toEqual({ after: 'a' })
  expect(readPageSearch({ after: 'a', before: 'b' })).toEqual({ before: 'b' })
})

test('a page before a cursor is asked from its end', () => {
  expect(pageVariables({}, 50)).toEqual({ first: 50 })
  expect(pageVariables({ after: 'a' }, 50)).toEqual({ first: 50, after: 'a' })
  expect(pageVariables({ before: 'b' }, 50)).toEqual({ last: 50, before: 'b' })
})
