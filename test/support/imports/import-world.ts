import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { channelIdentity } from '../../../src/channels/channel-lookup.ts'
import type { ExportFormat } from '../../../src/exports/export-format.ts'
import { type ExportKind, runExport } from '../../../src/exports/run-export.ts'
import type { ImportKind } from '../../../src/imports/kinds.ts'
import { ownColumns } from '../../../src/imports/mapping.ts'
import { type ImportOptions, type ImportOutcome, runImport } from '../../../src/imports/run-import.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { openTestClickHouse } from '../stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'

type Store = Awaited<ReturnType<typeof openTestClickHouse>>['store']

const everything = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') }

/** An instance with both stores; one engine a process, so several instances are several environments of it. */
export const createImportWorld = async () => {
  await using opened = new AsyncDisposableStack()
  const { store } = opened.use(await openTestClickHouse())
  const directory = opened.use(await temporaryDirectory('imports'))
  const stack = opened.move()
  let files = 0
  const instance = async (env: string) => {
    const database = stack.use(await createTestDatabase())
    return createInstance(env, database, store, directory.path)
  }
  return {
    store,
    directory: directory.path,
    instance,
    /** Writes a file. */
    async file(content: string | Buffer, name = `file-${files++}.csv`): Promise<string> {
      const file = path.join(directory.path, name)
      await writeFile(file, content)
      return file
    },
    /** The rows that a statement answers. */
    async rows(sql: string): Promise<Record<string, unknown>[]> {
      const query = namedQuery({ name: 'test_rows', pool: 'heavy', sql, row: {} })
      const text = (await buffer(await store.stream(query, {}, 'JSONEachRow'))).toString()
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type ImportWorld = Awaited<ReturnType<typeof createImportWorld>>

const createInstance = (env: string, { db, url }: TestDatabase, clickHouse: Store, directory: string) => ({
  env,
  db,
  url,
  /** Brings in a file. */
  import: (kind: ImportKind, source: string, options: Partial<ImportOptions> = {}): Promise<ImportOutcome> =>
    runImport({
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
      folder: path.join(directory, 'refused'),
      onProgress: () => undefined,
      ...options,
    }),
  /** An export of one channel as a file. */
  async export(kind: ExportKind, channelId: bigint, format: ExportFormat, forOperator = true): Promise<string> {
    const channel = (await channelIdentity(db, channelId))!
    const pieces: Buffer[] = []
    const order = { channel, range: everything, format, forOperator }
    for await (const piece of runExport(kind, { db, clickHouse, env }, order, new AbortController().signal))
      pieces.push(piece.bytes)
    const file = path.join(directory, `${env}-${kind}-${channelId}-${forOperator}.${format}`)
    await writeFile(file, Buffer.concat(pieces))
    return file
  },
})

export type Instance = ReturnType<typeof createInstance>
