import { expect, test } from 'vitest'
import { type TypeWatch, watchTypes } from '../../src/event-subscriptions/silent-types.ts'
import type { StoredSubscription, WatchedChannel } from '../../src/event-subscriptions/subscription.ts'

const minute = 60_000
const start = Date.UTC(2026, 0, 1)
const types = [
  { event: 'chat', version: 1, limit: 10, quietMs: 15 * minute },
  { event: 'follow', version: 1, limit: 10, quietMs: 1_000 * minute },
]

/** Watches for a while, one look every `every` minutes; tells at which minutes chat was silent. */
const silences = ({ minutes = 60, every = 1, live = 3, chatAt = -1, followEvery = 1, pauseAt = -1 }) => {
  const channels = [1, 2, 3, 4].map(
    (id): WatchedChannel => ({
      channelId: BigInt(id),
      platformUserId: String(id),
      isLive: id <= live,
      lastSeenOnlineAt: null,
      size: 0,
    }),
  )
  const found: number[] = []
  let watches: TypeWatch[] = []
  let lastFollow = 0
  for (let at = 0; at <= minutes; at += every) {
    if (at === pauseAt) at += 60
    if (at % followEvery === 0) lastFollow = at
    const last = { chat: chatAt >= 0 && chatAt <= at ? chatAt : -1_000, follow: lastFollow }
    const stored = channels.flatMap(({ channelId, platformUserId }) =>
      types.map(
        ({ event }): StoredSubscription => ({
          id: channelId,
          channelId,
          platformUserId,
          event,
          version: 1,
          platformSubscriptionId: `${event} ${channelId}`,
          status: 'active',
          failures: 0,
          lastEventAt: new Date(start + last[event as keyof typeof last] * minute),
          retryAt: null,
          missingSince: null,
        }),
      ),
    )
    const report = watchTypes(types, watches, stored, channels, start + at * minute)
    if (report.silent.some(({ event }) => event === 'chat')) found.push(at)
    watches = report.watches
  }
  return found
}

test.each([
  ['is silent after its time', {}, [15]],
  ['is silent after its time since its last event', { chatAt: 10 }, [25]],
  ['is not silent again for six hours', { minutes: 400 }, [15, 375]],
  ['is not silent while too few channels are live', { live: 2 }, []],
  ['is not silent while nothing else arrives either', { followEvery: 1_000 }, []],
  ['is not silent for a time in which nobody watched', { pauseAt: 10, minutes: 84 }, []],
  ['is watched for its whole time after a pause', { pauseAt: 10, minutes: 85 }, [85]],
])('a type %s', (_name, life, expected) => {
  expect(silences(life)).toEqual(expected)
})
