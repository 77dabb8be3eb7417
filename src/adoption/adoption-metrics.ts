import type { Steady } from '../lib/clock.ts'
import { gauge, type MetricSource } from '../lib/metric.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { LegacyTelemetry } from './clickhouse/settle.ts'
import { type Parity, readParity } from './parity.ts'
import { adoptionState } from './phases.ts'
import { ask } from './step.ts'
import { readTelemetry } from './telemetry-parity.ts'

/** To compare reads whole tables, so it is done at most this often. */
const comparedEveryMs = 600_000
/** How often it is asked whether the database is in the overlap. */
const askedEveryMs = 60_000

/** Numbers of a database that two systems share; without rows on every other database. */
export const adoptionMetrics = (db: Postgres, clickHouse: ClickHouse, steady: Steady): MetricSource[] => {
  let parity: Parity | undefined
  let comparedAt = Number.NEGATIVE_INFINITY
  let known: { at: number; isShared: Promise<boolean> } | undefined

  const isShared = (): Promise<boolean> => {
    if (known && steady() - known.at < askedEveryMs) return known.isShared
    known = {
      at: steady(),
      isShared: adoptionState(db).then(
        (state) => state === 'overlap',
        () => false,
      ),
    }
    return known.isShared
  }
  /** What was found when it was compared last. Nobody waits for the comparison. */
  const compared = async (): Promise<Parity | undefined> => {
    if (!(await isShared())) return undefined
    if (steady() - comparedAt >= comparedEveryMs) {
      comparedAt = steady()
      void readParity(db).then(
        (read) => {
          parity = read
        },
        () => undefined,
      )
    }
    return parity
  }
  let telemetry: { at: number; read: Promise<LegacyTelemetry[] | null> } | undefined
  const ofTelemetry = async (value: (one: LegacyTelemetry) => number | null) => {
    if (!(await isShared())) return null
    if (!telemetry || steady() - telemetry.at >= askedEveryMs)
      telemetry = { at: steady(), read: readTelemetry(clickHouse).catch(() => null) }
    const read = await telemetry.read
    return (
      read?.flatMap((one) => {
        const found = one.state === 'taken' || one.state === 'legacy' ? value(one) : null
        return found === null ? [] : [{ labels: { table: one.table }, value: found }]
      }) ?? null
    )
  }
  const ofShared = async <Row>(sql: string): Promise<Row[] | null> =>
    (await isShared()) ? db.query(ask<Row>(sql)).catch(() => null) : null

  return [
    gauge(
      'adoption_differences',
      'Rows that differ between a table from before and ours, as compared within the last ten minutes.',
      async () =>
        (await compared())?.tables.map(({ source, differences }) => ({
          labels: { table: source },
          value: differences,
        })) ?? null,
      ['table'],
    ),
    gauge(
      'adoption_rows_without_channel',
      'Rows of tables from before that name a user without a channel, as counted within the last ten minutes.',
      async () =>
        (await compared())?.withoutChannel.map(({ table, rows }) => ({ labels: { table }, value: rows })) ?? null,
      ['table'],
    ),
    gauge(
      'adoption_findings',
      'Rows from before that were not taken over as they were, by what is wrong with them.',
      async () => {
        const rows = await ofShared<{ kind: string; count: number }>(
          'SELECT kind, count(*)::int AS count FROM adoption.finding GROUP BY kind',
        )
        return rows?.map(({ kind, count }) => ({ labels: { kind }, value: count })) ?? null
      },
      ['kind'],
    ),
    gauge(
      'adoption_unsettled_rows',
      'Rows of telemetry that old writers wrote and that do not have our form yet.',
      () => ofTelemetry(({ unsettled }) => unsettled),
      ['table'],
    ),
    gauge(
      'adoption_last_write_timestamp_seconds',
      'When somebody else last wrote through an old table, since the epoch.',
      async () => {
        const rows = await ofShared<{ table: string; at: number }>(
          'SELECT table_name AS "table", max(extract(epoch FROM last_at))::float8 AS at FROM adoption.last_write GROUP BY 1',
        )
        const newest = await ofTelemetry(({ lastWriteAt }) => lastWriteAt && lastWriteAt.getTime() / 1_000)
        if (!rows) return newest
        return [...rows.map(({ table, at }) => ({ labels: { table }, value: at })), ...(newest ?? [])]
      },
      ['table'],
    ),
  ]
}
