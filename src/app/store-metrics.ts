import type { MetricSource } from '../lib/metric.ts'
import type { ClickHouse, QueryPoolStats } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** The numbers of Postgres, by the names of the databases. */
export const poolMetrics = (pools: Record<string, Postgres>): MetricSource[] => {
  const entries = Object.entries(pools)
  const labels = ['database']
  const perPool = (read: (stats: ReturnType<Postgres['stats']>) => number) => () =>
    entries.map(([database, db]) => ({ labels: { database }, value: read(db.stats()) }))
  return [
    {
      name: 'postgres_pool_connections',
      help: 'Open connections to Postgres.',
      kind: 'gauge',
      labels,
      read: perPool(({ total }) => total),
    },
    {
      name: 'postgres_pool_idle_connections',
      help: 'Open connections to Postgres without work.',
      kind: 'gauge',
      labels,
      read: perPool(({ idle }) => idle),
    },
    {
      name: 'postgres_pool_waiting_requests',
      help: 'Statements that wait for a connection.',
      kind: 'gauge',
      labels,
      read: perPool(({ waiting }) => waiting),
    },
    {
      name: 'postgres_pool_max_connections',
      help: 'Most connections to Postgres at a time.',
      kind: 'gauge',
      labels,
      read: perPool(({ max }) => max),
    },
    {
      name: 'postgres_pool_wait_seconds',
      help: 'Time from asking the pool for a connection to having one.',
      kind: 'histogram',
      labels,
      read: () => entries.map(([database, db]) => ({ labels: { database }, histogram: db.stats().waits })),
    },
    {
      name: 'postgres_statements_total',
      help: 'Postgres statements sent.',
      kind: 'counter',
      labels,
      read: perPool(({ statements }) => statements),
    },
  ]
}

const clickHouseMetrics = (clickHouse: ClickHouse): MetricSource[] => {
  const labels = ['lane']
  const pools = () => Object.entries(clickHouse.stats())
  const perLane = (read: (stats: QueryPoolStats) => number) => () =>
    pools().map(([pool, stats]) => ({ labels: { lane: pool }, value: read(stats) }))
  return [
    {
      name: 'clickhouse_running_statements',
      help: 'ClickHouse statements under way.',
      kind: 'gauge',
      labels,
      read: perLane(({ running }) => running),
    },
    {
      name: 'clickhouse_queued_statements',
      help: 'ClickHouse statements that wait for a session.',
      kind: 'gauge',
      labels,
      read: perLane(({ queued }) => queued),
    },
    {
      name: 'clickhouse_wait_seconds',
      help: 'Time that ClickHouse statements waited for a session.',
      kind: 'histogram',
      labels,
      read: () => pools().map(([pool, { waits }]) => ({ labels: { lane: pool }, histogram: waits })),
    },
    {
      name: 'clickhouse_statement_duration_seconds',
      help: 'Time of ClickHouse statements, the wait included.',
      kind: 'histogram',
      labels,
      read: () => pools().map(([pool, { durations }]) => ({ labels: { lane: pool }, histogram: durations })),
    },
    {
      name: 'clickhouse_statements_total',
      help: 'ClickHouse statements sent.',
      kind: 'counter',
      labels,
      read: perLane(({ statements }) => statements),
    },
    {
      name: 'clickhouse_failed_statements_total',
      help: 'ClickHouse statements that failed.',
      kind: 'counter',
      labels,
      read: perLane(({ failures }) => failures),
    },
  ]
}

/** The numbers of Postgres, by the names of the databases, and of ClickHouse. */
export const storeMetrics = (databases: Record<string, Postgres>, clickHouse: ClickHouse): MetricSource[] => [
  ...poolMetrics(databases),
  ...clickHouseMetrics(clickHouse),
]
