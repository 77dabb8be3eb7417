import { type MetricSource, metricsPer } from '../lib/metric.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** The numbers of Postgres, by the names of the databases. */
export const poolMetrics = (pools: Record<string, Postgres>): MetricSource[] => {
  const { gauge, counter, histogram } = metricsPer('database', () =>
    Object.entries(pools).map(([database, db]) => [database, db.stats()] as const),
  )
  return [
    gauge('postgres_pool_connections', 'Open connections to Postgres.', ({ total }) => total),
    gauge('postgres_pool_idle_connections', 'Open connections to Postgres without work.', ({ idle }) => idle),
    gauge('postgres_pool_waiting_requests', 'Statements that wait for a connection.', ({ waiting }) => waiting),
    gauge('postgres_pool_max_connections', 'Most connections to Postgres at a time.', ({ max }) => max),
    histogram(
      'postgres_pool_wait_seconds',
      'Time from asking the pool for a connection to having one.',
      ({ waits }) => waits,
    ),
    counter('postgres_statements_total', 'Postgres statements sent.', ({ statements }) => statements),
  ]
}

const clickHouseMetrics = (clickHouse: ClickHouse): MetricSource[] => {
  const { gauge, counter, histogram } = metricsPer('lane', () => Object.entries(clickHouse.stats()))
  return [
    gauge('clickhouse_running_statements', 'ClickHouse statements under way.', ({ running }) => running),
    gauge('clickhouse_queued_statements', 'ClickHouse statements that wait for a session.', ({ queued }) => queued),
    histogram('clickhouse_wait_seconds', 'Time that ClickHouse statements waited for a session.', ({ waits }) => waits),
    histogram(
      'clickhouse_statement_duration_seconds',
      'Time of ClickHouse statements, the wait included.',
      ({ durations }) => durations,
    ),
    counter('clickhouse_statements_total', 'ClickHouse statements sent.', ({ statements }) => statements),
    counter('clickhouse_failed_statements_total', 'ClickHouse statements that failed.', ({ failures }) => failures),
  ]
}

/** The numbers of Postgres, by the names of the databases, and of ClickHouse. */
export const storeMetrics = (databases: Record<string, Postgres>, clickHouse: ClickHouse): MetricSource[] => [
  ...poolMetrics(databases),
  ...clickHouseMetrics(clickHouse),
]
