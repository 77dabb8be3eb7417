import type { MetricSource } from './http/metrics.ts'
import type { Websocket } from './http/websocket.ts'
import type { Spool } from './ingest/spool.ts'
import type { Clock } from './lib/clock.ts'
import type { Hub } from './live/hub.ts'
import type { Journal } from './live/journal.ts'
import type { Workers } from './start-workers.ts'
import type { ClickHouse, LaneStats } from './stores/clickhouse/open-clickhouse.ts'

export type AppMetricsOptions = {
  spool: Spool
  clickHouse: ClickHouse
  live: Hub
  websocket: Websocket
  workers: Workers
  journal: Journal
  clock: Clock
}

/** The numbers of the running parts, under the names people look for. */
export const appMetrics = ({
  spool,
  clickHouse,
  live,
  websocket,
  workers,
  journal,
  clock,
}: AppMetricsOptions): MetricSource[] => {
  const sum = (read: (stats: ReturnType<Workers['pollers'][number]['stats']>) => number) => () =>
    workers.pollers.reduce((total, poller) => total + read(poller.stats()), 0)
  const perTable = (read: (backlog: { rows: number; bytes: number; oldestAgeMs: number }) => number) => () =>
    Object.entries(spool.stats().tables).map(([table, backlog]) => ({ labels: { table }, value: read(backlog) }))
  const perLane = (read: (stats: LaneStats) => number) => () =>
    Object.entries(clickHouse.stats()).map(([lane, stats]) => ({ labels: { lane }, value: read(stats) }))
  return [
    {
      name: 'poll_calls_total',
      help: 'Calls to platforms that the poller made.',
      kind: 'counter',
      read: sum((s) => s.calls),
    },
    {
      name: 'poll_failed_calls_total',
      help: 'Calls without an answer.',
      kind: 'counter',
      read: sum((s) => s.failedCalls),
    },
    {
      name: 'probes_total',
      help: 'Looks at channels that were recorded.',
      kind: 'counter',
      read: sum((s) => s.probes),
    },
    {
      name: 'poll_lost_batches_total',
      help: 'Answers that could not be recorded while their claims held.',
      kind: 'counter',
      read: sum((s) => s.lostBatches),
    },
    {
      name: 'poll_seconds_since_last_probe',
      help: 'Time since this process recorded a probe; 0 before the first.',
      kind: 'gauge',
      read: () => {
        const last = Math.max(0, ...workers.pollers.map((poller) => poller.stats().lastProbeAt ?? 0))
        return last === 0 ? 0 : (clock() - last) / 1000
      },
    },
    {
      name: 'spool_rows',
      help: 'Rows on disk that ClickHouse has not confirmed.',
      kind: 'gauge',
      read: perTable(({ rows }) => rows),
    },
    { name: 'spool_bytes', help: 'Bytes of these rows.', kind: 'gauge', read: perTable(({ bytes }) => bytes) },
    {
      name: 'spool_oldest_age_seconds',
      help: 'Age of the oldest of these rows.',
      kind: 'gauge',
      read: perTable(({ oldestAgeMs }) => oldestAgeMs / 1000),
    },
    {
      name: 'spool_dead_letters',
      help: 'Rows that ClickHouse refuses.',
      kind: 'gauge',
      read: () => spool.stats().deadLetters,
    },
    {
      name: 'clickhouse_running_statements',
      help: 'Statements under way.',
      kind: 'gauge',
      read: perLane(({ running }) => running),
    },
    {
      name: 'clickhouse_queued_statements',
      help: 'Statements that wait for a session.',
      kind: 'gauge',
      read: perLane(({ queued }) => queued),
    },
    {
      name: 'clickhouse_statements_total',
      help: 'Statements sent.',
      kind: 'counter',
      read: perLane(({ statements }) => statements),
    },
    {
      name: 'clickhouse_failed_statements_total',
      help: 'Statements that failed.',
      kind: 'counter',
      read: perLane(({ failures }) => failures),
    },
    {
      name: 'live_subscribers',
      help: 'Open subscriptions.',
      kind: 'gauge',
      read: () => Object.entries(live.stats().subscribers).map(([feed, value]) => ({ labels: { feed }, value })),
    },
    {
      name: 'live_groups',
      help: 'Different selections among open subscriptions.',
      kind: 'gauge',
      read: () => live.stats().groups,
    },
    {
      name: 'live_messages_total',
      help: 'Messages told to subscribers.',
      kind: 'counter',
      read: () => live.stats().messages,
    },
    {
      name: 'live_queue_drops_total',
      help: 'Times a subscriber who fell behind was told of a gap.',
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
      name: 'websocket_connections',
      help: 'Open WebSocket connections.',
      kind: 'gauge',
      read: () => websocket.stats().sockets,
    },
    {
      name: 'websocket_too_slow_total',
      help: 'Connections closed because their clients did not read.',
      kind: 'counter',
      read: () => websocket.stats().tooSlow,
    },
  ]
}
