import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EventTypeWatch, everything, isSilent, judgeSilence } from '../../src/event-subscriptions/silence.ts'
import type { StoredSubscription, SubscriptionTarget } from '../../src/event-subscriptions/subscription.ts'
import type { EventType } from '../../src/platforms/platform.ts'

const minute = 60_000
const hour = 60 * minute
const start = Date.UTC(2026, 0, 1)
const at = (minutes: number): Date => new Date(start + minutes * minute)

const chat: EventType = { event: 'chat', version: 1, limit: 1_000, quietMs: 15 * minute, expected: 'while-live' }
const status: EventType = {
  event: 'status',
  version: 1,
  limit: 1_000,
  quietMs: 12 * hour,
  expected: 'start-and-end',
}
const gifts: EventType = { event: 'gifts', version: 1, limit: 1_000, quietMs: 48 * hour }
const types = [chat, status, gifts]

const channel = (id: number, more: Partial<SubscriptionTarget> = {}): SubscriptionTarget => ({
  channelId: BigInt(id),
  platformUserId: String(id),
  isLive: true,
  statusChangedAt: at(-600),
  lastSeenOnlineAt: null,
  size: 0,
  ...more,
})
const row = (event: string, id: number, more: Partial<StoredSubscription> = {}): StoredSubscription => ({
  id: BigInt(1_000 * types.findIndex((type) => type.event === event) + id),
  channelId: BigInt(id),
  platformUserId: String(id),
  event,
  version: 1,
  platformSubscriptionId: `${event} ${id}`,
  status: 'active',
  failures: 0,
  lastEventAt: null,
  usualGapSeconds: null,
  since: at(-1_000),
  renewals: 0,
  renewedAt: null,
  retryAt: null,
  missingSince: null,
  ...more,
})

describe('a subscription', () => {
  type Case = [string, EventType, Partial<SubscriptionTarget>, Partial<StoredSubscription>, boolean | null]
  test.each<Case>([
    ['to chat of a live channel that never said anything is silent', chat, {}, {}, true],
    ['to chat that came a minute ago is not', chat, {}, { lastEventAt: at(-1) }, false],
    ['to chat that came sixteen minutes ago is', chat, {}, { lastEventAt: at(-16) }, true],
    [
      'that usually says something every ten minutes is given half an hour',
      chat,
      {},
      { lastEventAt: at(-29), usualGapSeconds: 600 },
      false,
    ],
    ['and no more', chat, {}, { lastEventAt: at(-31), usualGapSeconds: 600 }, true],
    ['of a channel that is off tells nothing', chat, { isLive: false }, {}, null],
    ['of a channel that just went live tells nothing', chat, { statusChangedAt: at(-5) }, {}, null],
    ['that delivered since then is well', chat, { statusChangedAt: at(-5) }, { lastEventAt: at(-3) }, false],
    ['that was made ten minutes ago tells nothing', chat, {}, { since: at(-10) }, null],
    ['to a change that nobody told is silent', status, { statusChangedAt: at(-40) }, { lastEventAt: at(-300) }, true],
    ['to an end that nobody told as well', status, { isLive: false, statusChangedAt: at(-40) }, {}, true],
    [
      'to a change that was told shortly before it was seen is well',
      status,
      { statusChangedAt: at(-40) },
      { lastEventAt: at(-44) },
      false,
    ],
    ['to a change of now may still be told', status, { statusChangedAt: at(-20) }, {}, null],
    ['made after the change tells nothing', status, { statusChangedAt: at(-40) }, { since: at(-45) }, null],
    [
      'to starts tells nothing of an end',
      { ...status, expected: 'start' },
      { isLive: false, statusChangedAt: at(-40) },
      {},
      null,
    ],
    ['to ends tells nothing of a start', { ...status, expected: 'end' }, { statusChangedAt: at(-40) }, {}, null],
    ['to something rare tells nothing', gifts, {}, {}, null],
    ['of a channel that never changed tells nothing', status, { statusChangedAt: null }, {}, null],
  ])('%s', (_name, type, seen, stored, expected) => {
    expect(isSilent(type, row(type.event, 1, stored), channel(1, seen), start - 24 * hour, start)).toBe(expected)
  })

  test('tells nothing of a time in which nobody looked', () => {
    expect(isSilent(chat, row('chat', 1), channel(1), start - 14 * minute, start)).toBeNull()
    expect(
      isSilent(status, row('status', 1), channel(1, { statusChangedAt: at(-40) }), start - hour / 2, start),
    ).toBeNull()
  })
})

/** Looks every two minutes; the rows are as the platform and our renewals make them. */
const lifeOf = (rows: StoredSubscription[], channels: SubscriptionTarget[]) => {
  let before: EventTypeWatch[] = []
  const renewals: { minute: number; id: string }[] = []
  return {
    renewals,
    silentAt: [] as number[],
    /** From one minute to another; `deliver` tells which subscriptions delivered just before a look. */
    look(from: number, to: number, deliver: (row: StoredSubscription, minute: number) => boolean) {
      for (let now = from; now < to; now += 2) {
        for (const one of rows) if (deliver(one, now)) one.lastEventAt = at(now)
        const silence = judgeSilence({ now: start + now * minute, types, before, stored: rows, channels })
        before = silence.watches
        for (const { rowId, renewals: times } of silence.renewals) {
          const renewed = rows.find(({ id }) => id === rowId)!
          renewals.push({ minute: now, id: renewed.platformSubscriptionId! })
          Object.assign(renewed, { renewals: times, renewedAt: at(now), since: at(now) })
        }
        if (silence.isEverythingSilent) this.silentAt.push(now)
      }
    },
    watch: (event: string) => before.find((one) => one.event === event)!,
  }
}

const live = (count: number) => Array.from({ length: count }, (_, n) => channel(n + 1))
const rowsOf = (event: string, count: number) => Array.from({ length: count }, (_, n) => row(event, n + 1))

test('of twenty live channels nineteen are silent while one delivers: the nineteen are renewed, and the one is not', () => {
  const life = lifeOf(rowsOf('chat', 20), live(20))
  life.look(0, 30, ({ platformUserId }) => platformUserId === '7')
  expect(life.renewals.map(({ id }) => id).toSorted()).toEqual(
    live(20)
      .filter(({ platformUserId }) => platformUserId !== '7')
      .map(({ platformUserId }) => `chat ${platformUserId}`)
      .toSorted(),
  )
  expect(life.watch('chat')).toMatchObject({ expected: 1 })
  expect(life.silentAt).toEqual([])
})

test('all types of twenty live channels are silent: that is told, and three are renewed to find out', () => {
  const rows = types.flatMap(({ event }) => rowsOf(event, 20))
  const life = lifeOf(rows, live(20))
  life.look(0, 18, () => false)
  expect(life.silentAt).toEqual([16])
  expect(life.renewals).toHaveLength(3)
  expect(life.watch(everything)).toMatchObject({ silent: 1, quietSince: at(0) })
  // It did not help.
  life.look(18, 60, () => false)
  expect(life.renewals.length, 'others are tried, each once').toBeGreaterThan(3)
  expect(new Set(life.renewals.map(({ id }) => id)).size).toBe(life.renewals.length)
})

test('once a renewal helps, the others are renewed as well', () => {
  const life = lifeOf(rowsOf('chat', 20), live(20))
  life.look(0, 40, ({ renewals }) => renewals > 0)
  expect(new Set(life.renewals.map(({ id }) => id)).size).toBe(20)
  life.look(40, 200, ({ renewals }) => renewals > 0)
  expect(life.renewals).toHaveLength(20)
  expect(life.watch('chat')).toMatchObject({ expected: 20, silent: 0 })
})

test('a start that the poller saw and no webhook told is a silence of that one subscription', () => {
  const channels = live(5).map((one, n) => (n === 2 ? { ...one, statusChangedAt: at(60) } : one))
  const life = lifeOf([...rowsOf('status', 5), ...rowsOf('chat', 5)], channels)
  life.look(0, 200, ({ event }) => event === 'chat')
  expect(life.renewals).toEqual([{ minute: 90, id: 'status 3' }])
})

test('a rare type of which nothing comes is renewed on the channels that are live, when others arrive', () => {
  const channels = [...live(3), channel(4, { isLive: false })]
  const life = lifeOf([...rowsOf('gifts', 4), ...rowsOf('chat', 3)], channels)
  life.look(0, 48 * 60 + 4, ({ event }) => event === 'chat')
  expect(life.renewals.map(({ id }) => id).toSorted()).toEqual(['gifts 1', 'gifts 2', 'gifts 3'])
})

test('two live channels are too few to call everything silent, and each is judged all the same', () => {
  const life = lifeOf(rowsOf('chat', 2), live(2))
  life.look(0, 30, () => false)
  expect(life.silentAt).toEqual([])
  expect(life.renewals.map(({ id }) => id).toSorted()).toEqual(['chat 1', 'chat 2'])
})

test('a time in which nobody looked is no silence', () => {
  const life = lifeOf(rowsOf('chat', 5), live(5))
  life.look(0, 12, () => false)
  life.look(100, 114, () => false)
  expect(life.renewals).toEqual([])
})

test('renewals are bounded whatever happens: each subscription ever less often, and a few in a run', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 400 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
      (count, every, dice) => {
        const life = lifeOf(rowsOf('chat', count), live(count))
        life.look(0, 4 * 24 * 60, (_, now) => now % every === 0 && dice.next().value! > 5)
        const perRun = Map.groupBy(life.renewals, (one) => one.minute)
        for (const [, some] of perRun) expect(some.length).toBeLessThanOrEqual(30)
        for (const [, some] of Map.groupBy(life.renewals, (one) => one.id)) {
          // 1, 2, 4, 8, 16 and 24 hours apart: seven in four days, where the count never starts anew.
          expect(some.length).toBeLessThanOrEqual(8)
          const pauses = some.slice(1).map((one, n) => one.minute - some[n]!.minute)
          for (const [n, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(Math.min(24, 2 ** n) * 60)
        }
      },
    ),
    { numRuns: 20 },
  )
})

test('who delivers as usual is never renewed, however the others do; who never does on a live channel always is, in time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 2, max: 14 }),
      fc.uint8Array({ minLength: 40, maxLength: 40 }),
      (count, everyMinutes, kinds) => {
        const talks = ({ platformUserId }: { platformUserId: string }) => kinds[Number(platformUserId) - 1]! % 2 === 0
        const life = lifeOf(rowsOf('chat', count), live(count))
        life.look(0, 240, (one, now) => talks(one) && now % (2 * Math.ceil(everyMinutes / 2)) === 0)
        const renewed = new Set(life.renewals.map(({ id }) => id))
        for (const one of rowsOf('chat', count)) expect(renewed.has(one.platformSubscriptionId!)).toBe(!talks(one))
      },
    ),
    { numRuns: 60 },
  )
})
