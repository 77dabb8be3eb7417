import type { Postgres } from '../../../src/stores/postgres/postgres.ts'

const hourMs = 3_600_000

/** Notes an archived hour, of which no object exists; its id. */
export const insertArchivedHour = async (db: Postgres, from: number): Promise<bigint> => {
  const [windowFrom, windowTo] = [new Date(from).toISOString(), new Date(from + hourMs).toISOString()]
  const object = { key: 'chat/part-0001.parquet', rows: 7, bytes: 4_000, sha256: 'a'.repeat(64), rowsHash: '9' }
  const manifest = { version: 1, env: 'test', windowFrom, windowTo, rows: 7, objects: [object] }
  const { rows } = await db.pool.query<{ id: bigint }>(
    `INSERT INTO dm.chat_archive_log (env, window_from, window_to, rows_exported, files_written, success, manifest)
     VALUES ('test', $1, $2, 7, 1, true, $3) RETURNING id`,
    [windowFrom, windowTo, JSON.stringify(manifest)],
  )
  return rows[0]!.id
}
