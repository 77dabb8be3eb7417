import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ClickHouseClient } from '@clickhouse/client'
import { ClickHouseError, toClickHouseError } from './clickhouse-error.ts'
import { number } from './columns.ts'
import { openEmbeddedClients } from './embedded-clients.ts'
import { createLane } from './lane.ts'
import { embeddedLanes, type LaneName, type LaneSpec, laneNames, serverLanes } from './lane-settings.ts'
import { type Columns, decodeColumns, type NamedQuery, namedQuery, type ReadLane, rowsOf } from './named-query.ts'
import { connectToServer } from './server-clients.ts'

/** Rows of one table as text. The same token always carries the same bytes. */
export type InsertBatch = {
  table: string
  /** The columns of every row in order; absent: those of the table. */
  columns?: readonly string[]
  format: 'TabSeparated' | 'JSONEachRow' | 'JSONCompactEachRow'
  body: Buffer
  token: string
  rows: number
}

export type ClickHouseOptions = {
  /** `http(s)://user:password@host:8123/database` of a server; absent: embedded. */
  url?: string | undefined
  /** Where the embedded engine keeps its data. */
  directory?: string
  /** The database when the URL names none. */
  database?: string
  lanes?: Partial<Record<LaneName, Partial<LaneSpec>>>
  /** Called with the name of each query that is about to be run. */
  onQuery?: (name: string) => void
}

export type QueryOptions = {
  signal?: AbortSignal | undefined
  /** Instead of the lane that the query declares. */
  lane?: ReadLane
}

/** Gauges and counters of one lane. */
export type LaneStats = { running: number; queued: number; statements: number; failures: number }

/** ClickHouse, in process or as a server. It rejects with a ClickHouseError, a refused argument or the reason of the caller's signal. */
export type ClickHouse = AsyncDisposable & {
  readonly database: string
  /** Runs a reading query; rows in the order of the statement. */
  query<Parameters, Row>(
    query: NamedQuery<Parameters, Row>,
    parameters: Parameters & object,
    options?: QueryOptions,
  ): Promise<Row[]>
  /** The same answer by column. */
  columns<Parameters, Row>(
    query: NamedQuery<Parameters, Row>,
    parameters: Parameters & object,
    options?: QueryOptions,
  ): Promise<Columns<Row>>
  /** Stores all rows once, however often it is called with the same token; `retriable` of the error says whether to call again. */
  insertBatch(batch: InsertBatch): Promise<void>
  /** Runs one statement that answers nothing, such as DDL. */
  command(sql: string): Promise<void>
  /** Makes the database if it is absent; `onCluster` is an ON CLUSTER clause or empty. */
  createDatabase(onCluster?: string): Promise<void>
  /** Resolves if the store answers. */
  ping(): Promise<void>
  stats(): Record<LaneName, LaneStats>
}

// The engine reports that a statement took too long; this much later we stop waiting for any answer.
const graceMs = 1_000

const pingQuery = namedQuery({ name: 'ping', sql: 'SELECT 1 AS one', row: { one: number } })

const identifiers = (names: readonly string[]): string => {
  const odd = names.find((name) => !/^\w+(\.\w+)?$/.test(name))
  if (odd !== undefined) throw new TypeError(`${odd} is not the name of a table or column.`)
  return names.join(', ')
}

const insertInto = ({ table, columns, format }: InsertBatch): string =>
  `INSERT INTO ${identifiers([table])}${columns ? ` (${identifiers(columns)})` : ''} FORMAT ${format}`

const databaseOf = ({ url, database = 'vf' }: ClickHouseOptions): string => {
  const name = (url === undefined ? '' : new URL(url).pathname.slice(1)) || database
  if (!/^\w+$/.test(name)) throw new TypeError(`${name} is not a database name.`)
  return name
}

const ofLanes = <T>(of: (name: LaneName) => T): Record<LaneName, T> => ({
  light: of('light'),
  heavy: of('heavy'),
  write: of('write'),
})

/**
 * Opens ClickHouse. Embedded, it takes the directory for this process and fails with a ConfigError when another has it;
 * a server is not contacted before the first statement. Disposing waits for what the engine is still computing.
 */
export const openClickHouse = async (options: ClickHouseOptions): Promise<ClickHouse> => {
  const { url, directory = '', onQuery } = options
  const database = databaseOf(options)
  const defaults = url === undefined ? embeddedLanes : serverLanes
  const specs = ofLanes((name) => ({ ...defaults[name], ...options.lanes?.[name] }))
  const clients =
    url === undefined
      ? await openEmbeddedClients(directory, database, specs)
      : connectToServer(new URL(url), database, specs)
  const lanes = ofLanes((name) => createLane(name, specs[name]))
  const counters = ofLanes(() => ({ statements: 0, failures: 0 }))

  /** A slot stays taken until its work has ended, but the caller is answered when its time is over or it gives up. */
  const run = async <T>(
    name: LaneName,
    work: (client: ClickHouseClient, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    counters[name].statements += 1
    const waitMs = specs[name].timeoutMs + graceMs
    const abandon = new AbortController()
    const abandoned = Promise.withResolvers<never>()
    abandon.signal.addEventListener('abort', () => abandoned.reject(abandon.signal.reason))
    const onAbort = () => abandon.abort(signal?.reason)
    let timer: NodeJS.Timeout | undefined
    try {
      signal?.throwIfAborted()
      signal?.addEventListener('abort', onAbort)
      const done = lanes[name].run(() => {
        timer = setTimeout(
          () => abandon.abort(new ClickHouseError('unavailable', `No answer within ${waitMs} ms.`)),
          waitMs,
        )
        return work(clients[name], abandon.signal)
      }, abandon.signal)
      return await Promise.race([done, abandoned.promise])
    } catch (error) {
      counters[name].failures += 1
      if (signal?.aborted) throw signal.reason
      throw error instanceof TypeError ? error : toClickHouseError(error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  const columns = async <Row>(
    query: Pick<NamedQuery<unknown, Row>, 'name' | 'lane' | 'template' | 'row'>,
    parameters: object,
    { lane = query.lane, signal }: QueryOptions = {},
  ): Promise<Columns<Row>> => {
    const { name, template } = query
    template.check(parameters)
    onQuery?.(name)
    const [sql, bound] = clients.bindsParameters
      ? [template.sql, parameters as Record<string, unknown>]
      : [template.render(parameters), undefined]
    const answer = await run(
      lane,
      async (client, abort_signal) => {
        const { stream } = await client.exec({ query: `${sql}\nFORMAT JSONColumns`, query_params: bound, abort_signal })
        return text(stream)
      },
      signal,
    )
    return decodeColumns(query, answer)
  }

  return {
    database,
    query: async (query, parameters, options) => rowsOf(await columns(query, parameters, options)),
    columns,
    insertBatch: (batch) =>
      run('write', async (client, abort_signal) => {
        const answer = await client.exec({
          query: insertInto(batch),
          values: Readable.from([batch.body], { objectMode: false }),
          clickhouse_settings: { insert_deduplication_token: batch.token },
          abort_signal,
        })
        await text(answer.stream)
      }),
    command: (sql) =>
      run('write', async (client, abort_signal) => {
        await client.command({ query: sql, abort_signal })
      }),
    createDatabase: (onCluster = '') => run('write', () => clients.createDatabase(onCluster)),
    ping: async () => {
      await columns(pingQuery, {})
    },
    stats: () => ofLanes((name) => ({ ...lanes[name].stats(), ...counters[name] })),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(laneNames.map((name) => lanes[name].close()))
      await clients.close()
    },
  }
}
