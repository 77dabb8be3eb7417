import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { reasonText } from '../../lib/errors.ts'
import { Histogram, latencyBounds } from '../../lib/metric.ts'
import { isTracing, span } from '../../lib/tracing.ts'
import { ClickHouseError, toClickHouseError } from './clickhouse-error.ts'
import { number } from './columns.ts'
import { type AskShared, createCompany, type Reader } from './company.ts'
import { openEmbeddedClients } from './embedded-clients.ts'
import { type InsertBatch, insertInto } from './insert-batch.ts'
import {
  type Columns,
  decodeColumns,
  type NamedQuery,
  type NumberQuery,
  namedQuery,
  type ReadPool,
  rowsOf,
} from './named-query.ts'
import { type NumberColumns, readNative } from './native-format.ts'
import { createQueryPool } from './query-pool.ts'
import {
  embeddedQueryPools,
  type QueryPoolName,
  type QueryPoolSpec,
  queryPoolNames,
  serverQueryPools,
} from './query-pool-settings.ts'
import { connectToServer } from './server-clients.ts'

export type ClickHouseOptions = {
  /** `http(s)://user:password@host:8123/database` of a server; absent: embedded. */
  url?: string | undefined
  /** The cluster of the server over which the tables are spread; absent: one node. */
  cluster?: string | undefined
  /** Where the embedded engine keeps its data. */
  directory?: string
  /** The database when the URL names none. */
  database?: string
  queryPools?: Partial<Record<QueryPoolName, Partial<QueryPoolSpec>>>
  /** Called with the name of each query that is about to be run. */
  onQuery?: (name: string) => void
}

export type QueryOptions = {
  signal?: AbortSignal | undefined
  /** Instead of the pool that the query declares. */
  pool?: ReadPool
}

/** The formats that an answer can be streamed in. The embedded engine makes Parquet as a whole: its caller bounds the rows. */
export type StreamFormat = 'CSVWithNames' | 'JSONEachRow' | 'Parquet'

/** Gauges and counters of one pool, and in seconds how long statements waited for it and took in all. */
type QueryPoolStats = {
  running: number
  queued: number
  statements: number
  failures: number
  waits: Histogram
  durations: Histogram
}

/** ClickHouse, in process or as a server. It rejects with a ClickHouseError, a refused argument or the reason of the caller's signal. */
export type ClickHouse = AsyncDisposable & {
  readonly database: string
  /** Whether it is a server; else the engine in this process. */
  readonly isServer: boolean
  /** The cluster over which the tables are spread; absent: one node. */
  readonly cluster?: string | undefined
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
  /** The answer of a query of numbers; null is NaN. */
  numbers<Parameters, Name extends string>(
    query: NumberQuery<Parameters, Name>,
    parameters: Parameters & object,
    options?: QueryOptions,
  ): Promise<NumberColumns<Name>>
  /** The answer to a question that may go with those of others, see `createCompany`. */
  together: AskShared
  /** The answer as bytes of a format, whole only at its `end`; its slot is taken until the stream has ended. */
  stream<Parameters>(
    query: NamedQuery<Parameters, object>,
    parameters: Parameters & object,
    format: StreamFormat,
    options?: QueryOptions,
  ): Promise<Readable>
  /** Stores all rows once, however often it is called with the same token; `retriable` of the error says whether to call again. */
  insertBatch(batch: InsertBatch): Promise<void>
  /** Runs one statement that answers nothing, such as DDL. */
  command(sql: string): Promise<void>
  /** Makes the database if it is absent; `onCluster` is an ON CLUSTER clause or empty. */
  createDatabase(onCluster?: string): Promise<void>
  /** Resolves if the store answers. */
  ping(): Promise<void>
  stats(): Record<QueryPoolName, QueryPoolStats>
}

type AnyQuery = Pick<NamedQuery<unknown, unknown>, 'name' | 'pool' | 'template'>
type Work<T> = (client: ClickHouseClient, signal: AbortSignal) => Promise<T>

/** Asks for a whole answer as bytes of a format. */
type AskFor = (
  query: AnyQuery,
  parameters: object,
  format: 'JSONColumns' | 'Native',
  options?: QueryOptions,
) => Promise<Buffer>

/** Reads what is asked for in this way. */
const readerOf = (ask: AskFor): Pick<ClickHouse, keyof Reader> => ({
  columns: async (query, parameters, options) =>
    decodeColumns(query, (await ask(query, parameters, 'JSONColumns', options)).toString()),
  numbers: async (query, parameters, options) => {
    const answer = await ask(query, parameters, 'Native', options)
    try {
      return readNative(answer, query.types)
    } catch (cause) {
      throw new TypeError(`${query.name} answered ${reasonText(cause)}.`, { cause })
    }
  },
})

// The engine reports that a statement took too long; this much later we stop waiting for any answer.
const graceMs = 1_000

const pingQuery = namedQuery({ name: 'ping', sql: 'SELECT 1 AS one', row: { one: number } })

const databaseOf = ({ url, database = 'vf' }: ClickHouseOptions): string => {
  const name = (url === undefined ? '' : new URL(url).pathname.slice(1)) || database
  if (!/^\w+$/.test(name)) throw new TypeError(`${name} is not a database name.`)
  return name
}

const forEachPool = <T>(of: (name: QueryPoolName) => T): Record<QueryPoolName, T> => ({
  light: of('light'),
  heavy: of('heavy'),
  write: of('write'),
})

/** Opens ClickHouse; embedded, a directory that another process has is a ConfigError, and a server is not contacted yet. */
export const openClickHouse = async (options: ClickHouseOptions): Promise<ClickHouse> => {
  const { url, directory = '', onQuery } = options
  const database = databaseOf(options)
  const defaults = url === undefined ? embeddedQueryPools : serverQueryPools
  const specs = forEachPool((name) => ({ ...defaults[name], ...options.queryPools?.[name] }))
  const clients =
    url === undefined
      ? await openEmbeddedClients(directory, database, specs)
      : connectToServer(new URL(url), database, specs, options.cluster !== undefined)
  const pools = forEachPool((name) => createQueryPool(name, specs[name]))
  const counters = forEachPool(() => ({ statements: 0, failures: 0, durations: new Histogram(latencyBounds) }))

  /** A slot stays taken until its work has ended, but the caller is answered when its time is over or it gives up. */
  const runInPool = async <T>(name: QueryPoolName, work: Work<T>, signal?: AbortSignal): Promise<T> => {
    counters[name].statements += 1
    const startedAt = performance.now()
    const waitMs = specs[name].timeoutMs + graceMs
    const abandon = new AbortController()
    const abandoned = Promise.withResolvers<never>()
    abandon.signal.addEventListener('abort', () => abandoned.reject(abandon.signal.reason))
    const onAbort = () => abandon.abort(signal?.reason)
    let timer: NodeJS.Timeout | undefined
    try {
      signal?.throwIfAborted()
      signal?.addEventListener('abort', onAbort)
      const done = pools[name].run(() => {
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
      counters[name].durations.observe((performance.now() - startedAt) / 1_000)
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** The same in a span of the statement's name; never with its text or its parameters. */
  const run = <T>(statement: string, pool: QueryPoolName, work: Work<T>, signal?: AbortSignal): Promise<T> => {
    if (!isTracing()) return runInPool(pool, work, signal)
    const attributes = { 'db.system.name': 'clickhouse', 'channelscope.lane': pool }
    return span(`clickhouse ${statement}`, { kind: 'client', attributes }, () => runInPool(pool, work, signal))
  }

  /** A statement as the driver takes it. */
  const prepare = (
    { name, template }: AnyQuery,
    parameters: object,
    format: StreamFormat | 'JSONColumns' | 'Native',
  ) => {
    template.check(parameters)
    onQuery?.(name)
    return clients.bindsParameters
      ? { query: `${template.sql}\nFORMAT ${format}`, query_params: parameters as Record<string, unknown> }
      : { query: `${template.render(parameters)}\nFORMAT ${format}` }
  }

  const answerOf = async (client: ClickHouseClient, prepared: ReturnType<typeof prepare>, abort_signal: AbortSignal) =>
    buffer((await client.exec({ ...prepared, abort_signal })).stream)

  /** The whole answer as bytes of a format. */
  const ask: AskFor = async (query, parameters, format, { pool = query.pool, signal } = {}) => {
    const prepared = prepare(query, parameters, format)
    return run(query.name, pool, (client, abort_signal) => answerOf(client, prepared, abort_signal), signal)
  }

  const { columns, numbers } = readerOf(ask)

  const together = createCompany((name, read, { pool = 'light', signal }) =>
    run(
      name,
      pool,
      (client, abort_signal) => {
        const askHere: AskFor = async (query, parameters, format) =>
          answerOf(client, prepare(query, parameters, format), abort_signal)
        return read(readerOf(askHere))
      },
      signal,
    ),
  )

  const stream = (
    query: NamedQuery<unknown, object>,
    parameters: object,
    format: StreamFormat,
    { pool = query.pool, signal }: QueryOptions = {},
  ): Promise<Readable> => {
    const prepared = prepare(query, parameters, format)
    const begun = Promise.withResolvers<Readable>()
    const work: Work<void> = async (client, abort_signal) => {
      const answer = (await client.exec({ ...prepared, abort_signal })).stream as Readable
      const cut = () => answer.destroy(abort_signal.reason)
      abort_signal.addEventListener('abort', cut)
      if (abort_signal.aborted) cut()
      begun.resolve(answer)
      // How it ended is for the reader, who sees it on the stream.
      await finished(answer).catch(() => undefined)
      abort_signal.removeEventListener('abort', cut)
    }
    run(query.name, pool, work, signal).catch(begun.reject)
    return begun.promise
  }

  return {
    database,
    isServer: url !== undefined,
    cluster: options.cluster,
    query: async (query, parameters, options) => rowsOf(await columns(query, parameters, options)),
    columns,
    numbers,
    together,
    stream: async (query, parameters, format, options) =>
      stream(query as NamedQuery<unknown, object>, parameters, format, options),
    insertBatch: (batch) =>
      run(`insert ${batch.table}`, 'write', async (client, abort_signal) => {
        const answer = await client.exec({
          query: insertInto(batch),
          values: Readable.from([batch.body], { objectMode: false }),
          clickhouse_settings: { ...batch.settings, insert_deduplication_token: batch.token },
          abort_signal,
        })
        await text(answer.stream)
      }),
    command: (sql) =>
      run('command', 'write', async (client, abort_signal) => {
        await client.command({ query: sql, abort_signal })
      }),
    createDatabase: (onCluster = '') => run('create database', 'write', () => clients.createDatabase(onCluster)),
    ping: async () => {
      await columns(pingQuery, {})
    },
    stats: () => forEachPool((name) => ({ ...pools[name].stats(), ...counters[name] })),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(queryPoolNames.map((name) => pools[name].close()))
      await clients.close()
    },
  }
}
