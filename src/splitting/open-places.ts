import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { ConfigError } from '../lib/errors.ts'
import { isUnavailable, ofDatabase, permanentFailureReason } from '../stores/postgres/failure.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { openTextSession } from '../stores/postgres/text-session.ts'
import { commandLock } from './split-state.ts'

/** One place of `dm` on a connection of its own. */
export type Place = AsyncDisposable & {
  readonly url: string
  /** What named it: an option or a variable. */
  readonly given: string
  /** How a sentence names it: without its login. */
  readonly name: string
  readonly db: pg.Client
  /** The same for statements that are declared. */
  readonly tx: Transaction
}

/** A database as a sentence may name it: host, port and name. */
const placeName = (url: string): string => {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port || '5432'}${pathname}`
}

/** Has failures of a connection say of which database they are. */
const namingFailures = (db: pg.Client, url: string): pg.Client => {
  const query = db.query.bind(db) as (...given: readonly unknown[]) => Promise<unknown>
  const named = (...given: readonly unknown[]) =>
    query(...given).catch((error: unknown) => {
      throw ofDatabase(error, url)
    })
  return Object.assign(db, { query: named as typeof db.query })
}

/** Connects to the database that an option or a variable has `given`; a ConfigError says why that is not possible. */
export const openPlace = async (url: string, given: string): Promise<Place> => {
  const opened = await openTextSession(url, 'channelscope split-dm').catch((error: unknown) => {
    const reason = permanentFailureReason(error) ?? (isUnavailable(error) ? 'it does not answer' : undefined)
    if (reason === undefined) throw error
    throw new ConfigError(`${placeName(url)} can not be used: ${reason}.`)
  })
  const db = namingFailures(opened, url)
  const tx: Transaction = { query: async ({ text }, values) => (await db.query(text, values?.slice())).rows }
  return { url, given, name: placeName(url), db, tx, [Symbol.asyncDispose]: () => db.end() }
}

/** For so long the server may need to see that a command was killed. */
const killedMs = 3_000

/**
 * Takes the lock of the commands that move `dm`, in each place that is given, for as long as the connections last; a ConfigError where another one
 * has it. What a killed command had sent is done or undone by then.
 */
export const lockMove = async (...places: readonly Place[]): Promise<void> => {
  for (const { db, name } of places)
    for (const until = performance.now() + killedMs; ; await delay(100)) {
      const { rows } = await db.query('SELECT pg_try_advisory_lock($1) AS taken', [commandLock])
      if (rows[0].taken) break
      if (performance.now() > until)
        throw new ConfigError(`Another split-dm command works at ${name}: wait until it has ended.`)
    }
}
