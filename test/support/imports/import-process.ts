import type { ImportKind } from '../../../src/imports/kinds.ts'
import { ownColumns } from '../../../src/imports/mapping.ts'
import { runImport } from '../../../src/imports/run-import.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { migrateTestClickHouse } from '../stores/migrate-clickhouse.ts'

/** The program of this file: brings in files and prints what is stored then; kills itself when it is about to save its place for the n-th time. */
export const importProgram = import.meta.filename

const main = async () => {
  const [url, directory, env, killAt, folder, ...files] = process.argv.slice(2) as [
    string,
    string,
    string,
    string,
    string,
    ...string[],
  ]

  const db = openPostgres({ url, log: silentLog, max: 4, connectTimeoutMs: 60_000 })
  const clickHouse = await openClickHouse({ directory })
  await migrateTestClickHouse(clickHouse)
  let saves = 0
  db.onStatement((name) => {
    if (name === 'import_save' && ++saves === Number(killAt)) process.kill(process.pid, 'SIGKILL')
  })
  const reports: object[] = []
  for (const file of files) {
    const [kind, source] = file.split('=') as [ImportKind, string]
    const { report } = await runImport({
      kind,
      env,
      db,
      clickHouse,
      mapping: ownColumns,
      source,
      format: undefined,
      isDryRun: false,
      platforms: new Map(),
      log: silentLog,
      signal: new AbortController().signal,
      retentionDays: { probes: 3650, chat: 3650 },
      folder,
      onProgress: () => undefined,
    })
    reports.push({ ...report, refusedFile: null })
  }
  const told = namedQuery({
    name: 'stored',
    pool: 'heavy',
    sql: `SELECT concat(
        (SELECT concat(toString(count()), ' ', toString(sum(cityHash64(platform, platform_user_id, ts, viewer_count, elapsed_seconds, interval_seconds, title, provenance)))) FROM kick_streamer_probe WHERE env = {env:String}), ' ',
        (SELECT concat(toString(count()), ' ', toString(sum(cityHash64(channel_slug, message_id, created_at, content, provenance)))) FROM kick_chat_message WHERE env = {env:String}), ' ',
        (SELECT toString(count()) FROM system.tables WHERE endsWith(database, '_import'))) AS stored`,
    row: { stored: text },
  })
  const [{ stored }] = (await clickHouse.query(told, { env })) as [{ stored: string }]
  const { rows } = await db.pool.query(
    `SELECT md5(string_agg(concat_ws(' ', started_at, ended_at, title, provenance), ',' ORDER BY started_at)) AS sessions, count(*)::int AS count FROM dm.stream_session`,
  )
  await db[Symbol.asyncDispose]()
  await clickHouse[Symbol.asyncDispose]()
  process.stdout.write(`${JSON.stringify({ reports, stored, rows })}\n`)
}

if (process.argv[1] === import.meta.filename) await main()
