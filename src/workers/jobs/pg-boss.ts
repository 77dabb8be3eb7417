import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { Log } from '../../lib/log.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'

export type PgBossOptions = {
  db: Postgres
  log: Log
  /** Whether due jobs are queued and runs that died are found. */
  scheduling: boolean
}

/** A pg-boss over the pool of a database, in its schema `pgboss`. It is not started, and its errors are only logged. */
export const createPgBoss = ({ db, log, scheduling }: PgBossOptions): PgBoss => {
  const boss = new PgBoss({
    // Its own reading of types, not ours: it calculates with the numbers it counts.
    db: { executeSql: (text, values) => db.pool.query({ text, values: values as unknown[], types: pg.types }) },
    // A migration has made it: the login of the service need not be one that may.
    createSchema: false,
    schedule: scheduling,
    supervise: scheduling,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    cronMonitorIntervalSeconds: 10,
    cronWorkerIntervalSeconds: 5,
    // A clock that is set makes jobs come at wrong times for this long.
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
