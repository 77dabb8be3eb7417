import { ConfigError } from '../lib/errors.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { readParity } from './parity.ts'
import { ask } from './step.ts'
import { readTelemetry } from './telemetry-parity.ts'

/** Refuses while old and new tables differ, as a ConfigError that says where. */
export const requireParity = async (db: Transaction): Promise<void> => {
  const { isClean, withoutChannel, tables } = await readParity(db)
  if (isClean) return
  const [table] = tables.filter(({ differences }) => differences > 0)
  const [lacking] = withoutChannel.filter(({ rows }) => rows > 0)
  const what = table
    ? `${table.source} differs from ${table.destination} in ${table.differences} rows`
    : `${lacking!.rows} rows of ${lacking!.table} have no channel`
  throw new ConfigError(
    `${what}: \`channelscope adopt status\` shows all that differs, and \`channelscope adopt phase-a\` looks after it.`,
  )
}

const lastWritesOfPostgres = ask<{ what: string; at: Date; age: number }>(
  `SELECT table_name || ' was written through ' || column_name AS what, last_at AS at,
    extract(epoch FROM clock_timestamp() - last_at)::float8 AS age FROM adoption.last_write`,
)

// Ages are told by the database: the clock of this machine may be wrong.
const secondsOfDatabase = ask<{ now: number }>('SELECT extract(epoch FROM clock_timestamp())::float8 AS now')

/** The last writes through old tables and columns of Postgres, and of ClickHouse by the instants that its rows tell. */
const readLastWrites = async (db: Transaction, clickHouse: ClickHouse) => {
  const telemetry = await readTelemetry(clickHouse)
  const [{ now } = { now: 0 }] = await db.query(secondsOfDatabase)
  return [
    ...(await db.query(lastWritesOfPostgres)),
    ...telemetry.flatMap(({ table, lastWriteAt: at }) =>
      at === null ? [] : [{ what: `${table} was written by an old writer`, at, age: now - at.getTime() / 1_000 }],
    ),
  ]
}

/** Refuses as long as somebody wrote through an old table or column within this time, as a ConfigError that names it. */
export const requireQuiet = async (
  { db, clickHouse }: { db: Transaction; clickHouse: ClickHouse },
  seconds: number,
): Promise<void> => {
  const [last] = (await readLastWrites(db, clickHouse)).sort((one, other) => one.age - other.age)
  if (!last || last.age >= seconds) return
  throw new ConfigError(
    `${last.what} at ${last.at.toISOString()}, ${Math.floor(last.age)} s ago: stop what writes there, and try again when nothing did for ${seconds} s (--quiet-for changes that).`,
  )
}
