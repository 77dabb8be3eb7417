import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../support/stores/postgres.ts'
import { statement } from '../../support/stores/statement.ts'

type Comments = Record<string, string>

/** What a file of the model says of its tables and columns, by their names in the database. */
const commentsOfModel = (schema: 'dm' | 'public'): Comments => {
  const source = readFileSync(`prisma/schema/${schema}.prisma`, 'utf8')
  const models = [...source.matchAll(/((?:^\/\/\/ .*\n)*)^model \w+ \{\n([\s\S]*?\n)\}/gm)]
  // A mark such as @fact is for the generator of models.
  const joined = (lines: string) =>
    lines
      .replaceAll(/^ *\/\/\/ @.*\n/gm, '')
      .replaceAll(/^ *\/\/\/ /gm, '')
      .trimEnd()
      .replaceAll('\n', ' ')
  return Object.fromEntries(
    models.flatMap(([, above = '', body = '']) => {
      const table = `${schema}.${/@@map\("(\w+)"\)/.exec(body)![1]}`
      const fields = [
        ...body.matchAll(
          /((?:^ {2}\/\/\/ .*\n)*)^ {2}(\w+) +(?:BigInt|Boolean|Bytes|DateTime|Float|Int|Json|String)\b(.*)$/gm,
        ),
      ]
      return [
        [table, joined(above)],
        ...fields.map(([, lines = '', name, attributes = '']) => [
          `${table}.${/@map\("(\w+)"\)/.exec(attributes)?.[1] ?? name}`,
          joined(lines),
        ]),
      ]
    }),
  )
}

const commentsOfDatabase = statement(
  'test_comments',
  `SELECT format('%s.%s', n.nspname, c.relname) || coalesce('.' || a.attname, '') AS name, coalesce(d.description, '') AS text
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('dm', 'public')
   CROSS JOIN LATERAL (SELECT 0 AS attnum, NULL AS attname UNION ALL
     SELECT attnum, attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) a
   LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'`,
)

test('the model and the database say the same of every table and column, and both say something', async () => {
  await using database = await createTestDatabase()
  const rows = await database.db.query<{ name: string; text: string }>(commentsOfDatabase)
  const inDatabase: Comments = Object.fromEntries(rows.map(({ name, text }) => [name, text]))
  expect({ ...commentsOfModel('dm'), ...commentsOfModel('public') }).toEqual(inDatabase)
  expect(rows.filter(({ text }) => text === '')).toEqual([])
})
