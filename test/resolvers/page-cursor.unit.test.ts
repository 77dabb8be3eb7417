import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageCursorCodec } from '../../src/resolvers/page-cursor.ts'

const codec = pageCursorCodec('0f0e0d0c-0000-4000-8000-000000000001')
const refusal = 'The cursor is not valid for this list.'

test('a cursor gives back the position it was made from', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (key, id) => {
      const position = [key, id.toString()] as const
      expect(codec.decode('list', codec.encode('list', position))).toEqual(position)
    }),
  )
})

test('a cursor gives back which rows its page showed, and a page of 500 fits', () => {
  const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), { maxLength: 500, size: 'max' })
  fc.assert(
    fc.property(ids, (chosen) => {
      const shown = chosen.map(String)
      const [key, id, ...decoded] = codec.decode('list', codec.encode('list', ['7', '1', ...shown]))
      expect([key, id]).toEqual(['7', '1'])
      expect(new Set(decoded)).toEqual(new Set(shown))
    }),
  )
  const neighbours = Array.from({ length: 500 }, (_, n) => String(40_000 + n * 100))
  expect(codec.encode('list', ['7', '1', ...neighbours]).length).toBeLessThan(800)
})

test('all nodes of one database make the same cursor', () => {
  expect(pageCursorCodec('a').encode('list', ['k', '1'])).toBe(pageCursorCodec('a').encode('list', ['k', '1']))
})

test('a cursor of another list is refused', () => {
  expect(() => codec.decode('other', codec.encode('list', ['k', '1']))).toThrow(refusal)
})

test('a cursor from before the database was restored is refused', () => {
  expect(() => pageCursorCodec('restored').decode('list', codec.encode('list', ['k', '1']))).toThrow(refusal)
})

test('a cursor with any character changed, added or removed is refused', () => {
  const cursor = codec.encode('list', ['2026-01-01 00:00:00+00', '42'])
  for (let i = 0; i < cursor.length; i++) {
    const changed = `${cursor.slice(0, i)}${cursor[i] === 'A' ? 'B' : 'A'}${cursor.slice(i + 1)}`
    expect(() => codec.decode('list', changed)).toThrow(refusal)
    expect(() => codec.decode('list', cursor.slice(0, i))).toThrow(refusal)
  }
  for (const added of ['=', 'A', ' ', '\n']) expect(() => codec.decode('list', cursor + added)).toThrow(refusal)
})

test('any other text is refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), (text) => {
      expect(() => codec.decode('list', text)).toThrow(refusal)
    }),
  )
})
