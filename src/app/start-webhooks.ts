import { createWebhookRoutes } from '../http/routes/webhook-route.ts'
import type { Routes } from '../http/server/route.ts'
import type { Spool } from '../ingest/spool.ts'
import type { BackoffOptions } from '../lib/backoff.ts'
import type { Clock, Steady } from '../lib/clock.ts'
import type { Gate } from '../lib/gate.ts'
import type { Log } from '../lib/log.ts'
import { counter, gauge, type MetricSource, metricsPer } from '../lib/metric.ts'
import type { WebhookSource } from '../platforms/webhook-source.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { outcomes } from '../telemetry/webhook-outcome.ts'
import type { ChannelChat } from '../webhooks/project-chat.ts'
import { type Projector, startProjector } from '../webhooks/projector.ts'
import { createReceiptTime } from '../webhooks/receipt-time.ts'
import { createReceiver, type Receiver } from '../webhooks/receiver.ts'
import { createReplay, type ReplayDelivery } from '../webhooks/replay-delivery.ts'
import { createConnectionTest, type TestConnection } from '../webhooks/test-connection.ts'

export type ReceivingOptions = {
  sources: readonly WebhookSource[]
  spool: Pick<Spool, 'append' | 'stats'>
  /** The `env` of every row. */
  env: string
  clock: Clock
  steady?: Steady
  log: Log
}

/** The paths of webhooks, which only wait for the disk. */
export type Receiving = {
  readonly routes: Routes
  readonly receivers: readonly Receiver[]
  readonly metrics: readonly MetricSource[]
  /** The order of receipt of this process. */
  receiptTime(): bigint
  /** What is refused, one sentence each. */
  degraded(): string[]
}

export type WebhooksOptions = Omit<ReceivingOptions, 'spool'> & {
  spool: Spool
  db: Postgres
  clickHouse: ClickHouse
  /** Told of chat as it comes in. */
  onChat: (lines: readonly ChannelChat[]) => void
  /** What belongs together in several stores passes it. */
  gate?: Gate
  /** The pause after a failed attempt to project. */
  backoff?: BackoffOptions
}

/** Everything between a platform's delivery and the stores. */
export type Webhooks = AsyncDisposable &
  Pick<Receiving, 'routes' | 'metrics' | 'degraded'> & {
    readonly replayDelivery: ReplayDelivery
    readonly testConnection: TestConnection
  }

/** Messages older than this, in milliseconds, are not news to whoever listens. */
const newsMs = 10 * 60_000
/** How long the end waits for what was received to be projected; the rest is projected after the next start. */
const drainMs = 2_000

/** Rows that the inbox does not have, by what became of their deliveries. */
const leftOutMetric = (receivers: readonly Receiver[], { stats }: Projector): MetricSource => {
  const rejected = (outcome: 'FORGED' | 'MALFORMED'): number =>
    receivers.reduce((sum, { leftOut }) => sum + leftOut()[outcome], 0)
  const counts = () => [
    ['FORGED', rejected('FORGED')] as const,
    ['MALFORMED', rejected('MALFORMED')] as const,
    ['REPEATED', stats().repeatsLeftOut] as const,
  ]
  return metricsPer('outcome', counts).counter(
    'webhook_inbox_left_out_total',
    'Deliveries without a row of the inbox, because too many with their outcome came at once.',
    (count) => count,
  )
}

const projectorMetrics = ({ stats }: Projector): MetricSource[] => [
  metricsPer('outcome', () => outcomes.map((outcome) => [outcome, stats().outcomes[outcome]] as const)).counter(
    'webhook_deliveries_total',
    'Genuine deliveries by their outcome.',
    (count) => count,
  ),
  counter('webhook_repeats_total', 'Deliveries whose message id had come before.', () => stats().repeats),
  gauge(
    'webhook_projection_failures',
    'Attempts to project deliveries that failed since the last that did not.',
    () => stats().failures,
  ),
  {
    name: 'webhook_projection_lag_seconds',
    help: 'From the receipt of a delivery to its projection.',
    kind: 'histogram',
    read: () => [{ labels: {}, histogram: stats().lags }],
  },
]

/** Takes what the platforms deliver: each has a path, `/webhooks/<platform>`. */
export const receiveWebhooks = (options: ReceivingOptions): Receiving => {
  const { sources, clock } = options
  const receiptTime = createReceiptTime(clock)
  const receivers = sources.map((source) => createReceiver({ ...options, source, receiptTime }))
  return {
    ...createWebhookRoutes(receivers),
    receivers,
    receiptTime,
    degraded: () =>
      receivers
        .filter((receiver) => receiver.isBlind())
        .map(({ platform }) => `Deliveries of ${platform} can not be checked now and are refused.`),
  }
}

/** Receives deliveries and projects what was received; disposing projects what the database takes at once. */
export const startWebhooks = (options: WebhooksOptions): Webhooks => {
  const { spool, env, db, clickHouse, onChat, clock } = options
  const { routes, receivers, metrics, receiptTime, degraded } = receiveWebhooks(options)
  const projector = startProjector({
    ...options,
    sources: new Map(options.sources.map((source) => [source.platform, source])),
    onChat: (lines) => onChat(lines.filter(({ line }) => clock() - line.createdAt.getTime() < newsMs)),
  })
  return {
    routes,
    metrics: [...metrics, ...projectorMetrics(projector), leftOutMetric(receivers, projector)],
    testConnection: createConnectionTest({ receivers, db, store: clickHouse, env, spool, projector, receiptTime }),
    replayDelivery: createReplay({ store: clickHouse, env, spool, projector, receiptTime }),
    degraded: () => [
      ...degraded(),
      ...(projector.stats().failures > 0 ? ['Deliveries can not be projected now: they wait on the disk.'] : []),
    ],
    [Symbol.asyncDispose]: async () => {
      await projector.drained(drainMs)
      await projector[Symbol.asyncDispose]()
    },
  }
}
