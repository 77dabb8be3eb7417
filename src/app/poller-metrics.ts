import { cacheBriefly } from '../lib/cache-briefly.ts'
import { type Steady, systemSteady } from '../lib/clock.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { pollLag } from '../workers/probe-queue.ts'
import type { Workers } from './start-workers.ts'

export type PollerMetricsOptions = {
  db: Postgres
  /** The platforms whose live status is watched. */
  watched: readonly PlatformName[]
  workers: Workers
  steady?: Steady
}

/** The numbers of the pollers: those of this process, and the lag of all together. */
export const pollerMetrics = ({
  db,
  watched,
  workers,
  steady = systemSteady,
}: PollerMetricsOptions): MetricSource[] => {
  type Stats = ReturnType<Workers['pollers'][number]['stats']>
  const perPlatform = (read: (stats: Stats) => number) => () =>
    workers.pollers.map((poller) => ({ labels: { platform: poller.platform }, value: read(poller.stats()) }))
  const lag = cacheBriefly(steady, () => pollLag(db, watched))
  const labels = ['platform']
  return [
    {
      name: 'poll_lag_seconds',
      help: 'How late the most overdue channel of all pollers together is; 0 when none is.',
      kind: 'gauge',
      read: async () => (await lag()).lagSeconds,
    },
    {
      name: 'poll_channels',
      help: 'Channels that all pollers together probe.',
      kind: 'gauge',
      read: async () => (await lag()).active,
    },
    {
      name: 'poll_calls_total',
      help: 'Calls to platforms that the poller made.',
      kind: 'counter',
      labels,
      read: perPlatform(({ calls }) => calls),
    },
    {
      name: 'poll_failed_calls_total',
      help: 'Calls of the poller without an answer.',
      kind: 'counter',
      labels,
      read: perPlatform(({ failedCalls }) => failedCalls),
    },
    {
      name: 'probes_total',
      help: 'Recorded probes of channels, by what they showed.',
      kind: 'counter',
      labels: ['platform', 'outcome'],
      read: () =>
        workers.pollers.flatMap(({ platform, stats }) => {
          const { probes, live } = stats()
          return [
            { labels: { platform, outcome: 'live' }, value: live },
            { labels: { platform, outcome: 'not-live' }, value: probes - live },
          ]
        }),
    },
    {
      name: 'probes_unanswered_total',
      help: 'Probes without a usable answer: the call failed, or its answer said nothing usable about the channel.',
      kind: 'counter',
      labels,
      read: perPlatform(({ unanswered }) => unanswered),
    },
    {
      name: 'poll_lost_batches_total',
      help: 'Answers that could not be recorded before their leases ran out.',
      kind: 'counter',
      labels,
      read: perPlatform(({ lostBatches }) => lostBatches),
    },
    {
      name: 'poll_last_probe_timestamp_seconds',
      help: 'When this process last recorded a probe, since the epoch.',
      kind: 'gauge',
      labels,
      read: () =>
        workers.pollers.flatMap(({ platform, stats }) => {
          const { lastProbeAt } = stats()
          return lastProbeAt === null ? [] : [{ labels: { platform }, value: lastProbeAt / 1_000 }]
        }),
    },
  ]
}
