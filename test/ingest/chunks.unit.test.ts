import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, chunksOf, mergeChunks } from '../../src/ingest/chunks.ts'
import { sliceLines } from '../../src/ingest/slice-lines.ts'

const columnLists = [['a'], ['a', 'b']]
const row = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\n', ' '))
const append = fc.record({
  table: fc.constantFrom('x', 'y'),
  columns: fc.constantFrom(...columnLists),
  rows: fc.array(row, { minLength: 1, maxLength: 30 }),
})
const limits = fc.record({ maxRows: fc.integer({ min: 1, max: 20 }), maxBytes: fc.integer({ min: 1, max: 200 }) })

test('merged chunks hold every row once, in order within a table, with its columns and within the limits', () => {
  fc.assert(
    fc.property(fc.array(append), limits, (appends, limits) => {
      const chunks = mergeChunks(
        appends.flatMap(({ rows, ...target }, at) => chunksOf(target, rows, at, limits)),
        limits,
      )
      for (const table of ['x', 'y']) {
        const rows = chunks
          .filter((chunk) => chunk.table === table)
          .flatMap(({ texts, columns }) =>
            texts
              .join('')
              .split('\n')
              .slice(0, -1)
              .map((line) => [columns.length, line]),
          )
        const expected = appends
          .filter((one) => one.table === table)
          .flatMap(({ rows, columns }) => rows.map((line) => [columns.length, line]))
        expect(rows).toEqual(expected)
      }
      for (const chunk of chunks) {
        const text = chunk.texts.join('')
        expect(chunk.rows).toBe(text.split('\n').length - 1)
        expect(chunk.bytes).toBe(Buffer.byteLength(text))
        expect(chunk.rows).toBeLessThanOrEqual(limits.maxRows)
        expect(chunk.rows === 1 || chunk.bytes <= limits.maxBytes).toBe(true)
      }
    }),
  )
})

test('a chunk remembers the append of its oldest row', () => {
  const target = { table: 'x', columns: ['a'] }
  const limits = { maxRows: 10, maxBytes: 100 }
  const chunks = [5, 6, 7].flatMap((at) => chunksOf(target, ['row'], at, limits))
  expect(mergeChunks(chunks, limits)).toMatchObject([{ rows: 3, at: 5 }])
})

test('chunks become the bytes of their texts, whether or not there is room for them', () => {
  fc.assert(
    fc.property(fc.array(append), limits, fc.nat(400), (appends, limits, size) => {
      const chunks = mergeChunks(
        appends.flatMap(({ rows, ...target }, at) => chunksOf(target, rows, at, limits)),
        limits,
      )
      const room = new SharedArrayBuffer(size)
      const needed = chunks.reduce((sum, { bytes }) => sum + bytes, 0)
      const asBytes = bytesOf(chunks, room)
      expect(asBytes.map(({ body, ...rows }) => ({ ...rows, text: Buffer.from(body).toString() }))).toEqual(
        chunks.map(({ texts, bytes: _, ...rows }) => ({ ...rows, text: Buffer.from(texts.join('')).toString() })),
      )
      for (const { body } of asBytes) expect(body.buffer === room).toBe(needed <= size)
    }),
  )
})

test('lines are sliced by their number, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), fc.nat(), fc.nat(), (lines, a, b) => {
      const from = a % lines.length
      const until = from + (b % (lines.length - from + 1))
      const text = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      const expected = lines.slice(from, until).map((line) => `${line}\n`)
      expect(sliceLines(text, from, until).toString()).toBe(expected.join(''))
    }),
  )
})
