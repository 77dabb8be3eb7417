import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

const migration = (name: string): Promise<string> =>
  readFile(new URL(`../../prisma/migrations/${name}/migration.sql`, import.meta.url), 'utf8')

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n))

test('what was noticed before the tables knew of it is kept: names that were regained, and bans of then', async () => {
  await using database = await createTestDatabase()
  const { pool } = database.db
  // As a database was before the two migrations.
  await pool.query('ALTER TABLE dm.streamer_channel_slug_history DROP COLUMN regained')
  await pool.query('DROP INDEX dm.idx_slug_history_ended')
  await pool.query('DROP TABLE dm.channel_ban')
  const rows = seed(database.db)
  const [renamed, lost, banned] = [await rows.channel(), await rows.channel(), await rows.channel()]
  await rows.slugPeriod(renamed, 'a', day(1), day(2))
  await rows.slugPeriod(renamed, 'b', day(2), null)
  await rows.slugPeriod(lost, 'c', day(1), day(2))
  await rows.slugPeriod(lost, 'd', day(3), day(4))
  await rows.slugPeriod(lost, 'c', day(4), null)
  await pool.query('UPDATE dm.streamer_channel SET is_banned = true, profile_observed_at = $2 WHERE id = $1', [
    banned,
    day(5),
  ])

  for (const name of ['20261129110100_dm_renames', '20261129110200_dm_bans']) await pool.query(await migration(name))

  const regained = await pool.query('SELECT channel_id, slug FROM dm.streamer_channel_slug_history WHERE regained')
  expect(regained.rows).toEqual([{ channel_id: lost, slug: 'd' }])
  const bans = await pool.query('SELECT channel_id, observed_from, observed_until FROM dm.channel_ban')
  expect(bans.rows).toEqual([{ channel_id: banned, observed_from: day(5), observed_until: null }])
})
