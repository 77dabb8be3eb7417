import type { Connections } from '../http/server/connections.ts'
import type { Shipper, TableShipments } from '../ingest/shipper.ts'
import type { Spool } from '../ingest/spool.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { Hub } from '../live/hub.ts'
import type { Journal } from '../live/journal.ts'
import type { ClickHouse, QueryPoolStats } from '../stores/clickhouse/open-clickhouse.ts'
import { type PollerMetricsOptions, pollerMetrics } from './poller-metrics.ts'
import { subscriptionMetrics } from './subscription-metrics.ts'

export type AppMetricsOptions = PollerMetricsOptions & {
  spool: Spool
  /** Undefined until ClickHouse has its tables. */
  shipper: () => Shipper | undefined
  clickHouse: ClickHouse
  live: Hub
  connections: Connections
  journal: Journal
}

const ingestMetrics = ({ spool, shipper }: AppMetricsOptions): MetricSource[] => {
  type Backlog = ReturnType<Spool['stats']>['tables'][string]
  const labels = ['table']
  const perTable = (read: (backlog: Backlog) => number) => () =>
    Object.entries(spool.stats().tables).map(([table, backlog]) => ({ labels: { table }, value: read(backlog) }))
  const perShipped = (read: (shipments: TableShipments) => number) => () =>
    Object.entries(shipper()?.stats() ?? {}).map(([table, shipments]) => ({
      labels: { table },
      value: read(shipments),
    }))
  return [
    {
      name: 'spool_rows',
      help: 'Rows on disk that wait for ClickHouse, or in a queue (@) for their projection.',
      kind: 'gauge',
      labels,
      read: perTable(({ rows }) => rows),
    },
    {
      name: 'spool_bytes',
      help: 'Bytes of rows on disk that wait.',
      kind: 'gauge',
      labels,
      read: perTable(({ bytes }) => bytes),
    },
    {
      name: 'spool_oldest_age_seconds',
      help: 'Age of the oldest row on disk that waits.',
      kind: 'gauge',
      labels,
      read: perTable(({ oldestAgeMs }) => oldestAgeMs / 1_000),
    },
    {
      name: 'spool_max_bytes',
      help: 'Bytes of rows, dead letters included, beyond which nothing is taken.',
      kind: 'gauge',
      read: () => spool.stats().maxBytes,
    },
    {
      name: 'spool_dead_letters',
      help: 'Rows that ClickHouse refuses.',
      kind: 'gauge',
      read: () => spool.stats().deadLetters,
    },
    {
      name: 'shipper_batches_total',
      help: 'Batches that ClickHouse has stored.',
      kind: 'counter',
      labels,
      read: perShipped(({ batches }) => batches),
    },
    {
      name: 'shipper_rows_total',
      help: 'Rows that ClickHouse has stored.',
      kind: 'counter',
      labels,
      read: perShipped(({ rows }) => rows),
    },
    {
      name: 'shipper_failures_total',
      help: 'Attempts to store a batch that failed; each is repeated.',
      kind: 'counter',
      labels,
      read: perShipped(({ failuresInAll }) => failuresInAll),
    },
  ]
}

const clickHouseMetrics = ({ clickHouse }: AppMetricsOptions): MetricSource[] => {
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

const liveMetrics = ({ live, journal, connections }: AppMetricsOptions): MetricSource[] => [
  {
    name: 'live_subscribers',
    help: 'Open subscriptions.',
    kind: 'gauge',
    labels: ['feed'],
    read: () => Object.entries(live.stats().subscribers).map(([feed, value]) => ({ labels: { feed }, value })),
  },
  {
    name: 'live_groups',
    help: 'Different selections among open subscriptions.',
    kind: 'gauge',
    read: () => live.stats().groups,
  },
  {
    name: 'live_audiences',
    help: 'Different sets of channels among open subscriptions.',
    kind: 'gauge',
    read: () => live.stats().audiences,
  },
  {
    name: 'live_messages_total',
    help: 'Messages sent to subscribers.',
    kind: 'counter',
    read: () => live.stats().messages,
  },
  {
    name: 'live_queue_drops_total',
    help: 'Gaps sent to subscribers who fell behind.',
    kind: 'counter',
    read: () => live.stats().gaps,
  },
  {
    name: 'live_journal_connected',
    help: 'Whether the journal is followed by notification: 1 or 0.',
    kind: 'gauge',
    read: () => Number(journal.health().connected),
  },
  {
    name: 'live_journal_lag_seconds',
    help: 'Time since the journal was last read to its end; a few seconds when all is well.',
    kind: 'gauge',
    read: () => {
      const { lastReadMs } = journal.health()
      return lastReadMs === null ? [] : [{ labels: {}, value: lastReadMs / 1_000 }]
    },
  },
  {
    name: 'websocket_connections',
    help: 'Open WebSocket connections.',
    kind: 'gauge',
    read: () => connections.stats.websocket.open,
  },
  {
    name: 'websocket_too_slow_total',
    help: 'Connections closed because their clients did not read.',
    kind: 'counter',
    read: () => connections.stats.websocket.tooSlow,
  },
  {
    name: 'event_stream_connections',
    help: 'Open streams of server-sent events.',
    kind: 'gauge',
    read: () => connections.stats.sse.open,
  },
  {
    name: 'event_stream_too_slow_total',
    help: 'Streams of server-sent events closed because their clients did not read.',
    kind: 'counter',
    read: () => connections.stats.sse.tooSlow,
  },
]

/** The numbers of the running parts, under the names people look for. */
export const appMetrics = (options: AppMetricsOptions): MetricSource[] => [
  ...pollerMetrics(options),
  ...subscriptionMetrics(options.db, options.steady),
  ...ingestMetrics(options),
  ...clickHouseMetrics(options),
  ...liveMetrics(options),
]
