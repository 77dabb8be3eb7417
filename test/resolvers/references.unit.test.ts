import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newUlid } from '../../src/lib/ids.ts'
import { parseChannelReference, parseSlug } from '../../src/resolvers/channel-reference.ts'
import { globalId, nodeTypes, parseGlobalId } from '../../src/resolvers/global-id.ts'

const keys = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })

test('a global id names the object it was made for, and nothing else does', () => {
  fc.assert(
    fc.property(fc.constantFrom(...nodeTypes), keys, (type, key) => {
      const id = globalId(type, key)
      expect(parseGlobalId(id)).toEqual({ type, key })
      for (const other of [`${id}=`, id.slice(1), `${id}A`, id.toLowerCase()]) {
        if (other !== id) expect(parseGlobalId(other)?.key).not.toBe(key)
      }
    }),
  )
})

test('any text is a global id or refused, never an exception', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(() => parseGlobalId(text)).not.toThrow()
    }),
  )
})

describe('a channel is named by', () => {
  test('its global id, its ULID or its number, without losing digits', () => {
    const ulid = newUlid()
    expect(parseChannelReference('id', globalId('Channel', 9_007_199_254_740_993n))).toEqual({
      id: 9_007_199_254_740_993n,
    })
    expect(parseChannelReference('id', '9007199254740993')).toEqual({ id: 9_007_199_254_740_993n })
    expect(parseChannelReference('id', '9223372036854775807')).toEqual({ id: 9_223_372_036_854_775_807n })
    expect(parseChannelReference('id', ulid)).toEqual({ externalId: ulid })
  })

  test.each([
    '-1',
    '0',
    '007',
    '1e3',
    '1.5',
    '9223372036854775808',
    '99999999999999999999',
    'abc',
    '',
    ' 1',
    '1 ',
    '0x10',
    '١',
    newUlid().toLowerCase(),
    `${newUlid()}0`,
    globalId('StreamSession', 1n),
    globalId('StatusEvent', 1n),
    'Q2hhbm5lbDow',
  ])('%s names none', (text) => {
    expect(() => parseChannelReference('id', text)).toThrow('id must be the id of a channel')
  })
})

describe('a slug', () => {
  test.each([
    [' Foo ', 'foo'],
    ['FOO', 'foo'],
    ['foo_bar', 'foo_bar'],
    ['foo-bar', 'foo-bar'],
    ['a', 'a'],
    ['x'.repeat(40), 'x'.repeat(40)],
  ])('%o is %s', (text, slug) => expect(parseSlug('slug', text)).toBe(slug))

  test.each([
    '',
    ' ',
    '../../etc',
    '..',
    'foo/bar',
    'foo%00',
    'foo\0',
    '%2e%2e',
    'x'.repeat(41),
    'x'.repeat(500),
    'fóo',
    'a b',
    'a.b',
  ])('%o is refused', (text) => {
    expect(() => parseSlug('slug', text)).toThrow('slug must be 1 to 40 letters, digits, "_" or "-".')
  })
})
