import type pg from 'pg'
import type { Postgres, Transaction } from './postgres.ts'
import type { Statement } from './statement.ts'

/** Runs one piece of work after the other. */
const inTurn = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
}

/**
 * Runs work that uses many transactions of a database as one: all that it wrote is there afterwards, or nothing where it failed or
 * the process ended. Its own transactions are savepoints, one after the other; nobody else sees anything before the end.
 */
export const inOneTransaction = async <T>(db: Postgres, work: (whole: Postgres) => Promise<T>): Promise<T> => {
  const client = await db.pool.connect()
  let broken: Error | undefined
  const lose = (error: Error): void => {
    broken = error
  }
  client.on('error', lose)
  const query: Transaction['query'] = async <Row extends pg.QueryResultRow>(
    { name, text }: Statement,
    values: readonly unknown[] = [],
  ) => (await client.query<Row>({ name, text, values: [...values] })).rows
  const turn = inTurn()
  const savepoint = async <R>(part: (tx: Transaction) => Promise<R>): Promise<R> => {
    await client.query('SAVEPOINT part')
    try {
      const result = await part({ query })
      await client.query('RELEASE SAVEPOINT part')
      return result
    } catch (error) {
      await client.query('ROLLBACK TO SAVEPOINT part')
      throw error
    }
  }
  try {
    await client.query('BEGIN')
    // What is done between two statements may take longer than a session may usually be idle in a transaction.
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    const result = await work({ ...db, query, transaction: (part) => turn(() => savepoint(part)) })
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(lose)
    throw error
  } finally {
    client.off('error', lose)
    client.release(broken)
  }
}
