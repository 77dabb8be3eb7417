import { expect, test } from 'vitest'
import { failureOf, toClickHouseError } from '../../../src/stores/clickhouse/clickhouse-error.ts'

test.each([
  ['CANNOT_PARSE_INPUT_ASSERTION_FAILED', 27, 'rows', false],
  ['TYPE_MISMATCH', 53, 'rows', false],
  ['CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN', 349, 'rows', false],
  ['TIMEOUT_EXCEEDED', 159, 'limit', true],
  ['MEMORY_LIMIT_EXCEEDED', 241, 'limit', true],
  ['TOO_MANY_PARTS', 252, 'unavailable', true],
  ['NOT_ENOUGH_SPACE', 243, 'unavailable', true],
  ['EPOLL_ERROR', 573, 'unavailable', true],
  ['CANNOT_CREATE_TIMER', 460, 'unavailable', true],
  ['CANNOT_PIPE', 298, 'unavailable', true],
  ['CANNOT_ALLOCATE_MEMORY', 173, 'unavailable', true],
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

test.each([
  ['a number nobody has seen', 99_999],
  ['a number that would blame the rows', 27],
])('what the operating system refused makes the engine unavailable, also under %s', (_, clickhouseCode) => {
  const message = `Code: ${clickhouseCode}. DB::ErrnoException: Cannot open it: , errno: 24, strerror: Too many open files.`
  expect(toClickHouseError(Object.assign(new Error(message), { clickhouseCode }))).toMatchObject({
    failure: 'unavailable',
    retriable: true,
  })
})

test.each([
  ['text', 'gone', 'gone'],
  ['an object', { message: 'gone' }, 'gone'],
  ['an object without a message', { why: 'gone' }, '{"why":"gone"}'],
])('%s that was thrown says what it holds', (_, thrown, message) => {
  expect(toClickHouseError(thrown).message).toBe(message)
})
