import { type Alerts, createAlerts } from '../alerts/alerts.ts'
import { type Backlog, backlogNotices, readBacklog } from '../alerts/backlog.ts'
import { startDelivering } from '../alerts/deliver.ts'
import type { PageUrl } from '../alerts/describe.ts'
import { followLogs } from '../alerts/follow.ts'
import { createTargetTools } from '../alerts/target-tools.ts'
import type { Config } from '../config/config.ts'
import type { KeyRing } from '../config/key-ring.ts'
import { cacheBriefly } from '../lib/cache-briefly.ts'
import { type Clock, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { gauge, type HistogramSource, type MetricSource } from '../lib/metric.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { isFenced, readSplitState } from '../splitting/split-state.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { repeat } from '../workers/repeat.ts'

export type AlertsOfAppOptions = {
  config: Pick<Config, 'environment' | 'alertPrivateNetworks'>
  databases: { dm: Postgres; public: Postgres }
  ring: KeyRing
  registry: PlatformRegistry
  clock: Clock
}

/** The page of a channel on its platform. */
const pageUrlOf =
  (registry: PlatformRegistry): PageUrl =>
  (platform, slug) => {
    const host = registry.find(({ name }) => name === platform)?.streamAddresses?.hosts[0] ?? `${platform}.com`
    return `https://${host}/${encodeURIComponent(slug)}`
  }

/** The administration of alerts of this environment, and where pages of channels are. */
export const openAlerts = ({
  config,
  databases,
  ring,
  registry,
  clock,
}: AlertsOfAppOptions): { alerts: Alerts; pageUrl: PageUrl } => {
  const pageUrl = pageUrlOf(registry)
  const { environment, alertPrivateNetworks: privateNetworks } = config
  const tools = createTargetTools({ privateNetworks, clock })
  return { alerts: createAlerts({ databases, ring, environment, tools, pageUrl, clock }), pageUrl }
}

/** The workers that tell alerts: any one of an environment is enough. */
const alertWorkers = ['alerts', 'jobs', 'environment-jobs'] as const

const backlogMetrics = (db: Postgres): MetricSource[] => {
  const backlog = cacheBriefly(systemSteady, () => readBacklog(db))
  return [
    gauge(
      'alert_deliveries_waiting',
      'Deliveries of alerts that wait for targets that are not paused.',
      async () => (await backlog()).waiting,
    ),
    gauge(
      'alert_oldest_waiting_seconds',
      'How long ago the oldest of them was decided; 0 where none waits.',
      async () => (await backlog()).oldestSeconds,
    ),
    gauge(
      'alert_deliveries_held',
      'Deliveries of alerts that wait for targets that are paused.',
      async () => (await backlog()).held,
    ),
    gauge(
      'alert_deliveries_dead',
      'Deliveries of alerts that were given up in the last day.',
      async () => (await backlog()).dead,
    ),
    gauge('alert_targets_paused', 'Targets of alerts that are paused.', async () => (await backlog()).pausedTargets),
  ]
}

/** Follows what happens and delivers what rules tell of it, where this process does that; disposing gives back what is under way. */
export const startAlerts = ({
  config,
  databases,
  alerts,
  pageUrl,
  log,
}: {
  config: Pick<Config, 'workers'>
  databases: { dm: Postgres; public: Postgres }
  alerts: Alerts
  pageUrl: PageUrl
  log: Log
}) => {
  const running = new AsyncDisposableStack()
  const metrics = backlogMetrics(databases.public)
  let backlog: Backlog | undefined
  const look = async () => {
    backlog = await readBacklog(databases.public)
  }
  // Also where nothing is told: people look at the nodes that answer them.
  running.use(repeat(look, { name: 'the backlog of alerts', everyMs: 60_000, firstAfterMs: 10_000, log }))
  if (alertWorkers.some((name) => config.workers.has(name))) {
    const deliverer = running.use(startDelivering({ db: databases.public, openTarget: alerts.openTarget, log }))
    const isAway = async () => isFenced(await readSplitState(databases.dm))
    const follower = running.use(followLogs({ databases, pageUrl, log, isAway, onAlerts: deliverer.wake }))
    const delays: HistogramSource = {
      name: 'alert_delivery_seconds',
      help: 'From when something was recorded until a target took the alert, by this process.',
      kind: 'histogram',
      read: () => [{ labels: {}, histogram: deliverer.lags }],
    }
    metrics.push(
      deliverer.attempts,
      delays,
      gauge(
        'alert_decided_age_seconds',
        'How long ago this process last decided on everything that had happened; null where it never did.',
        () => {
          const ms = follower.lastEndMs()
          return ms === null ? null : ms / 1_000
        },
      ),
    )
  }
  return {
    metrics,
    /** What does not arrive, one sentence each, as of a minute ago. */
    degraded: () => (backlog ? backlogNotices(backlog) : []),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
