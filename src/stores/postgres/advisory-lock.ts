import type { Postgres } from './postgres.ts'
import { SessionClient } from './session-client.ts'

/** Takes an advisory lock that lasts as long as its own connection; null when another process holds it. */
export const takeAdvisoryLock = async (db: Postgres, key: number): Promise<AsyncDisposable | null> => {
  const client = new SessionClient({ ...db.pool.options, application_name: 'channelscope lock' })
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [key])
  if (rows[0]!.taken) return { [Symbol.asyncDispose]: () => client.end() }
  await client.end()
  return null
}
