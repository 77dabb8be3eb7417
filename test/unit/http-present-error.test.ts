import { type FieldNode, GraphQLError, parse, visit } from 'graphql'
import { describe, expect, test } from 'vitest'
import { presentError } from '../../src/http/present-error.ts'
import { ApiError, unavailable } from '../../src/lib/errors.ts'
import { type Log, silentLog } from '../../src/lib/log.ts'

const fields: FieldNode[] = []
visit(parse('{ a }'), { Field: (node) => void fields.push(node) })
/** As the executor reports what a resolver threw. */
const thrown = (originalError: Error) =>
  new GraphQLError(originalError.message, { nodes: fields, path: ['a'], originalError })

const shown = (error: unknown, log: Log = silentLog) => {
  const { message, extensions, path } = presentError(error, 'the-request', log)
  return { message, extensions, path }
}

test('an expected failure is shown with its code and its place', () => {
  const error = new ApiError('BUCKET_LIMIT_EXCEEDED', 'Too many.', { maximum: 500 })
  expect(shown(thrown(error))).toEqual({
    message: 'Too many.',
    extensions: { code: 'BUCKET_LIMIT_EXCEEDED', maximum: 500 },
    path: ['a'],
  })
  expect(shown(error).path).toBeUndefined()
})

describe('a database that does not answer is UNAVAILABLE, however the news arrives', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' })
  test.each([
    ['from our pool', unavailable('The database does not answer now.', refused)],
    ['from the driver', refused],
    ['as a cause', new Error('outer', { cause: refused })],
    ['from Prisma', Object.assign(new Error('can not reach 10.0.0.1'), { code: 'P1001' })],
    [
      'from a Prisma adapter',
      Object.assign(new Error('x'), { code: 'P2010', meta: { driverAdapterError: { cause: refused } } }),
    ],
  ])('%s', (_, error) => {
    expect(shown(thrown(error))).toMatchObject({
      message: 'The database does not answer now.',
      extensions: { code: 'UNAVAILABLE' },
    })
  })
})

test('anything unexpected is masked, and logged with the request id of the answer', () => {
  const lines: { fields: object; message: string }[] = []
  const log: Log = { ...silentLog, error: (fields, message) => lines.push({ fields, message }) }
  const bug = new TypeError('SELECT secret FROM host.internal failed')
  expect(shown(thrown(bug), log)).toEqual({
    message: 'Something went wrong on the server.',
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'the-request' },
    path: ['a'],
  })
  expect(lines).toEqual([
    { fields: { err: bug, requestId: 'the-request', path: 'a' }, message: 'an operation failed unexpectedly' },
  ])
})

test('a value that a type does not allow is a bug of the server and masked', () => {
  expect(
    shown(
      new GraphQLError('Int cannot represent non 32-bit signed integer value: 3000000000', {
        nodes: fields,
        path: ['a'],
      }),
    ).extensions.code,
  ).toBe('INTERNAL_SERVER_ERROR')
})

test('suggestions are cut off', () => {
  expect(
    shown(
      new GraphQLError('Cannot query field "helo". Did you mean "hello" or "help"?', {
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      }),
    ).message,
  ).toBe('Cannot query field "helo".')
})

test('a code that is none of ours is BAD_USER_INPUT', () => {
  const foreign = new GraphQLError('The request is wrong.', { extensions: { code: 'SOMETHING_ELSE' } })
  expect(shown(foreign)).toMatchObject({ message: 'The request is wrong.', extensions: { code: 'BAD_USER_INPUT' } })
})

test('presenting twice changes nothing and logs once', () => {
  let lines = 0
  const log: Log = { ...silentLog, error: () => lines++ }
  const once = presentError(thrown(new Error('bug')), 'first', log)
  expect(presentError(once, 'second', log)).toBe(once)
  expect(lines).toBe(1)
})
