import fc from 'fast-check'
import { expect } from 'vitest'
import { bigint, bool, instant, list, number, text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

const echo = namedQuery({
  name: 'echo',
  sql: `SELECT {string:String} AS string, {bool:Bool} AS bool, {uint8:UInt8} AS uint8, {uint16:UInt16} AS uint16,
    {uint32:UInt32} AS uint32, {uint64:UInt64} AS uint64, {int32:Int32} AS int32, {int64:Int64} AS int64,
    {float64:Float64} AS float64, toFloat64(toUnixTimestamp64Milli({instant:DateTime64(3)})) AS instant,
    {strings:Array(String)} AS strings, {uints:Array(UInt32)} AS uints, {ints:Array(Int64)} AS ints,
    {floats:Array(Float64)} AS floats, {bools:Array(Bool)} AS bools,
    concat(toTypeName({uint8:UInt8}), toTypeName({uint64:UInt64}), toTypeName({ints:Array(Int64)}), toTypeName({instant:DateTime64(3)})) AS types`,
  row: {
    string: text,
    bool,
    uint8: number,
    uint16: number,
    uint32: number,
    uint64: bigint,
    int32: number,
    int64: bigint,
    float64: number,
    instant,
    strings: list(text),
    uints: list(number),
    ints: list(bigint),
    floats: list(number),
    bools: list(bool),
    types: text,
  },
})

// What breaks out of a literal where escaping has a hole, beside whatever comes to mind.
const nasty = fc.constantFrom(
  "'",
  "''",
  '\\',
  "\\'",
  '"',
  '`',
  '\0',
  '\n',
  '\r\n',
  '\t',
  '\b',
  '🙂',
  '; select 2',
  '--',
  '/*',
  '{string:String}',
  "' OR 1=1 --",
)
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(nasty, fc.string({ maxLength: 4 }))).map((parts) => parts.join('')),
)
const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
// Both zeros are one value.
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const uint32 = fc.nat({ max: 2 ** 32 - 1 })

const values = fc.record({
  string: texts,
  bool: fc.boolean(),
  uint8: fc.nat({ max: 255 }),
  uint16: fc.nat({ max: 65_535 }),
  uint32,
  uint64: fc.bigInt(0n, 2n ** 64n - 1n),
  int32: fc.integer(),
  int64,
  float64: finite,
  instant: fc.date({ min: new Date(0), max: new Date(2 ** 32 * 1000 - 1), noInvalidDate: true }),
  strings: fc.array(texts, { maxLength: 4 }),
  uints: fc.array(uint32, { maxLength: 4 }),
  ints: fc.array(int64, { maxLength: 4 }),
  floats: fc.array(finite, { maxLength: 4 }),
  bools: fc.array(fc.boolean(), { maxLength: 4 }),
})

/** Checks that the store answers every parameter as the value it was, typed as declared. */
export const checkRoundTrip = (store: ClickHouse): Promise<void> =>
  fc.assert(
    fc.asyncProperty(values, async (given) => {
      const [answer] = await store.query(echo, given)
      expect(answer).toEqual({ ...given, types: expect.stringMatching(/^UInt8UInt64Array\(Int64\)DateTime64\(3/) })
    }),
    { numRuns: 150 },
  )
