import { expect, test } from 'vitest'
import { reasonClause, reasonText } from '../../src/lib/errors.ts'

const circular: Record<string, unknown> = {}
circular.self = circular

test.each([
  ['an error', new Error('it broke'), 'it broke'],
  ['an error that says nothing', new TypeError(''), 'TypeError'],
  ['an error that says nothing but has a cause', new Error('', { cause: new Error('why') }), 'why'],
  ['several errors', new AggregateError([new Error('one'), new Error('two')]), 'one; two'],
  ['text', 'plain', 'plain'],
  ['a number', 7, '7'],
  [
    'what the queue of jobs keeps of a run that died',
    { value: { message: 'job heartbeat timeout' } },
    'job heartbeat timeout',
  ],
  ['what it keeps of a line', { value: 'closed 3 sessions' }, 'closed 3 sessions'],
  ['an object with a message', { message: 'said', code: 3 }, 'said'],
  ['an object without one', { code: 3 }, '{"code":3}'],
  ['nothing', undefined, 'no reason was given'],
  ['null', null, 'no reason was given'],
  ['no text', '', 'no reason was given'],
])('of %s', (_, thrown, text) => expect(reasonText(thrown)).toBe(text))

test('a sentence that ends with a reason has one full stop', () => {
  expect(`It failed: ${reasonClause(new Error('The spool is closed.'))}.`).toBe('It failed: The spool is closed.')
  expect(`It failed: ${reasonClause('no answer')}.`).toBe('It failed: no answer.')
})

test.each([[{}], [[]], [circular], [{ message: {} }], [Object.create(null)], [Symbol('x')], [() => 1]])(
  'it is never "[object Object]" and never empty',
  (thrown) => {
    const text = reasonText(thrown)
    expect(text).not.toBe('')
    expect(text).not.toContain('[object')
  },
)

test('what is no message is bounded', () => {
  expect(reasonText({ long: 'x'.repeat(10_000) })).toHaveLength(500)
})
