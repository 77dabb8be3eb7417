import { expect, test } from 'vitest'
import { companyStatement, valueText } from '../../src/compiled/company-statement.ts'

test('the parameters of all requests are lists, and each request is told by its place', () => {
  const plain = { name: 'one', text: 'SELECT $1::bigint + $2::int[][1] + $1::bigint AS n', columns: ['n'] }
  expect(companyStatement(plain)).toEqual({
    name: 'one_company',
    text:
      'SELECT company.place::integer AS place, answer.* ' +
      'FROM unnest((SELECT $1::text[]), (SELECT $2::text[])) WITH ORDINALITY AS company (p1, p2, place) ' +
      'CROSS JOIN LATERAL (SELECT company.p1::bigint + company.p2::int[][1] + company.p1::bigint AS n) AS answer',
    columns: ['place', 'n'],
  })
})

test('a statement without a name stays one', () => {
  expect(companyStatement({ name: '', text: 'SELECT $1::text' })).toMatchObject({ name: '' })
})

test.each([
  ['a parameter without a type', 'SELECT $1::text, a FROM b WHERE c = $2'],
  ['the tenth without a type', 'SELECT $1::text, $10 || $2::text'],
  ['no parameter', 'SELECT 1'],
])('a statement with %s never travels in company', (_, text) => {
  expect(companyStatement({ name: 'one', text })).toBeUndefined()
})

test.each([
  [null, null],
  [undefined, null],
  ['', ''],
  ['a "b" \\', 'a "b" \\'],
  [9_007_199_254_740_993n, '9007199254740993'],
  [true, 'true'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [[], '{}'],
  [[1n, null, 'a"b\\c,{}'], '{"1",NULL,"a\\"b\\\\c,{}"}'],
])('%o is written as %o', (value, text) => expect(valueText(value)).toBe(text))
