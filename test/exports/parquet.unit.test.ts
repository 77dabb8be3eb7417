import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinPieces } from '../../src/exports/join-pieces.ts'
import {
  decodeThrift,
  encodeThrift,
  listType,
  type ThriftStruct,
  type ThriftValue,
} from '../../src/exports/thrift-compact.ts'

type Typed = { type: number; value: ThriftValue }

const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const bytes = (length?: number) =>
  fc.uint8Array(length === undefined ? { maxLength: 300 } : { minLength: length, maxLength: length })

const { struct } = fc.letrec<{ struct: ThriftStruct; typed: Typed }>((tie) => ({
  typed: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.boolean().map((value) => ({ type: value ? 1 : 2, value })),
    fc.nat(127).map((value) => ({ type: 3, value: BigInt(value) })),
    fc.tuple(fc.constantFrom(4, 5, 6), whole).map(([type, value]) => ({ type, value })),
    bytes(8).map((value) => ({ type: 7, value })),
    bytes().map((value) => ({ type: 8, value })),
    fc.array(whole, { maxLength: 40 }).map((items) => ({ type: listType, value: { type: 6, items } })),
    fc.array(fc.boolean(), { maxLength: 40 }).map((items) => ({ type: listType, value: { type: 1, items } })),
    fc.array(tie('struct'), { maxLength: 3 }).map((items) => ({ type: listType, value: { type: 12, items } })),
    tie('struct').map((value) => ({ type: 12, value })),
  ),
  struct: fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 60 }), tie('typed')), { selector: ([id]) => id, maxLength: 6 })
    .map((fields) => new Map(fields.sort(([a], [b]) => a - b))),
}))

test('metadata that was read and written is the same', () => {
  fc.assert(
    fc.property(struct, (value) => {
      const written = encodeThrift(value)
      expect(decodeThrift(Uint8Array.from(written))).toEqual(value)
    }),
  )
})

test('metadata that breaks off is refused', () => {
  fc.assert(
    fc.property(struct, fc.nat(), (value, cut) => {
      const all = encodeThrift(value)
      expect(() => decodeThrift(all.subarray(0, cut % all.length))).toThrow(RangeError)
    }),
  )
})

const join = async (format: 'csv' | 'ndjson' | 'parquet', pieces: readonly Buffer[]) => {
  const joined: Buffer[] = []
  let rows = 0
  for await (const piece of joinPieces(
    format,
    (async function* () {
      yield* pieces
    })(),
  )) {
    joined.push(piece.bytes)
    rows += piece.rows
  }
  return { text: Buffer.concat(joined).toString(), rows }
}

test('rows are counted whatever is quoted in them, and only the first line of names is kept', async () => {
  const pieces = ['"a"\r\n"x\r\ny ""z"""\r\n"one, ""\n"""\r\n', '"a"\r\n', '"a"\r\n"last"\r\n'].map((text) =>
    Buffer.from(text),
  )
  expect(await join('csv', pieces)).toEqual({ text: '"a"\r\n"x\r\ny ""z"""\r\n"one, ""\n"""\r\n"last"\r\n', rows: 3 })
  const lines = ['{"a":"an \\" inside"}\n{"a":"b"}\n', '', '{"a":"c"}\n'].map((text) => Buffer.from(text))
  expect(await join('ndjson', lines)).toEqual({ text: lines.join(''), rows: 3 })
})

test('a Parquet file without an end is refused', async () => {
  await expect(join('parquet', [Buffer.from('PAR1 and nothing more of it')])).rejects.toThrow(TypeError)
})
