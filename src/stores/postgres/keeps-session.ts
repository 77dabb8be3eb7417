import type pg from 'pg'
import { failureCode } from './failure.ts'
import { SessionClient } from './session-client.ts'

const backend = 'SELECT pg_backend_pid() AS pid'
/** A pooler that picks at random picks the same again and again less often than once in thousands. */
const rounds = 6
const patienceMs = 5_000

/** What a pooler answers to BEGIN where it gives every statement another session. */
const protocolViolation = '08P01'

/** Whether a connection keeps its session of the server between transactions, which some poolers give to others. */
export const keepsSession = async (url: string): Promise<boolean> => {
  const open = () => {
    const client = new SessionClient({
      connectionString: url,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
      application_name: 'channelscope session check',
    })
    client.on('error', () => undefined)
    return client
  }
  const [one, other] = [open(), open()]
  const pidOf = async (client: pg.Client): Promise<number> => (await client.query(backend)).rows[0].pid
  try {
    await one.connect()
    await other.connect()
    const own = await pidOf(one)
    for (let round = 0; round < rounds; round++) {
      try {
        await other.query('BEGIN')
      } catch (error) {
        if (failureCode(error) === protocolViolation) return false
        throw error
      }
      const others = await pidOf(other)
      await other.query('COMMIT')
      // Twice: two sessions that are given in turn would come back to the same one after what the other connection did.
      if (others === own || (await pidOf(one)) !== own || (await pidOf(one)) !== own) return false
    }
    return true
  } finally {
    await Promise.all([one.end(), other.end()])
  }
}

/** What whoever named such a pooler has to do, for the variable that names it. */
export const sessionsNeeded = (variable: string): string =>
  `${variable} names a pooler that gives each transaction another session (transaction mode): prepared statements, LISTEN and advisory locks need one that stays. Name Postgres itself, or a pool in session mode.`
