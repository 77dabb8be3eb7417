import { expect, test } from 'vitest'
import { type ColumnType, rowFormat } from '../../../../src/stores/clickhouse/tables/row-format.ts'

const render = (type: ColumnType, value: unknown): string =>
  rowFormat('vf.sample', { value: type }).render({ value } as never)

test('a row is one line of JSON values in the order of the columns', () => {
  const format = rowFormat('vf.sample', {
    name: 'String',
    at: 'DateTime64(3)',
    viewers: 'Nullable(UInt32)',
    tags: 'Array(String)',
    id: 'UInt64',
    live: 'Bool',
  })
  const at = new Date('2026-01-15T12:00:00.123Z')
  const row = { live: true, tags: ['a"b', '\n'], viewers: null, name: 'tab\t', id: 2n ** 64n - 1n, at }
  expect(format.columns).toEqual(['name', 'at', 'viewers', 'tags', 'id', 'live'])
  expect(format.render(row)).toBe('["tab\\t","1768478400.123",null,["a\\"b","\\n"],18446744073709551615,true]')
})

test.each<[ColumnType, unknown]>([
  ['UInt8', 256],
  ['UInt8', -1],
  ['UInt8', 1.5],
  ['UInt32', 2 ** 32],
  ['UInt32', Number.NaN],
  ['UInt64', 2n ** 64n],
  ['UInt64', 2 ** 53],
  ['Int32', -(2 ** 31) - 1],
  ['Int64', -(2n ** 63n) - 1n],
  ['Float64', Number.POSITIVE_INFINITY],
  ['Nullable(UInt8)', 300],
  ['Array(UInt8)', [1, 300]],
  ['DateTime', new Date(-1)],
  ['DateTime', new Date(2 ** 32 * 1_000)],
  ['DateTime', new Date(Number.NaN)],
  ['DateTime64(3)', new Date(Number.NaN)],
  ['DateTime64(3)', new Date('1899-12-31T23:59:59.999Z')],
  ['DateTime64(3)', new Date('2300-01-01T00:00:00Z')],
])('a value that %s would change is refused by the name of its column', (type, value) => {
  expect(() => render(type, value)).toThrow(/^vf\.sample\.value: .+\.$/)
  expect(() => render(type, value)).toThrow(RangeError)
})

test('a lone surrogate, which ClickHouse refuses, is replaced', () => {
  expect(render('String', 'a\ud800b')).toBe('["a\ufffdb"]')
})

test.each<[ColumnType, string, string]>([
  ['DateTime64(3)', '1970-01-01T00:00:00.000Z', '"0000000000.000"'],
  ['DateTime64(3)', '1970-01-01T00:00:00.005Z', '"0000000000.005"'],
  ['DateTime64(3)', '2026-08-31T13:32:36.335Z', '"1788183156.335"'],
  ['DateTime64(3)', '2299-12-31T23:59:59.999Z', '"10413791999.999"'],
  ['DateTime64(3)', '1969-12-31T23:59:59.999Z', '"1969-12-31 23:59:59.999"'],
  ['DateTime64(3)', '1900-01-01T00:00:00.000Z', '"1900-01-01 00:00:00.000"'],
  ['DateTime', '1970-01-01T00:00:00.000Z', '"0000000000"'],
  ['DateTime', '1970-01-01T00:00:01.999Z', '"0000000001"'],
  ['DateTime', '2106-02-07T06:28:15.000Z', '"4294967295"'],
])('a column %s gets the instant %s as %s', (type, instant, text) => {
  expect(render(type, new Date(instant))).toBe(`[${text}]`)
})
