import { expect, expectTypeOf, test } from 'vitest'
import { expressions, factsOf, recordset, select } from '../../../src/stores/postgres/model.ts'
import type { Transaction } from '../../../src/stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../../../src/stores/postgres/statement.ts'

// The checks of types are the point here: `npm run check:types` fails where one of the expected errors is none.
const db: Transaction = { query: async () => [] }
const channelNames = statement('test_names', sql`SELECT ${select('Channel', ['id', 'displayName'])} FROM x`)

test('the rows of a statement have the columns that it selects', async () => {
  expect(channelNames).toEqual({
    name: 'test_names',
    text: 'SELECT id AS "id", display_name AS "displayName" FROM x',
    columns: ['id', 'displayName'],
  })
  expectTypeOf(await db.query(channelNames)).toEqualTypeOf<{ id: bigint; displayName: string | null }[]>()
  const counted = statement(
    'test_counted',
    sql`
    SELECT ${select('Channel', ['platform'], 'c')}, ${expressions<{ count: bigint }>({ count: 'count(*)' })} FROM x c`,
  )
  expectTypeOf(await db.query(counted)).toEqualTypeOf<{ platform: string; count: bigint }[]>()
})

test('a row type that claims a column which the statement does not select does not compile', async () => {
  // @ts-expect-error: the statement does not select bio
  await db.query<{ id: bigint; bio: string | null }>(channelNames)
  const [row] = await db.query(channelNames)
  // @ts-expect-error: nor does its row have it
  expect(row?.bio).toBeUndefined()
  // @ts-expect-error: the statement selects the name as it is stored, which can be null
  await db.query<{ displayName: string }>(channelNames)
})

test('nobody knows what a plain text selects, so nobody can claim a column of it', async () => {
  const plain = statement('test_plain', 'SELECT id FROM x')
  // @ts-expect-error: the row of a plain text has no type
  expect(await db.query<{ id: bigint }>(plain)).toEqual([])
})

test('a list of columns names fields of the model, and every name of a row has its SQL', () => {
  // @ts-expect-error: channels have no such field
  expect(() => select('Channel', ['nickname'])).toThrow('The model Channel has no column for nickname.')
  // @ts-expect-error: `count` has no SQL
  expect(expressions<{ count: bigint; last: Date }>({ last: 'max(at)' }).columns).toEqual(['last'])
  // @ts-expect-error: a narrowed selection claims no further column
  narrowed<{ status: 'online' | 'offline'; bio: string | null }>(select('Channel', ['status']))
})

test('the facts of a model are a list of its fields', () => {
  expect(factsOf('StreamSession')).toEqual(['title', 'category', 'language', 'isMature'])
  expect(recordset('Channel', factsOf('Channel'))).toContain('"followerCount" integer')
})
