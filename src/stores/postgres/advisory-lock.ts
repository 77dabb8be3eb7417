import type { Postgres } from './postgres.ts'
import { SessionClient } from './session-client.ts'

/** The connection that has the lock; null when another process holds it. */
const take = async (db: Postgres, key: number): Promise<SessionClient | null> => {
  const client = new SessionClient({ ...db.pool.options, application_name: 'channelscope lock' })
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [key])
  if (rows[0]!.taken) return client
  await client.end()
  return null
}

/**
 * Takes an advisory lock that lasts as long as its own connection; null when another process holds it. Where the database moves, it is taken
 * at the new place as well.
 */
export const takeAdvisoryLock = async (db: Postgres, key: number): Promise<AsyncDisposable | null> => {
  const first = await take(db, key)
  if (!first) return null
  const held: Promise<SessionClient | null>[] = [Promise.resolve(first)]
  const stopHearing = db.onMoved(() => held.push(take(db, key).catch(() => null)))
  return {
    async [Symbol.asyncDispose]() {
      stopHearing()
      for (const client of await Promise.all(held)) await client?.end()
    },
  }
}
