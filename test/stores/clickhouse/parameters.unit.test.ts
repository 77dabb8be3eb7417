import { expect, test } from 'vitest'
import { template } from '../../../src/stores/clickhouse/parameters.ts'

const refusal = (sql: string, parameters: object): string => {
  try {
    template(sql).check(parameters)
  } catch (error) {
    return String(error)
  }
  return 'accepted'
}

test.each([
  ['{n:UInt8}', 255, 'accepted'],
  ['{n:UInt8}', 256, 'RangeError: The parameter n must be a whole number from 0 to 255.'],
  ['{n:UInt8}', -1, 'RangeError: The parameter n must be a whole number from 0 to 255.'],
  ['{n:UInt16}', 65_536, 'RangeError: The parameter n must be a whole number from 0 to 65535.'],
  ['{n:UInt32}', 2 ** 32, 'RangeError: The parameter n must be a whole number from 0 to 4294967295.'],
  ['{n:UInt32}', 1.5, 'RangeError: The parameter n must be a whole number from 0 to 4294967295.'],
  ['{n:UInt64}', 2n ** 64n - 1n, 'accepted'],
  ['{n:UInt64}', 2n ** 64n, 'RangeError: The parameter n must be a whole number from 0 to 18446744073709551615.'],
  ['{n:Int64}', -(2n ** 63n), 'accepted'],
  [
    '{n:Int64}',
    2n ** 63n,
    'RangeError: The parameter n must be a whole number from -9223372036854775808 to 9223372036854775807.',
  ],
  ['{n:Float64}', Number.NaN, 'RangeError: The parameter n must be a finite number.'],
  ['{n:Float64}', Number.POSITIVE_INFINITY, 'RangeError: The parameter n must be a finite number.'],
  ['{n:String}', '\ud800', 'RangeError: The parameter n must be text without lone surrogates.'],
  ['{n:DateTime64(3)}', new Date(0), 'accepted'],
  [
    '{n:DateTime64(3)}',
    new Date(-1),
    'RangeError: The parameter n must be an instant from 1970-01-01 to 2106-02-07T06:28:15.999Z.',
  ],
  [
    '{n:DateTime64(3)}',
    new Date('2200-01-01'),
    'RangeError: The parameter n must be an instant from 1970-01-01 to 2106-02-07T06:28:15.999Z.',
  ],
  [
    '{n:DateTime64(3)}',
    new Date('nonsense'),
    'RangeError: The parameter n must be an instant from 1970-01-01 to 2106-02-07T06:28:15.999Z.',
  ],
  [
    '{n:Array(UInt8)}',
    [1, 300],
    'RangeError: The parameter n must be a list of which each item is a whole number from 0 to 255.',
  ],
])('%s takes %s: %s', (sql, n, outcome) => {
  expect(refusal(`SELECT ${sql}`, { n })).toBe(outcome)
})

test('a value that the statement needs and nobody gave is a bug, not a refusal', () => {
  expect(() => template('SELECT {n:UInt8}').check({})).toThrow(TypeError)
})

test('a type that has no encoding fails when the statement is declared', () => {
  expect(() => template('SELECT {n:Map(String, String)}')).toThrow('Map(String, String) is not a parameter type.')
})

test('text around and between placeholders stays as it is', () => {
  const { render } = template('SELECT {a:UInt8} + {b:UInt8}, {a:UInt8} -- end')
  expect(render({ a: 1, b: 2 })).toBe("SELECT CAST(1, 'UInt8') + CAST(2, 'UInt8'), CAST(1, 'UInt8') -- end")
})

test('rendered text holds no quote, backslash or NUL that is not escaped', () => {
  expect(template('{s:String}').render({ s: "a'b\\c\0d\n; select 2" })).toBe(
    "CAST('a\\'b\\\\c\\0d\\n; select 2', 'String')",
  )
})
