import { expect } from 'vitest'
import { numberQuery } from '../../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

const everyType = numberQuery({
  name: 'every_type',
  sql: `SELECT toUInt8(number % 256) AS a, toUInt16(number % 65536) AS b, toUInt32(4294967295 - number) AS c, toInt32(-number) AS d,
      number / 7 AS e, if(number % 3 = 0, NULL, toUInt32(number)) AS f, if(number % 5 = 0, NULL, number / 3) AS g
    FROM numbers({count:UInt32})`,
  types: {
    a: 'UInt8',
    b: 'UInt16',
    c: 'UInt32',
    d: 'Int32',
    e: 'Float64',
    f: 'Nullable(UInt32)',
    g: 'Nullable(Float64)',
  },
})
const ofOtherType = numberQuery({ name: 'other_type', sql: 'SELECT toUInt16(1) AS n', types: { n: 'UInt32' } })
const ofOtherName = numberQuery({ name: 'other_name', sql: 'SELECT 1 AS m', types: { n: 'UInt8' } })

/** Numbers come as they are, of no block, one or many; an answer of other columns is refused. */
export const checkNumbers = async (store: ClickHouse): Promise<void> => {
  for (const count of [0, 1, 200_000]) {
    const answer = await store.numbers(everyType, { count })
    const numbers = Array.from({ length: count }, (_, n) => n)
    const expected = {
      a: numbers.map((n) => n % 256),
      b: numbers.map((n) => n % 65_536),
      c: numbers.map((n) => 4_294_967_295 - n),
      d: numbers.map((n) => 0 - n),
      e: numbers.map((n) => n / 7),
      f: numbers.map((n) => (n % 3 === 0 ? Number.NaN : n)),
      g: numbers.map((n) => (n % 5 === 0 ? Number.NaN : n / 3)),
    }
    for (const [name, values] of Object.entries(expected)) {
      const found = answer[name as keyof typeof answer]
      expect(found).toBeInstanceOf(Float64Array)
      expect(found).toHaveLength(count)
      // To compare 200,000 numbers by `toEqual` takes a second for each column.
      expect(values.findIndex((value, place) => !Object.is(found[place], value))).toBe(-1)
    }
  }
  await expect(store.numbers(ofOtherType, {})).rejects.toThrow('other_type answered the column n UInt16, not n UInt32.')
  await expect(store.numbers(ofOtherName, {})).rejects.toThrow('other_name answered the column m UInt8, not n UInt8.')
}
