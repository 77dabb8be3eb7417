import { type EventSilence, eventSilences, everything } from '../event-subscriptions/silence.ts'
import { cacheBriefly } from '../lib/cache-briefly.ts'
import { systemSteady } from '../lib/clock.ts'
import { counter, gauge, type MetricSource, metricsPer } from '../lib/metric.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Poller } from '../workers/poller.ts'
import { pollLag } from '../workers/probe-queue.ts'

/** The pollers of this process, and the lag of all together on the platforms that are polled. */
export const pollerMetrics = (
  db: Postgres,
  pollers: ReadonlySet<Poller>,
  polled: () => readonly PlatformName[],
): MetricSource[] => {
  const platforms = metricsPer('platform', () =>
    Array.from(pollers, ({ platform, stats }) => [platform, stats()] as const),
  )
  const lag = cacheBriefly(systemSteady, () => pollLag(db, polled()))
  const probes = () =>
    [...pollers].flatMap(({ platform, stats }) => {
      const { probes, live } = stats()
      return [
        { labels: { platform, outcome: 'live' }, value: live },
        { labels: { platform, outcome: 'not-live' }, value: probes - live },
      ]
    })
  return [
    gauge(
      'poll_lag_seconds',
      'How late the most overdue channel of all pollers together is; 0 when none is.',
      async () => (await lag()).lagSeconds,
    ),
    gauge('poll_channels', 'Channels that all pollers together probe.', async () => (await lag()).active),
    platforms.counter('poll_calls_total', 'Calls to platforms that the poller made.', ({ calls }) => calls),
    platforms.counter(
      'poll_failed_calls_total',
      'Calls of the poller without an answer.',
      ({ failedCalls }) => failedCalls,
    ),
    counter('probes_total', 'Recorded probes of channels, by what they showed.', probes, ['platform', 'outcome']),
    platforms.counter(
      'probes_unanswered_total',
      'Probes without a usable answer: the call failed, or its answer said nothing usable about the channel.',
      ({ unanswered }) => unanswered,
    ),
    platforms.counter(
      'poll_lost_batches_total',
      'Answers that could not be recorded before their leases ran out.',
      ({ lostBatches }) => lostBatches,
    ),
    platforms.gauge(
      'poll_last_probe_timestamp_seconds',
      'When this process last recorded a probe, since the epoch.',
      ({ lastProbeAt }) => lastProbeAt && lastProbeAt / 1_000,
    ),
  ]
}

/** What the platforms should deliver and do not, as of the last reconciliation on any node. */
export const subscriptionMetrics = (db: Postgres): MetricSource[] => {
  const silences = cacheBriefly(systemSteady, () => eventSilences(db))
  const perEvent =
    (read: (silence: EventSilence) => number, which = (_: string) => true) =>
    async () =>
      (await silences())
        .filter(({ event }) => which(event))
        .map((silence) => ({ labels: { platform: silence.platform, event: silence.event }, value: read(silence) }))
  const labels = ['platform', 'event']
  const isType = (event: string) => event !== everything
  return [
    gauge(
      'event_subscriptions_expected',
      'Event subscriptions whose channel gave them something to deliver by now.',
      perEvent(({ expected }) => expected, isType),
      labels,
    ),
    gauge(
      'event_subscriptions_silent',
      'Those of event_subscriptions_expected that deliver nothing; each is renewed, less and less often.',
      perEvent(({ silent }) => silent, isType),
      labels,
    ),
    gauge(
      'event_quiet_seconds',
      'For how long nothing of a type arrived although several channels were live; the event * is everything of a platform.',
      perEvent(({ quietSeconds }) => quietSeconds),
      labels,
    ),
  ]
}
