import { type FieldNode, GraphQLError, parse, visit } from 'graphql'
import { describe, expect, test } from 'vitest'
import { presentError, presentErrors } from '../../../src/http/graphql/present-error.ts'
import { errorLimits } from '../../../src/http/server/error-limits.ts'
import { ApiError, unavailable } from '../../../src/lib/errors.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'

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

describe('the errors of one answer', () => {
  const refused = (message: string) => thrown(new ApiError('NOT_FOUND', message))
  const many = (count: number, message = 'No.') => Array.from({ length: count }, () => refused(message))
  const told = (errors: readonly unknown[], log: Log = silentLog) => presentErrors(errors, 'the-request', log)

  test('are all told while they are few', () => {
    const errors = told(many(errorLimits.errors))
    expect(errors).toHaveLength(errorLimits.errors)
    expect(errors.at(-1)!.extensions).toEqual({ code: 'NOT_FOUND' })
  })

  test.each([
    [1, 'One more error is not told.'],
    [4_900, '4900 more errors are not told.'],
  ])('beyond their number are counted: %d', (more, message) => {
    const last = told(many(errorLimits.errors + more)).at(-1)!
    expect(last.toJSON()).toEqual({ message, extensions: { code: 'NOT_FOUND', leftOut: more } })
  })

  test('beyond their size are counted, and what is left out is not logged either', () => {
    let lines = 0
    const log: Log = { ...silentLog, error: () => lines++ }
    const long = many(60, '\u0001'.repeat(900))
    const errors = told([...long, ...Array.from({ length: 500 }, () => thrown(new Error('bug')))], log)
    expect(JSON.stringify(errors).length).toBeLessThan(65_536)
    expect(errors.at(-1)!.extensions.leftOut).toBe(560 - (errors.length - 1))
    expect(lines).toBe(0)
  })

  const inItem = (index: number, originalError: Error, field = 'b') =>
    new GraphQLError(originalError.message, { nodes: fields, path: ['a', index, field], originalError })

  test('of one field in many items of a list are one, with their number and the path of the first', () => {
    const forbidden = new ApiError('FORBIDDEN', 'No.', { requiredRole: 'ADMIN' })
    const errors = told([
      ...Array.from({ length: 5_000 }, (_, index) => inItem(index + 3, forbidden)),
      inItem(0, forbidden, 'c'),
      inItem(1, new ApiError('FORBIDDEN', 'Another reason.'), 'b'),
      thrown(forbidden),
      thrown(forbidden),
    ])
    expect(errors.map(({ message, path, extensions }) => [message, path, extensions.occurrences])).toEqual([
      ['No.', ['a', 3, 'b'], 5_000],
      ['No.', ['a', 0, 'c'], undefined],
      ['Another reason.', ['a', 1, 'b'], undefined],
      ['No.', ['a'], undefined],
      ['No.', ['a'], undefined],
    ])
    expect(errors[0]!.extensions).toEqual({ code: 'FORBIDDEN', requiredRole: 'ADMIN', occurrences: 5_000 })
  })

  test('that are masked are one in a list, whatever each said, and each kind is logged once', () => {
    const lines: unknown[] = []
    const log: Log = { ...silentLog, error: (fields) => lines.push((fields as { err: Error }).err.message) }
    const bugs = ['one', 'two', 'one', 'one'].map((text, index) => inItem(index, new Error(text)))
    expect(told(bugs, log).map(({ extensions }) => extensions)).toEqual([
      { code: 'INTERNAL_SERVER_ERROR', requestId: 'the-request', occurrences: 4 },
    ])
    expect(lines).toEqual(['one', 'two'])
  })

  test('say the same when they are presented twice', () => {
    const once = told([inItem(0, new ApiError('NOT_FOUND', 'No.')), inItem(1, new ApiError('NOT_FOUND', 'No.'))])
    expect(told(once)).toEqual(once)
  })

  test('that are left out are counted in all their items', () => {
    const errors = Array.from({ length: 101 * 7 }, (_, index) =>
      inItem(index, new ApiError('NOT_FOUND', `No ${index % 101}.`)),
    )
    expect(told(errors).at(-1)!.toJSON()).toMatchObject({
      message: '7 more errors are not told.',
      extensions: { leftOut: 7 },
    })
  })

  test('say their beginning and their end where they are long', () => {
    const [error] = told([refused(`Variable "$a" got ${'x'.repeat(100_000)}; it is too long.`)])
    expect(error!.message).toMatch(/^Variable "\$a" got x+ … x+; it is too long\.$/)
    expect(error!.message).toHaveLength(errorLimits.messageCharacters)
  })

  test('never end in half a character', () => {
    for (let before = 0; before < 2; before++) {
      const [error] = told([refused(`${'x'.repeat(before)}${'😀'.repeat(2_000)}`)])
      expect(error!.message.isWellFormed()).toBe(true)
    }
  })
})
