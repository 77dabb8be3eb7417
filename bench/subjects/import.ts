/** The command import, on an embedded ClickHouse and a Postgres of its own. */
import path from 'node:path'
import type { ImportKind } from '../../src/imports/kinds.ts'
import { ownColumns } from '../../src/imports/mapping.ts'
import { runImport } from '../../src/imports/run-import.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { openBenchClickHouse } from '../support/clickhouse-data.ts'
import { serve } from '../support/rpc.ts'

export type ImportStart = { databaseUrl: string; directory: string }
export type ImportFile = { kind: ImportKind; file: string; rows: number }
export type ImportTime = { wallMs: number; stored: number }

const viewers = (
  rows: number,
) => `SELECT 'kick' AS platform, toString(1000000 + intDiv(number, 10000)) AS channel_user_id,
    toDateTime64('2026-10-01 00:00:00', 3, 'UTC') + (number % 10000) * 60 AS observed_at, true AS is_live,
    toDateTime64('2026-10-01 00:00:00', 3, 'UTC') AS stream_started_at, toUInt32(100 + (number * 7919) % 5000) AS viewer_count, 60 AS elapsed_seconds,
    60 AS interval_seconds, concat('a title of the stream ', toString(intDiv(number, 300))) AS title, 'Just Chatting' AS category, 'en' AS language
  FROM numbers(${rows})`

const chat = (
  rows: number,
) => `SELECT 'kick' AS platform, toString(1000000 + number % 300) AS channel_user_id, toString(generateUUIDv4()) AS message_id,
    toDateTime64('2026-11-20 00:00:00', 3, 'UTC') + intDiv(number, 6) AS created_at, toString((number * 7919) % 50000) AS platform_user_id,
    concat('user ', platform_user_id) AS username, concat('what somebody said, of a usual length, ', toString(number)) AS content, '[]' AS emotes_json,
    '[]' AS badges_json
  FROM numbers(${rows})`

let db: Postgres
let clickHouse: ClickHouse
let folder: string

serve({
  async start({ databaseUrl, directory }: ImportStart) {
    db = openPostgres({ url: databaseUrl, log: silentLog })
    clickHouse = await openBenchClickHouse(path.join(directory, 'engine'))
    folder = directory
  },
  async make({ kind, file, rows }: ImportFile) {
    const rowsOf = kind === 'chat' ? chat : viewers
    const format = file.endsWith('.csv') ? 'CSVWithNames' : file.endsWith('.parquet') ? 'Parquet' : 'JSONEachRow'
    await clickHouse.command(
      `INSERT INTO FUNCTION file('${file}', ${format}) SETTINGS date_time_output_format = 'iso', engine_file_truncate_on_insert = 1 ${rowsOf(rows)}`,
    )
  },
  async bring({ kind, file }: ImportFile): Promise<ImportTime> {
    const startedAt = performance.now()
    const { report } = await runImport({
      kind,
      env: `bench-${path.basename(file)}`,
      db,
      clickHouse,
      mapping: ownColumns,
      source: file,
      format: undefined,
      isDryRun: false,
      platforms: new Map(),
      log: silentLog,
      signal: new AbortController().signal,
      retentionDays: { probes: 3650, chat: 3650 },
      folder,
      onProgress: () => undefined,
    })
    return { wallMs: performance.now() - startedAt, stored: report.stored }
  },
})
