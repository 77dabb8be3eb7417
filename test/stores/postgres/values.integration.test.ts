import { afterAll, beforeAll, expect, test } from 'vitest'
import { columnsOfRows } from '../../../src/lib/json-rows.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { statement } from '../../support/stores/statement.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const echo = statement(
  'test_echo',
  `SELECT * FROM unnest($1::bigint[], $2::integer[], $3::float8[], $4::boolean[], $5::timestamptz[], $6::text[], $7::jsonb[])
     AS v(id, count, share, flag, at, text, said)`,
)

test('columns of rows come out of Postgres as they went in', async () => {
  const nothing = { id: null, count: null, share: null, flag: null, at: null, text: null, said: null }
  const rows = [
    {
      id: 9_223_372_036_854_775_807n,
      count: -5,
      share: 1e-9,
      flag: true,
      at: new Date(0),
      text: 'a',
      said: { a: '"}' },
    },
    {
      id: 0n,
      count: 0,
      share: 1e21,
      flag: false,
      at: new Date('9999-12-31T23:59:59.999Z'),
      text: '{,"\\ NULL',
      said: { b: [1] },
    },
    { ...nothing, share: Number.NaN },
    { ...nothing, share: Number.NEGATIVE_INFINITY, text: '' },
  ]
  for (const part of [rows, rows.slice(0, 1), rows.slice(2), []])
    expect(
      await database.db.query(echo, columnsOfRows(part, 'id', 'count', 'share', 'flag', 'at', 'text', 'said')),
    ).toEqual(part)
})

test('what a row does not say is null, and years of five digits are written as well', async () => {
  type Row = { id?: bigint; at: Date }
  const rows: Row[] = [
    { at: new Date('+010000-01-01T00:00:00.000Z') },
    { id: 1n, at: new Date('0000-06-01T00:00:00Z') },
  ]
  const pairs = statement('test_echo_pairs', 'SELECT * FROM unnest($1::bigint[], $2::timestamptz[]) AS v(id, at)')
  const [first] = await database.db.query(pairs, columnsOfRows(rows, 'id', 'at'))
  expect(first).toEqual({ id: null, at: rows[0]!.at })
})

test('an instant is what Postgres says, whatever its digits and its year', async () => {
  const texts = ['', '.1', '.12', '.123', '.1239', '.999999', '.000001'].flatMap((fraction) =>
    [
      '0001-01-01',
      '0099-12-31',
      '0999-02-28',
      '1000-01-01',
      '1969-12-31',
      '2000-02-29',
      '2026-11-30',
      '9999-12-31',
    ].map((day) => `${day} 23:59:58${fraction}+00`),
  )
  const read = statement(
    'test_read_instants',
    `SELECT at, floor(extract(epoch FROM at) * 1000)::float8 AS ms FROM unnest($1::text[]) AS t, LATERAL (SELECT t::timestamptz AS at) v`,
  )
  const rows = await database.db.query(read, [[...texts, '12026-01-02 03:04:05.678+00']])
  expect(rows).toHaveLength(texts.length + 1)
  for (const { at, ms } of rows) expect(at.getTime()).toBe(ms)
})
