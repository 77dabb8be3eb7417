import { expect, test } from 'vitest'
import { contentByBlocks, contentOf } from '../../../src/stores/postgres/table-rows.ts'
import { readTables } from '../../../src/stores/postgres/tables.ts'
import { openTextSession } from '../../../src/stores/postgres/text-session.ts'
import { createTestDatabase } from '../../support/stores/postgres.ts'

test('a table has the same content block by block as at once, also one of many blocks, of parts and of none', async () => {
  await using database = await createTestDatabase()
  const db = await openTextSession(database.url, 'test')
  try {
    await db.query(`CREATE SCHEMA sized`)
    await db.query(`CREATE TABLE sized.empty (id int PRIMARY KEY)`)
    await db.query(`CREATE TABLE sized.large (id int PRIMARY KEY, said text) WITH (fillfactor = 10)`)
    await db.query(`INSERT INTO sized.large SELECT n, repeat('x', 700) FROM generate_series(1, 600) n`)
    await db.query(`CREATE TABLE sized.parted (id int PRIMARY KEY, said text) PARTITION BY RANGE (id)`)
    await db.query(`CREATE TABLE sized.parted_small PARTITION OF sized.parted FOR VALUES FROM (0) TO (10)`)
    await db.query(
      `CREATE TABLE sized.parted_large PARTITION OF sized.parted FOR VALUES FROM (10) TO (10000) WITH (fillfactor = 10)`,
    )
    await db.query(`INSERT INTO sized.parted SELECT n, repeat('y', 700) FROM generate_series(1, 600) n`)
    await db.query('DELETE FROM sized.parted WHERE id % 7 = 0')
    const slices: Record<string, number> = {}
    for (const table of await readTables(db, 'sized')) {
      const found = await contentByBlocks(db, table, (slice) => {
        slices[table.name] = (slices[table.name] ?? 0) + 1
        return slice()
      })
      expect(found).toEqual(await contentOf(db, table))
    }
    expect(slices).toEqual({ empty: 1, large: 3, parted: 3 })
  } finally {
    await db.end()
  }
})
