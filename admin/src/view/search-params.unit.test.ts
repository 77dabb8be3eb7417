import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choiceOf, parseSearch, stringifySearch, textOf, textsOf } from './search-params.ts'

test('what is written is read again, whatever is in it', () => {
  const value = fc.string({ minLength: 1 })
  const params = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(value, fc.array(value, { minLength: 2 })), {
    noNullPrototype: true,
  })
  fc.assert(
    fc.property(params, (given) => {
      const wellFormed = JSON.parse(JSON.stringify(given).toWellFormed()) as typeof given
      expect(parseSearch(stringifySearch(wellFormed))).toEqual(wellFormed)
    }),
  )
})

test('links stay readable', () => {
  expect(
    stringifySearch({ from: 'now-1d/d', to: '2026-03-12T17:00Z', c: ['kick/a', 'kick/b'], q: '', zone: undefined }),
  ).toBe('?from=now-1d/d&to=2026-03-12T17:00Z&c=kick/a&c=kick/b')
  expect(stringifySearch({})).toBe('')
})

test('a parameter has one text, several, or one of the allowed', () => {
  expect([textOf('a'), textOf(['a', 'b']), textOf(''), textOf(undefined)]).toEqual(['a', 'b', undefined, undefined])
  expect([textsOf('a'), textsOf(['a', '']), textsOf(undefined)]).toEqual([['a'], ['a'], []])
  expect([choiceOf('x', ['x', 'y']), choiceOf('z', ['x', 'y'])]).toEqual(['x', undefined])
})
