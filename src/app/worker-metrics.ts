import { type EventSilence, eventSilences } from '../event-subscriptions/event-silences.ts'
import { everything } from '../event-subscriptions/silence.ts'
import { cacheBriefly } from '../lib/cache-briefly.ts'
import { systemSteady } from '../lib/clock.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Poller } from '../workers/poller.ts'
import { pollLag } from '../workers/probe-queue.ts'

/** The pollers of this process, and the lag of all together on the platforms that are polled. */
export const pollerMetrics = (
  db: Postgres,
  pollers: readonly Poller[],
  polled: readonly PlatformName[],
): MetricSource[] => {
  type Stats = ReturnType<Poller['stats']>
  const perPlatform = (read: (stats: Stats) => number) => () =>
    pollers.map((poller) => ({ labels: { platform: poller.platform }, value: read(poller.stats()) }))
  const lag = cacheBriefly(systemSteady, () => pollLag(db, polled))
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
        pollers.flatMap(({ platform, stats }) => {
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
        pollers.flatMap(({ platform, stats }) => {
          const { lastProbeAt } = stats()
          return lastProbeAt === null ? [] : [{ labels: { platform }, value: lastProbeAt / 1_000 }]
        }),
    },
  ]
}

/** What the platforms should deliver and do not, as of the last reconciliation on any node. */
export const subscriptionMetrics = (db: Postgres): MetricSource[] => {
  const silences = cacheBriefly(systemSteady, () => eventSilences(db))
  const perEvent = (read: (silence: EventSilence) => number, which: (event: string) => boolean) => async () =>
    (await silences())
      .filter(({ event }) => which(event))
      .map((silence) => ({ labels: { platform: silence.platform, event: silence.event }, value: read(silence) }))
  const labels = ['platform', 'event']
  const isType = (event: string) => event !== everything
  return [
    {
      name: 'event_subscriptions_expected',
      help: 'Event subscriptions whose channel gave them something to deliver by now.',
      kind: 'gauge',
      labels,
      read: perEvent(({ expected }) => expected, isType),
    },
    {
      name: 'event_subscriptions_silent',
      help: 'Those of event_subscriptions_expected that deliver nothing; each is renewed, less and less often.',
      kind: 'gauge',
      labels,
      read: perEvent(({ silent }) => silent, isType),
    },
    {
      name: 'event_quiet_seconds',
      help: 'For how long nothing of a type arrived although several channels were live; the event * is everything of a platform.',
      kind: 'gauge',
      labels,
      read: perEvent(
        ({ quietSeconds }) => quietSeconds,
        () => true,
      ),
    },
  ]
}
