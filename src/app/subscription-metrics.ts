import { type EventSilence, eventSilences } from '../event-subscriptions/count-subscriptions.ts'
import { everything } from '../event-subscriptions/silence.ts'
import { cacheBriefly } from '../lib/cache-briefly.ts'
import { type Steady, systemSteady } from '../lib/clock.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** What the platforms should deliver and do not, as of the last reconciliation on any node. */
export const subscriptionMetrics = (db: Postgres, steady: Steady = systemSteady): MetricSource[] => {
  const silences = cacheBriefly(steady, () => eventSilences(db))
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
