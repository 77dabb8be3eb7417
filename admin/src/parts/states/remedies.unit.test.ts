import { expect, test } from 'vitest'
import { errorCodes, graphqlErrorCodes } from '../../../../src/lib/errors.ts'
import { remedyOf, titleOf } from './remedies.ts'

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
