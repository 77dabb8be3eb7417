import type { Config } from '../config/config.ts'
import { createWebhookRoutes, type WebhookRoutes } from '../http/routes/webhook-route.ts'
import type { Spool } from '../ingest/spool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { MetricSource } from '../lib/metric.ts'
import { createKickWebhooks } from '../platforms/kick/kick-webhooks.ts'
import { createTwitchWebhooks } from '../platforms/twitch/twitch-webhooks.ts'
import { webhookSecret } from '../platforms/twitch/webhook-secret.ts'
import type { WebhookSource } from '../platforms/webhook-source.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { outcomes } from '../webhooks/delivery.ts'
import type { ChannelChat } from '../webhooks/project-chat.ts'
import { type Projector, startProjector } from '../webhooks/projector.ts'
import { createReceiptTime } from '../webhooks/receipt-time.ts'
import { createReceiver } from '../webhooks/receiver.ts'
import { createReplay, type ReplayDelivery } from '../webhooks/replay-delivery.ts'

export type WebhooksOptions = {
  config: Config
  /** Where Kick is, real or simulated; undefined where it is not set up. */
  kickApiUrl: string | undefined
  db: Postgres
  spool: Spool
  clickHouse: ClickHouse
  /** Told of chat as it comes in. */
  onChat: (lines: readonly ChannelChat[]) => void
  clock: Clock
  log: Log
}

/** Everything between a platform's delivery and the stores. */
export type Webhooks = AsyncDisposable & {
  readonly routes: WebhookRoutes['routes']
  readonly metrics: readonly MetricSource[]
  readonly replayDelivery: ReplayDelivery
  /** What is held up or refused, one sentence each. */
  degraded(): string[]
}

/** Messages older than this, in milliseconds, are not news to whoever listens. */
const newsMs = 10 * 60_000
/** How long the end waits for what was received to be projected; the rest is projected after the next start. */
const drainMs = 2_000

const projectorMetrics = (projector: Projector): MetricSource[] => [
  {
    name: 'webhook_deliveries_total',
    help: 'Genuine deliveries by their outcome.',
    kind: 'counter',
    labels: ['outcome'],
    read: () => outcomes.map((outcome) => ({ labels: { outcome }, value: projector.stats().outcomes[outcome] })),
  },
  {
    name: 'webhook_repeats_total',
    help: 'Deliveries whose message id had come before.',
    kind: 'counter',
    read: () => projector.stats().repeats,
  },
  {
    name: 'webhook_projection_failures',
    help: 'Attempts to project deliveries that failed since the last that did not.',
    kind: 'gauge',
    read: () => projector.stats().failures,
  },
  {
    name: 'webhook_projection_lag_seconds',
    help: 'From the receipt of a delivery to its projection.',
    kind: 'histogram',
    read: () => [{ labels: {}, histogram: projector.stats().lags }],
  },
]

/** Starts to project what was received; disposing projects what the database takes at once. */
export const startWebhooks = (options: WebhooksOptions): Webhooks => {
  const { config, kickApiUrl, db, spool, clickHouse, onChat, clock, log } = options
  const env = config.environment
  const running = new AsyncDisposableStack()
  const sources: WebhookSource[] = []
  if (kickApiUrl !== undefined) sources.push(running.use(createKickWebhooks({ apiUrl: kickApiUrl, clock, log })))
  if (config.twitch) sources.push(createTwitchWebhooks({ secret: webhookSecret(config.twitch.clientSecret), clock }))
  const receiptTime = createReceiptTime(clock)
  const projector = running.use(
    startProjector({
      spool,
      db,
      env,
      sources: new Map(sources.map((source) => [source.platform, source])),
      clock,
      log,
      onChat: (lines) => onChat(lines.filter(({ line }) => clock() - line.createdAt.getTime() < newsMs)),
    }),
  )
  const receivers = sources.map((source) => createReceiver({ source, spool, env, receiptTime, clock, log }))
  const { routes, metrics } = createWebhookRoutes(receivers)
  return {
    routes,
    metrics: [...metrics, ...projectorMetrics(projector)],
    replayDelivery: createReplay({ store: clickHouse, env, spool, projector, receiptTime }),
    degraded: () => [
      ...receivers
        .filter((receiver) => receiver.isBlind())
        .map(({ platform }) => `Deliveries of ${platform} can not be checked now and are refused.`),
      ...(projector.stats().failures > 0 ? ['Deliveries can not be projected now: they wait on the disk.'] : []),
    ],
    [Symbol.asyncDispose]: async () => {
      await projector.drained(drainMs)
      await running.disposeAsync()
    },
  }
}
