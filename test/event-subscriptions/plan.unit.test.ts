import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseChannels } from '../../src/event-subscriptions/choose-channels.ts'
import {
  graceMs,
  mostOutdated,
  type PlanInput,
  planSubscriptions,
} from '../../src/event-subscriptions/plan-subscriptions.ts'
import type { StoredSubscription, SubscriptionTarget } from '../../src/event-subscriptions/subscription.ts'
import type { EventType } from '../../src/platforms/platform.ts'

const now = Date.UTC(2026, 0, 1)
const ago = (ms: number): Date => new Date(now - ms)
const follow: EventType = { event: 'follow', version: 1, limit: 100, quietMs: 1 }

const channel = (id: number, more: Partial<SubscriptionTarget> = {}): SubscriptionTarget => ({
  channelId: BigInt(id),
  platformUserId: String(id),
  isLive: false,
  statusChangedAt: null,
  lastSeenOnlineAt: null,
  size: 0,
  ...more,
})
const row = (more: Partial<StoredSubscription> = {}): StoredSubscription => ({
  id: 1n,
  channelId: 1n,
  platformUserId: '1',
  event: 'follow',
  version: 1,
  platformSubscriptionId: 'A',
  status: 'active',
  failures: 0,
  lastEventAt: null,
  usualGapSeconds: null,
  since: new Date(0),
  renewals: 0,
  renewedAt: null,
  retryAt: null,
  missingSince: null,
  ...more,
})
const listed = (id: string, user = '1', event = 'follow', version = 1) => ({ id, platformUserId: user, event, version })

const plan = (input: Partial<PlanInput>) => {
  const given = { now, types: [follow], channels: [channel(1)], stored: [], listed: [], removed: new Set<string>() }
  const { creations, removals, ...rest } = planSubscriptions({ ...given, known: new Set(['1', '2', '3']), ...input })
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, list]) => list.length > 0)),
    ...(removals.length > 0 && { removals: removals.map((one) => one.platformSubscriptionId) }),
    ...(creations.length > 0 && {
      creations: creations.map((one) => `${one.platformUserId} ${one.wanted.map(({ type }) => type.event)}`),
    }),
  }
}

describe('one wanted subscription', () => {
  test.each<[string, Partial<PlanInput>, object]>([
    ['of which nothing is known is asked for', {}, { creations: ['1 follow'] }],
    ['that is listed under the id we know needs nothing', { stored: [row()], listed: [listed('A')] }, {}],
    [
      'that is listed and has no row gets one',
      { listed: [listed('A')] },
      { adopted: [{ channelId: 1n, ...follow, platformSubscriptionId: 'A' }] },
    ],
    [
      'whose answer was lost is completed from the list',
      {
        stored: [row({ status: 'pending', platformSubscriptionId: null, missingSince: ago(1) })],
        listed: [listed('A')],
      },
      { found: [{ id: 1n, platformSubscriptionId: 'A' }] },
    ],
    [
      'that is outdated is ended and asked for again',
      { stored: [row()], listed: [{ ...listed('A'), isOutdated: true }] },
      { removals: ['A'], creations: ['1 follow'] },
    ],
    [
      'that is outdated waits while so many are under renewal that a run makes no more',
      {
        stored: [
          row(),
          ...Array.from({ length: mostOutdated }, (_, i) =>
            row({
              id: 2n + BigInt(i),
              event: `e${i}`,
              platformSubscriptionId: null,
              status: 'renewing',
              retryAt: ago(-1),
            }),
          ),
        ],
        channels: [channel(1)],
        listed: [{ ...listed('A'), isOutdated: true }],
      },
      { forgotten: Array.from({ length: mostOutdated }, (_, i) => 2n + BigInt(i)) },
    ],
    ['that is not listed is marked, and waited for', { stored: [row()] }, { missing: [1n] }],
    ['that is missing for less than the lag is waited for', { stored: [row({ missingSince: ago(graceMs - 1) })] }, {}],
    [
      'that is missing for longer is asked for again',
      { stored: [row({ missingSince: ago(graceMs) })] },
      { creations: ['1 follow'] },
    ],
    [
      'that is pending for less than the lag is waited for',
      { stored: [row({ status: 'pending', platformSubscriptionId: null, missingSince: ago(graceMs - 1) })] },
      {},
    ],
    [
      'that was refused waits for its time',
      { stored: [row({ status: 'failed', platformSubscriptionId: null, retryAt: new Date(now + 1) })] },
      {},
    ],
    [
      'that was refused is asked for again in its time',
      { stored: [row({ status: 'failed', platformSubscriptionId: null, retryAt: new Date(now) })] },
      { creations: ['1 follow'] },
    ],
    [
      'that is ended to be renewed is asked for at once',
      { stored: [row({ status: 'renewing', platformSubscriptionId: null })] },
      { creations: ['1 follow'] },
    ],
    [
      'that was made a short while ago is not given up for an older one',
      { stored: [row({ platformSubscriptionId: 'B' })], listed: [listed('A')] },
      { missing: [1n] },
    ],
    [
      'that is lost is replaced by another that is listed',
      { stored: [row({ platformSubscriptionId: 'B', missingSince: ago(graceMs) })], listed: [listed('A')] },
      { found: [{ id: 1n, platformSubscriptionId: 'A' }] },
    ],
    [
      'that is listed twice keeps the one we know',
      { stored: [row({ platformSubscriptionId: 'B' })], listed: [listed('A'), listed('B')] },
      { removals: ['A'] },
    ],
    [
      'that is listed in another version is ended and asked for',
      { listed: [listed('A', '1', 'follow', 2)] },
      { removals: ['A'], creations: ['1 follow'] },
    ],
    [
      'that was removed a moment ago is not listed, whatever the list says',
      { listed: [listed('A')], removed: new Set(['A']) },
      { creations: ['1 follow'] },
    ],
  ])('%s', (_name, input, expected) => {
    expect(plan(input)).toEqual(expected)
  })
})

describe('what nobody wants', () => {
  test.each<[string, Partial<PlanInput>, object]>([
    ['is ended with its row', { channels: [], stored: [row()], listed: [listed('A')] }, { removals: ['A'] }],
    ['is ended without a row', { channels: [], listed: [listed('A')] }, { removals: ['A'] }],
    ['is ended although it is not listed yet', { channels: [], stored: [row()] }, { removals: ['A'] }],
    [
      'is forgotten where nothing stands behind it',
      { channels: [], stored: [row({ status: 'failed', platformSubscriptionId: null })] },
      { forgotten: [1n] },
    ],
    ['is ended where its type is not ours', { channels: [], listed: [listed('A', '1', 'raid')] }, { removals: ['A'] }],
    ['is left alone where its channel is not ours', { channels: [], listed: [listed('A', '9')] }, {}],
  ])('%s', (_name, input, expected) => {
    expect(plan(input)).toEqual(expected)
  })
})

describe('a limit', () => {
  const scarce: EventType = { ...follow, limit: 2 }
  const three = [channel(1), channel(2), channel(3, { isLive: true })]

  test('goes to live channels first, then to those live lately, then by size', () => {
    const channels = [channel(1, { size: 9 }), channel(2, { lastSeenOnlineAt: ago(1) }), channel(3, { isLive: true })]
    expect(plan({ types: [scarce], channels })).toEqual({ creations: ['3 follow', '2 follow'] })
  })

  test('counts what others hold with our app', () => {
    expect(plan({ types: [scarce], channels: three, listed: [listed('X', '9')] })).toEqual({ creations: ['3 follow'] })
  })

  test('frees a place before it is taken', () => {
    const held = [listed('A', '1'), listed('B', '2')]
    expect(plan({ types: [scarce], channels: three, listed: held })).toMatchObject({
      removals: ['B'],
      creations: ['3 follow'],
    })
  })

  test('that the platform told holds for its time at what is held', () => {
    const refused = row({
      id: 2n,
      platformUserId: '2',
      status: 'limited',
      platformSubscriptionId: null,
      retryAt: new Date(now + 1),
    })
    const input = { channels: [channel(1), channel(2)], stored: [row(), refused], listed: [listed('A')] }
    expect(plan(input)).toEqual({})
    expect(plan({ ...input, now: now + 1 })).toEqual({ creations: ['2 follow'] })
  })
})

const anyChannels = fc.uniqueArray(
  fc
    .record({
      id: fc.integer({ min: 1, max: 50 }),
      isLive: fc.boolean(),
      size: fc.integer({ min: 0, max: 100 }),
      hours: fc.option(fc.integer({ min: 0, max: 100 })),
    })
    .map(({ id, isLive, size, hours }) =>
      channel(id, { isLive, size, lastSeenOnlineAt: hours === null ? null : ago(hours * 3_600_000) }),
    ),
  { selector: ({ channelId }) => channelId, maxLength: 12 },
)

describe('choosing channels', () => {
  test('fills the places, and choosing again changes nothing', () => {
    fc.assert(
      fc.property(anyChannels, fc.nat(12), fc.func(fc.boolean()), (channels, places, held) => {
        const chosen = chooseChannels(channels, places, ({ channelId }) => held(channelId), now)
        expect(chosen.size).toBe(Math.min(places, channels.length))
        expect(chooseChannels(channels, places, ({ channelId }) => chosen.has(channelId), now)).toEqual(chosen)
      }),
    )
  })

  test('a live channel never goes without while an offline one has a place', () => {
    fc.assert(
      fc.property(anyChannels, fc.nat(12), fc.func(fc.boolean()), (channels, places, held) => {
        const chosen = chooseChannels(channels, places, ({ channelId }) => held(channelId), now)
        const isLeftOut = channels.some(({ isLive, channelId }) => isLive && !chosen.has(channelId))
        const isOffline = channels.some(({ isLive, channelId }) => !isLive && chosen.has(channelId))
        expect(isLeftOut && isOffline).toBe(false)
      }),
    )
  })

  test('a holder gives its place to one more than twice its size, and not to one a little larger', () => {
    const choose = (size: number) =>
      chooseChannels([channel(1, { size: 100 }), channel(2, { size })], 1, ({ channelId }) => channelId === 1n, now)
    expect(choose(199)).toEqual(new Set([1n]))
    expect(choose(203)).toEqual(new Set([2n]))
  })
})
