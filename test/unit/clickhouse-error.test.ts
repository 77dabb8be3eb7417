import { expect, test } from 'vitest'
import { failureOf, toClickHouseError } from '../../src/stores/clickhouse/clickhouse-error.ts'

test.each([
  ['CANNOT_PARSE_INPUT_ASSERTION_FAILED', 27, 'rows', false],
  ['TYPE_MISMATCH', 53, 'rows', false],
  ['CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN', 349, 'rows', false],
  ['TIMEOUT_EXCEEDED', 159, 'limit', true],
  ['MEMORY_LIMIT_EXCEEDED', 241, 'limit', true],
  ['TOO_MANY_PARTS', 252, 'unavailable', true],
  ['NOT_ENOUGH_SPACE', 243, 'unavailable', true],
  ['UNKNOWN_TABLE', 60, 'statement', true],
  ['NO_SUCH_COLUMN_IN_TABLE', 16, 'statement', true],
  ['a number nobody has seen', 99_999, 'statement', true],
] as const)('%s (%i) is a failure of %s', (_, clickhouseCode, failure, retriable) => {
  const error = toClickHouseError(Object.assign(new Error('no'), { clickhouseCode }))
  expect(error).toMatchObject({ failure, code: clickhouseCode, retriable })
  expect(failureOf(clickhouseCode)).toBe(failure)
})

test('an error without an engine number means that no answer came', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  expect(toClickHouseError(refused)).toMatchObject({
    failure: 'unavailable',
    code: null,
    retriable: true,
    cause: refused,
  })
})

test('the number of an error that came over HTTP is decimal text', () => {
  expect(toClickHouseError(Object.assign(new Error('no'), { code: '241' }))).toMatchObject({
    failure: 'limit',
    code: 241,
  })
})
