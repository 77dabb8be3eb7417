import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { ClickHouseClientConfigOptions } from '@clickhouse/client'
import type { RawInsertFormat, Session } from 'chdb'
import { quote } from './parameters.ts'
import { piecewise, streamFromSession } from './session-stream.ts'

/** What `createClient` takes in place of HTTP. */
export type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>

type Settings = Parameters<Connection['query']>[0]['clickhouse_settings']

const insertStatement = /^INSERT INTO ([\w.]+)(?: \((.+)\))? FORMAT (\w+)$/s

/** The bytes of a stream; a single piece, as large batches are, is not copied. */
const bytesOf = async (values: Readable): Promise<Buffer> => {
  const pieces: Buffer[] = (await values.toArray()).map((one) => (typeof one === 'string' ? Buffer.from(one) : one))
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

const answered = () => ({ query_id: randomUUID(), response_headers: {}, http_status_code: 200 })

const refuseSettings = (settings: Settings): void => {
  const names = Object.keys(settings ?? {})
  if (names.length > 0) throw new TypeError(`The embedded engine takes ${names.join(', ')} with its session, not here.`)
}

/**
 * The client's connection to `count` sessions of the embedded engine that share one role. A session runs one statement at a
 * time, so the caller must not start more statements than there are sessions. There are always `count` places: where a session
 * could not be opened anew, the next statement that gets the place opens it. The engine can not be interrupted: every
 * promise settles when the engine is done, abort signals are ignored, and time limits are settings of the sessions.
 * Parameters are not bound here, because the engine's binding holds up all other sessions of the process. Rows that the engine reads from a
 * file are written to `scratch`, which whoever opens the engine empties first: a killed process leaves some behind.
 */
export const sessionConnection = async (
  open: () => Promise<Session>,
  count: number,
  scratch: string,
): Promise<Connection> => {
  /** The places that no statement has, taken from the end; null, at the beginning, is one whose session could not be opened. */
  const idle: (Session | null)[] = []
  const close = async (): Promise<void> => {
    for (const session of idle) session?.close()
  }
  try {
    while (idle.length < count) idle.push(await open())
  } catch (error) {
    await close()
    throw error
  }

  const take = async (): Promise<Session> => {
    const session = idle.pop()
    if (session === undefined) throw new TypeError('More statements than sessions.')
    if (session) return session
    try {
      return await open()
    } catch (error) {
      idle.unshift(null)
      throw error
    }
  }

  /** Gives a place back; a session that failed is replaced, because it would answer its rows to the next statement. */
  const giveBack = async (session: Session, isClean: boolean): Promise<void> => {
    if (isClean) {
      idle.push(session)
      return
    }
    session.close()
    const opened = await open().catch(() => null)
    if (opened) idle.push(opened)
    else idle.unshift(null)
  }

  const onSession = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const session = await take()
    let isClean = false
    try {
      const result = await work(session)
      isClean = true
      return result
    } finally {
      await giveBack(session, isClean)
    }
  }

  const run = async (sql: string, settings: Settings): Promise<Readable> => {
    refuseSettings(settings)
    const pieces = piecewise(sql)
    if (pieces) {
      const session = await take()
      return streamFromSession(session, pieces, (whole) => giveBack(session, whole))
    }
    const result = await onSession((session) => session.queryAsync(sql))
    return Readable.from([result.bytes()], { objectMode: false })
  }

  /** The engine reads Parquet from files alone, and rows of text more than twice as fast as what the driver is given with the statement. */
  const insertFile = async (
    { table, columns, format }: { table: string; columns: string; format: string },
    rows: Buffer,
    settings: Settings,
  ): Promise<void> => {
    await mkdir(scratch, { recursive: true, mode: 0o700 })
    const directory = await mkdtemp(path.join(scratch, 'rows-'))
    try {
      const file = path.join(directory, 'rows')
      await writeFile(file, rows, { mode: 0o600 })
      const into = columns === '*' ? table : `${table} (${columns})`
      const given = Object.entries(settings ?? {}).map(([name, value]) => `${name} = ${quote(String(value))}`)
      const known = [
        'use_structure_from_insertion_table_in_table_functions = 1',
        // Else a folder `env=prod` on the way would be a column, and `x.zip::y` an archive.
        'use_hive_partitioning = 0',
        'allow_archive_path_syntax = 0',
        ...given,
      ].join(', ')
      await onSession((session) =>
        session.queryAsync(
          `INSERT INTO ${into} SELECT ${columns} FROM file(${quote(file)}, ${format}) SETTINGS ${known}`,
        ),
      )
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }

  const insert = async (statement: string, values: string | Readable, settings: Settings): Promise<void> => {
    const [, table, columns, format] = insertStatement.exec(statement) ?? []
    if (table === undefined) throw new TypeError(`Not an insert of formatted rows: ${statement}`)
    const rows = typeof values === 'string' ? Buffer.from(values) : await bytesOf(values)
    if (columns !== undefined || format === 'Parquet' || format === 'CSVWithNames')
      return insertFile({ table, columns: columns ?? '*', format: format! }, rows, settings)
    await onSession((session) =>
      session.insert({
        table,
        format: format as RawInsertFormat,
        values: rows,
        settings: settings as Record<string, string | number>,
      }),
    )
  }

  return {
    query: async ({ query, clickhouse_settings }) => ({
      ...answered(),
      stream: await run(query, clickhouse_settings),
    }),
    exec: async ({ query, clickhouse_settings, values }) => {
      if (values === undefined) return { ...answered(), stream: await run(query, clickhouse_settings) }
      await insert(query, values, clickhouse_settings)
      return { ...answered(), stream: Readable.from([]) }
    },
    command: async ({ query, clickhouse_settings }) => {
      await run(query, clickhouse_settings)
      return answered()
    },
    insert: async ({ query, clickhouse_settings, values }) => {
      await insert(query, values, clickhouse_settings)
      return answered()
    },
    ping: async () => {
      try {
        await run('SELECT 1', undefined)
        return { success: true }
      } catch (error) {
        return { success: false, error: error as Error }
      }
    },
    close,
  }
}
