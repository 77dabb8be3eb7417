import { describe, expect, test } from 'vitest'
import { absenceMs, decide, type Session, type StatusState } from '../../src/sessions/decide.ts'
import { type Looks, noLooks } from '../../src/sessions/looks.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'

const t0 = Date.UTC(2026, 0, 1)
const at = (seconds: number): Date => new Date(t0 + seconds * 1000)
const channelId = 1n
const never = new Date(0)

type Row = StatusState['sessions'][number]

const session = (start: number, end: number | null = null, extra: Partial<Row> = {}): Row => ({
  startedAt: at(start),
  endedAt: end === null ? null : at(end),
  endSource: end === null ? null : 'poll',
  lastLiveAt: end === null ? null : at(end),
  detailsObservedAt: never,
  nextStartedAt: null,
  ...extra,
})

const told = (start: number, end: number): Row => session(start, end, { endSource: 'webhook', lastLiveAt: null })

const looks = (live: [start: number, at: number] | null, ...missed: number[]): Looks => ({
  ...noLooks,
  ...(live && { liveStartedAt: at(live[0]), lastLiveAt: at(live[1]) }),
  lastMissedAt: missed[0] === undefined ? null : at(missed[0]),
  missedBeforeAt: missed[1] === undefined ? null : at(missed[1]),
})

const state = (partial: Partial<StatusState> = {}): StatusState => ({
  status: 'unknown',
  sessions: [],
  looks: noLooks,
  ...partial,
})

const live = (seconds: number, start: number, extra: Partial<StatusObservation> = {}): StatusObservation =>
  ({
    kind: 'live',
    channelId,
    at: at(seconds),
    source: 'poll',
    startedAt: at(start),
    details: {},
    ...extra,
  }) as StatusObservation

const missed = (seconds: number): StatusObservation => ({
  kind: 'not-live',
  channelId,
  at: at(seconds),
  source: 'poll',
})

const ended = (start: number | null, end: number): StatusObservation => ({
  kind: 'ended',
  channelId,
  at: at(end),
  source: 'webhook',
  startedAt: start === null ? null : at(start),
  endedAt: at(end),
  details: {},
})

const rows = (sessions: readonly Session[]) =>
  sessions.map(({ startedAt, endedAt, endSource }) => [
    (+startedAt - t0) / 1000,
    endedAt && (+endedAt - t0) / 1000,
    endSource,
  ])

const told3 = ({ events }: ReturnType<typeof decide>) =>
  events.map(({ type, previousStatus, newStatus, occurredAt }) => [
    type,
    previousStatus,
    newStatus,
    (+occurredAt - t0) / 1000,
  ])

const nothing = { sessions: [], events: [] }

describe('going live', () => {
  test.each(['unknown', 'offline'] as const)('from %s opens a session and tells it once', (status) => {
    const decision = decide(state({ status }), live(100, 60))
    expect(decision.status).toBe('online')
    expect(rows(decision.sessions)).toEqual([[60, null, null]])
    expect(told3(decision)).toEqual([['stream_start', status, 'online', 60]])
  })

  test('seeing the open session again changes nothing', () => {
    const known = state({ status: 'online', sessions: [session(60)], looks: looks([60, 200]) })
    expect(decide(known, live(200, 60))).toEqual(nothing)
  })

  test('another title changes the session and is no event; a missing one keeps what is known', () => {
    const open = session(60, null, { title: 'old', detailsObservedAt: at(70) })
    const known = state({ status: 'online', sessions: [open], looks: looks([60, 200]) })
    const decision = decide(known, live(200, 60, { details: { title: 'new' } }))
    expect(decision).toMatchObject({ sessions: [{ startedAt: at(60), title: 'new', endedAt: null }], events: [] })
    expect(decide(known, live(200, 60))).toEqual(nothing)
  })

  test('a title told before the one that is known changes nothing; a category that nobody told is taken', () => {
    const open = session(60, null, { title: 'known', detailsObservedAt: at(150) })
    const known = state({ status: 'online', sessions: [open] })
    const decision = decide(known, live(100, 60, { details: { title: 'older', category: 'Chess' } }))
    expect(decision.sessions).toMatchObject([{ title: 'known', category: 'Chess', detailsObservedAt: at(150) }])
  })

  test('another broadcast ends the open one where it was last seen and starts the next, in this order', () => {
    const known = state({ status: 'online', sessions: [session(60)], looks: looks([400, 500]) })
    const decision = decide(known, live(500, 400, { seenBefore: { startedAt: at(60), at: at(300) } } as never))
    expect(rows(decision.sessions)).toEqual([
      [60, 300, 'poll'],
      [400, null, null],
    ])
    expect(told3(decision)).toEqual([
      ['stream_end', 'online', 'offline', 300],
      ['stream_start', 'offline', 'online', 400],
    ])
    expect(decision.status).toBeUndefined()
  })

  test('no session ends after the next one began, however late a list still showed it', () => {
    const known = state({ status: 'online', sessions: [session(60)], looks: looks([60, 450]) })
    expect(rows(decide(known, live(500, 400)).sessions)).toEqual([
      [60, 400, 'poll'],
      [400, null, null],
    ])
  })

  test('an end that the platform told is final', () => {
    expect(decide(state({ status: 'offline', sessions: [told(60, 200)] }), live(205, 60))).toEqual(nothing)
  })

  test('an end that was only inferred is taken back when the same broadcast shows up', () => {
    const known = state({ status: 'offline', sessions: [session(60, 200)], looks: looks([60, 200], 320, 260) })
    const decision = decide(known, live(400, 60))
    expect(decision.status).toBe('online')
    expect(rows(decision.sessions)).toEqual([[60, null, null]])
    expect(told3(decision)).toEqual([['stream_start', 'offline', 'online', 400]])
  })

  test('a sighting from before the misses only moves the inferred end', () => {
    const known = state({ status: 'offline', sessions: [session(60, 200)], looks: looks([60, 200], 320, 260) })
    const decision = decide(known, live(220, 60))
    expect(rows(decision.sessions)).toEqual([[60, 220, 'poll']])
    expect(decision).toMatchObject({ events: [] })
    expect(decision.status).toBeUndefined()
  })

  test('a broadcast that was over before the newest is remembered and told, and changes no status', () => {
    const known = state({ status: 'online', sessions: [session(500)] })
    const decision = decide(known, live(60, 60, { source: 'webhook' }))
    expect(rows(decision.sessions)).toEqual([[60, 60, 'poll']])
    expect(told3(decision)).toEqual([
      ['stream_start', 'online', 'online', 60],
      ['stream_end', 'online', 'online', 60],
    ])
    expect(decision.status).toBeUndefined()
  })
})

describe('going offline', () => {
  const online = (live: [number, number], ...missedAt: number[]): StatusState =>
    state({ status: 'online', sessions: [session(60)], looks: looks(live, ...missedAt) })
  const grace = absenceMs / 1000

  test('one miss is not an end, however late it comes', () => {
    expect(decide(online([60, 300], 10_000), missed(10_000))).toEqual(nothing)
  })

  test('two misses within the grace are not an end', () => {
    expect(decide(online([60, 300], 300 + grace - 1, 330), missed(300 + grace - 1))).toEqual(nothing)
  })

  test('the second miss after the grace ends the session where it was last seen', () => {
    const decision = decide(online([60, 300], 360), missed(300 + grace))
    expect(decision.status).toBe('offline')
    expect(rows(decision.sessions)).toEqual([[60, 300, 'poll']])
    expect(told3(decision)).toEqual([['stream_end', 'online', 'offline', 300]])
  })

  test('a miss from before the channel was last seen does not count', () => {
    expect(decide(online([60, 300], 200), missed(500))).toEqual(nothing)
  })

  test('the same miss twice is one miss', () => {
    expect(decide(online([60, 300], 500), missed(500))).toEqual(nothing)
  })

  test('finding a channel offline for the first time is a status and no event', () => {
    expect(decide(state(), missed(100))).toEqual({ status: 'offline', ...nothing })
  })

  test('what the platform says ends at once, where it says', () => {
    const decision = decide(online([60, 300]), ended(60, 310))
    expect(decision.status).toBe('offline')
    expect(rows(decision.sessions)).toEqual([[60, 310, 'webhook']])
    expect(told3(decision)).toEqual([['stream_end', 'online', 'offline', 310]])
  })

  test('an end that was inferred is corrected by what the platform says, and told once', () => {
    const known = state({ status: 'offline', sessions: [session(60, 300)] })
    const decision = decide(known, ended(60, 310))
    expect(rows(decision.sessions)).toEqual([[60, 310, 'webhook']])
    expect(decision.events).toEqual([])
  })

  test('a late end closes only the session that it names', () => {
    const known = state({
      status: 'online',
      sessions: [session(500), { ...session(60, 300), nextStartedAt: at(500) }],
    })
    const decision = decide(known, ended(60, 310))
    expect(rows(decision.sessions)).toEqual([[60, 310, 'webhook']])
    expect(decision.status).toBeUndefined()
  })

  test('an end that names no start ends the broadcast of that time', () => {
    expect(rows(decide(online([60, 300]), ended(null, 310)).sessions)).toEqual([[60, 310, 'webhook']])
    expect(decide(online([60, 300]), ended(null, 50))).toEqual(nothing)
    expect(decide(state({ status: 'offline', sessions: [told(60, 310)] }), ended(null, 400))).toEqual(nothing)
  })

  test('an end of a broadcast nobody saw is a whole session', () => {
    const decision = decide(state(), ended(60, 310))
    expect(rows(decision.sessions)).toEqual([[60, 310, 'webhook']])
    expect(told3(decision)).toEqual([
      ['stream_start', 'unknown', 'online', 60],
      ['stream_end', 'online', 'offline', 310],
    ])
  })
})

test('what a broadcast is about changes it while it lasts, and nothing else', () => {
  const about: StatusObservation = {
    kind: 'details',
    channelId,
    at: at(200),
    source: 'webhook',
    details: { title: 'new' },
  }
  const open = session(60, null, { title: 'old' })
  expect(decide(state({ status: 'online', sessions: [open] }), about).sessions).toMatchObject([{ title: 'new' }])
  expect(decide(state({ status: 'offline', sessions: [told(60, 100)] }), about)).toEqual(nothing)
  expect(decide(state(), about)).toEqual(nothing)
  const seenSince = state({ status: 'online', sessions: [open], looks: looks([60, 210]) })
  expect(decide(seenSince, about)).toEqual(nothing)
})
