import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { Log } from '../../lib/log.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'

/**
 * A pg-boss over the pool of a database, in its schema `pgboss`. It is not started, and its errors are only logged. Only with
 * `scheduling` are due jobs queued and dead runs found.
 */
export const createPgBoss = ({ db, log, scheduling }: { db: Postgres; log: Log; scheduling: boolean }): PgBoss => {
  const boss = new PgBoss({
    // pg's own parsers, because pg-boss calculates with counts that our parsers return as bigints.
    db: { executeSql: (text, values) => db.pool.query({ text, values: values as unknown[], types: pg.types }) },
    // A migration made the schema, so that the login of the service needs no right to create one.
    createSchema: false,
    schedule: scheduling,
    supervise: scheduling,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    cronMonitorIntervalSeconds: 10,
    cronWorkerIntervalSeconds: 5,
    // After a step of the clock, jobs come at wrong times for this long.
    clockMonitorIntervalSeconds: 30,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', (error) => log.warn({ err: error.message }, 'the queue of jobs met an error and goes on'))
  boss.on('warning', ({ message }) => log.debug({}, message))
  return boss
}
