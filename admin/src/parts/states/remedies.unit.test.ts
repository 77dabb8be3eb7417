import { expect, test } from 'vitest'
import { errorCodes, graphqlErrorCodes } from '../../../../src/lib/errors.ts'
import { remedyOf, titleOf, wordsOf } from './remedies.ts'

test('asking again is offered only where it can help', () => {
  const codes = ['OFFLINE', ...errorCodes, ...graphqlErrorCodes]
  expect(codes.filter((code) => remedyOf(code) === 'try again')).toEqual([
    'OFFLINE',
    'RATE_LIMITED',
    'UNAVAILABLE',
    'INTERNAL_SERVER_ERROR',
    'GRAPHQL_PARSE_FAILED',
  ])
})

test('a code that is not known is said in general', () => {
  expect(titleOf('SOMETHING_ELSE')).toBe('This did not work')
})

test('what the server says of an argument is for programs, and everything else is for people too', () => {
  const about = (code: string) => wordsOf({ code, message: 'filter.slugs must be short.' })
  expect(about('BAD_USER_INPUT')).toMatch(/^Something in it is too long/)
  expect(about('UNAVAILABLE')).toBe('filter.slugs must be short.')
})
