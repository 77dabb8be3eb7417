import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { backoffMs } from '../../lib/backoff.ts'
import { unavailable } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { Histogram, latencyBounds } from '../../lib/metric.ts'
import { isTracing, span } from '../../lib/tracing.ts'
import { DescribedQuery } from './described-query.ts'
import { isRetriableConflict, isUnavailable, ofDatabase } from './failure.ts'
import { SessionClient, type SessionConfig } from './session-client.ts'
import type { Statement } from './statement.ts'
import { valueTypes } from './value-types.ts'

/** Runs statements on one connection, inside a transaction. */
export type Transaction = {
  query<Row>(statement: Statement<Row>, values?: readonly unknown[]): Promise<Row[]>
}

/** Numbers of one pool: counts, and how long was waited for a connection, in seconds. */
type PostgresStats = {
  total: number
  idle: number
  waiting: number
  max: number
  statements: number
  waits: Histogram
}

/** One Postgres database behind one pool. */
export type Postgres = Transaction & {
  readonly url: string
  readonly pool: pg.Pool
  /** Runs `work` in a transaction; a serialisation failure or deadlock runs it again, so it must only touch the database. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  stats(): PostgresStats
  /** Calls the listener with every statement sent, until the returned function is called. */
  onStatement(listener: (name: string | undefined, text: string) => void): () => void
  /** The database is at another URL from now on. Connections that work end when they are given back; who has one of its own is told. */
  moveTo(url: string): Promise<void>
  /** Calls the listener when the database is at another URL, until the returned function is called. */
  onMoved(listener: () => void): () => void
  [Symbol.asyncDispose](): Promise<void>
}

export type PostgresOptions = {
  url: string
  log: Log
  /** Most connections at a time. */
  max?: number
  /** How long one statement may run on the server. */
  statementTimeoutMs?: number
  /** How long to wait for a connection of the pool. */
  connectTimeoutMs?: number
  /** Whether commits wait for the disk: true unless told. What was committed without is lost in a crash of the server, the newest first. */
  waitsForDisk?: boolean
}

const conflictAttempts = 8
/** How long connections may take to say goodbye. */
const goodbyeMs = 2_000

/** Every session speaks UTC and gives up on its own; that of a machine that is gone ends within 25 seconds. */
const sessionSettings = (statementTimeoutMs: number, waitsForDisk: boolean) => ({
  TimeZone: 'UTC',
  statement_timeout: statementTimeoutMs,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
  jit: 'off',
  ...(!waitsForDisk && { synchronous_commit: 'off' }),
})

/** A statement in a span of its own, by its name and what it begins with; its text may be anybody's. */
const statementSpan = <T>(statement: string | { name?: string; text?: string }, run: () => T): T => {
  const { name, text = '' } = typeof statement === 'string' ? { text: statement } : statement
  const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? ''
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation }
  return span(name ? `postgres ${name}` : `postgres ${operation}`, { kind: 'client', attributes }, run)
}

/** Statements whose columns were compared with what they claim. */
const verified = new WeakSet<Statement>()

/** Throws where the database answered other columns than the row type of the statement claims. */
const requireColumns = ({ name, columns }: Statement, fields: readonly pg.FieldDef[]): void => {
  const answered = fields.map((field) => field.name)
  if (columns && columns.join() !== answered.join())
    throw new Error(`The statement ${name} claims the columns ${columns.join()} and answers ${answered.join()}.`)
}

/** Opens a pool; nothing connects before the first statement. An unreachable database rejects with code UNAVAILABLE. */
export const openPostgres = (options: PostgresOptions): Postgres => {
  const { log, max = 12, statementTimeoutMs = 15_000, connectTimeoutMs = 3_000, waitsForDisk = true } = options
  let { url } = options
  const listeners = new Set<(name: string | undefined, text: string) => void>()
  const moveListeners = new Set<() => void>()
  const sockets = new Set<Socket>()
  const waits = new Histogram(latencyBounds)
  let statements = 0

  const newSocket = (): Socket => {
    const socket = new Socket()
    sockets.add(socket)
    return socket.once('close', () => sockets.delete(socket))
  }

  class CountedClient extends SessionClient {
    readonly leadsTo = url

    // biome-ignore lint/suspicious/noExplicitAny: pg overloads `query` with incompatible shapes
    override query(...args: any[]): any {
      statements++
      if (listeners.size > 0) {
        const config = args[0]
        const text = typeof config === 'string' ? config : String(config?.text ?? '')
        for (const listener of listeners) listener(config?.name, text)
      }
      // biome-ignore lint/suspicious/noExplicitAny: see above
      const run = () => (super.query as any)(...args)
      // With a callback it is the pool's own, whose span began before the wait for a connection.
      return isTracing() && typeof args.at(-1) !== 'function' ? statementSpan(args[0], run) : run()
    }
  }

  class ObservedPool extends pg.Pool {
    // biome-ignore lint/suspicious/noExplicitAny: pg overloads both methods with incompatible shapes
    override connect(callback?: any): any {
      // Whoever finds an idle connection gets it in this very turn.
      if (this.idleCount > this.waitingCount) waits.observe(0)
      else {
        const askedAt = performance.now()
        const taken = () => waits.observe((performance.now() - askedAt) / 1_000)
        if (callback) {
          const given = callback
          callback = (...args: unknown[]) => {
            taken()
            given(...args)
          }
        } else {
          // biome-ignore lint/suspicious/noExplicitAny: see above
          return (super.connect as any)().finally(taken)
        }
      }
      return super.connect(callback)
    }

    // biome-ignore lint/suspicious/noExplicitAny: see above
    override query(...args: any[]): any {
      // biome-ignore lint/suspicious/noExplicitAny: see above
      const run = () => (super.query as any)(...args)
      return isTracing() ? statementSpan(args[0], run) : run()
    }
  }

  const poolOptions: pg.PoolConfig & SessionConfig = {
    connectionString: url,
    Client: CountedClient,
    types: valueTypes,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    query_timeout: statementTimeoutMs + 5_000,
    keepAlive: true,
    stream: newSocket,
    application_name: 'channelscope',
    sessionSettings: sessionSettings(statementTimeoutMs, waitsForDisk),
  }
  const pool = new ObservedPool(poolOptions)
  // A connection lost while idle is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error.message }, 'an idle database connection was lost'))
  // The pool keeps no connection that has ended.
  pool.on('release', (_, client) => {
    if ((client as unknown as CountedClient).leadsTo !== url) void (client as unknown as CountedClient).end()
  })

  /** A failure as callers get it. */
  const translated = (error: unknown): unknown => {
    ofDatabase(error, url)
    return isUnavailable(error) ? unavailable('The database does not answer now.', error) : error
  }

  const rowsOf = <Row>(statement: Statement<Row>, { rows, fields }: pg.QueryResult): Row[] => {
    if (statement.columns && !verified.has(statement)) {
      requireColumns(statement, fields)
      verified.add(statement)
    }
    return rows
  }

  const run =
    (client: pg.PoolClient) =>
    async <Row>(statement: Statement<Row>, values: readonly unknown[] = []): Promise<Row[]> => {
      const { name, text } = statement
      return rowsOf(statement, await client.query({ name, text, values: values as unknown[] }))
    }

  /** Runs a statement on any connection. */
  const runOnPool = async <Row>(statement: Statement<Row>, values: readonly unknown[] = []): Promise<Row[]> => {
    const query = new DescribedQuery(statement.name, statement.text, values)
    // Its types say what a client answers, and not the pool.
    return rowsOf(statement, await (pool.query(query) as unknown as Promise<pg.QueryResult>))
  }

  const attempt = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    // A checked-out connection reports its loss here as well as in the pending query.
    const ignore = () => undefined
    client.on('error', ignore)
    let broken: Error | undefined
    try {
      await client.query('BEGIN')
      const result = await work({ query: run(client) })
      await client.query('COMMIT')
      return result
    } catch (error) {
      // A connection that did not answer will not answer this either.
      if (isUnavailable(error)) broken = error as Error
      else
        await client.query('ROLLBACK').catch((lost: Error) => {
          broken = lost
        })
      throw error
    } finally {
      client.off('error', ignore)
      client.release(broken)
    }
  }

  return {
    get url() {
      return url
    },
    pool,
    async query(statement, values) {
      try {
        return await runOnPool(statement, values)
      } catch (error) {
        throw translated(error)
      }
    },
    async transaction(work) {
      for (let failures = 0; ; failures++) {
        try {
          return await attempt(work)
        } catch (error) {
          if (failures + 1 >= conflictAttempts || !isRetriableConflict(error)) throw translated(error)
          await delay(backoffMs(failures, { baseMs: 10, maxMs: 500 }))
        }
      }
    },
    stats: () => {
      const { totalCount: total, idleCount: idle, waitingCount: waiting } = pool
      return { total, idle, waiting, max, statements, waits }
    },
    onStatement(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async moveTo(to) {
      url = to
      pool.options.connectionString = to
      const idle = await Promise.allSettled(Array.from({ length: pool.idleCount }, () => pool.connect()))
      for (const taken of idle) if (taken.status === 'fulfilled') taken.value.release()
      for (const listener of moveListeners) listener()
    },
    onMoved(listener) {
      moveListeners.add(listener)
      return () => moveListeners.delete(listener)
    },
    async [Symbol.asyncDispose]() {
      // A peer that is gone without a word answers neither a statement nor a goodbye.
      const forced = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, goodbyeMs)
      await pool.end()
      await Promise.all(Array.from(sockets, (socket) => new Promise((resolve) => socket.once('close', resolve))))
      clearTimeout(forced)
    },
  }
}
