import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Absence,
  absenceMs,
  decide,
  nextAbsence,
  type Session,
  type StatusState,
} from '../../src/sessions/decide.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'

const t0 = Date.UTC(2026, 0, 1)
const at = (seconds: number): Date => new Date(t0 + seconds * 1000)
const channelId = 1n

const session = (
  start: number,
  end: number | null = null,
  source: 'poll' | 'webhook' | null = end === null ? null : 'poll',
): Session => ({
  startedAt: at(start),
  endedAt: end === null ? null : at(end),
  endSource: source,
})

const state = (partial: Partial<StatusState> = {}): StatusState => ({
  status: 'unknown',
  statusObservedAt: at(0),
  open: null,
  named: null,
  newest: null,
  ...partial,
})

const live = (
  seconds: number,
  start: number,
  extra: { lastLiveAt?: Date | null; title?: string } = {},
): StatusObservation => ({
  kind: 'live',
  channelId,
  at: at(seconds),
  source: 'poll',
  startedAt: at(start),
  lastLiveAt: extra.lastLiveAt ?? null,
  details: extra.title === undefined ? {} : { title: extra.title },
})

const missed = (seconds: number, lastLive: number | null, firstMissed: number | null): StatusObservation => ({
  kind: 'not-live',
  channelId,
  at: at(seconds),
  source: 'poll',
  lastLiveAt: lastLive === null ? null : at(lastLive),
  firstMissedAt: firstMissed === null ? null : at(firstMissed),
})

describe('going live', () => {
  test.each(['unknown', 'offline'] as const)('from %s opens a session and tells it once', (status) => {
    const decision = decide(state({ status }), live(100, 60))
    expect(decision).toMatchObject({ status: 'online', open: { startedAt: at(60) } })
    expect(decision.events).toEqual([
      {
        type: 'stream_start',
        previousStatus: status,
        newStatus: 'online',
        sessionStartedAt: at(60),
        occurredAt: at(60),
      },
    ])
  })

  test('seeing the open session again changes nothing', () => {
    const open = session(60)
    expect(decide(state({ status: 'online', open, named: open, newest: open }), live(200, 60))).toEqual({
      events: [],
    })
  })

  test('another title changes the session and is no event; a missing one keeps what is known', () => {
    const open = { ...session(60), title: 'old' }
    const known = state({ status: 'online', open, named: open, newest: open })
    expect(decide(known, live(200, 60, { title: 'new' }))).toEqual({
      details: { startedAt: at(60), title: 'new' },
      events: [],
    })
    expect(decide(known, live(200, 60))).toEqual({ events: [] })
  })

  test('another broadcast ends the open one where it was last seen and starts the next, in this order', () => {
    const open = session(60)
    const decision = decide(state({ status: 'online', open, newest: open }), live(500, 400, { lastLiveAt: at(300) }))
    expect(decision.close).toEqual({ startedAt: at(60), endedAt: at(300), source: 'poll' })
    expect(decision.open).toMatchObject({ startedAt: at(400) })
    expect(decision.events.map(({ type, previousStatus }) => [type, previousStatus])).toEqual([
      ['stream_end', 'online'],
      ['stream_start', 'offline'],
    ])
  })

  test('an end that the platform told is final', () => {
    const named = session(60, 200, 'webhook')
    expect(decide(state({ status: 'offline', named, newest: named }), live(205, 60))).toEqual({ events: [] })
  })

  test('an end that was only inferred is taken back when the same broadcast shows up', () => {
    const named = session(60, 200, 'poll')
    const decision = decide(
      state({ status: 'offline', named, newest: named, statusObservedAt: at(300) }),
      live(400, 60),
    )
    expect(decision).toMatchObject({ status: 'online', open: { startedAt: at(60) } })
    expect(decision.events).toMatchObject([{ type: 'stream_start', occurredAt: at(400) }])
  })

  test('a broadcast older than the newest is history', () => {
    expect(decide(state({ status: 'offline', newest: session(500, 600) }), live(700, 60))).toEqual({ events: [] })
  })
})

describe('going offline', () => {
  const online = (start = 60): StatusState => {
    const open = session(start)
    return state({ status: 'online', open, newest: open, statusObservedAt: at(start) })
  }

  test('one miss is not an end, however late it comes', () => {
    expect(decide(online(), missed(10_000, 300, null))).toEqual({ events: [] })
  })

  test('two misses within the grace are not an end', () => {
    expect(decide(online(), missed(300 + absenceMs / 1000 - 1, 300, 330))).toEqual({ events: [] })
  })

  test('the second miss after the grace ends the session where it was last seen', () => {
    const decision = decide(online(), missed(300 + absenceMs / 1000, 300, 360))
    expect(decision).toMatchObject({
      status: 'offline',
      close: { startedAt: at(60), endedAt: at(300), source: 'poll' },
    })
    expect(decision.events).toMatchObject([
      { type: 'stream_end', previousStatus: 'online', newStatus: 'offline', occurredAt: at(300) },
    ])
  })

  test('a miss from before the channel was last seen does not count', () => {
    expect(decide(online(), missed(500, 300, 200))).toEqual({ events: [] })
  })

  test('the same miss twice is one miss', () => {
    expect(decide(online(), missed(500, 300, 500))).toEqual({ events: [] })
  })

  test('finding a channel offline for the first time is a status and no event', () => {
    expect(decide(state(), missed(100, null, null))).toEqual({ status: 'offline', events: [] })
  })

  test('a session nobody looks at ends where it was last seen', () => {
    const seen: StatusObservation = { kind: 'abandoned', channelId, at: at(9_000), source: 'poll', lastLiveAt: at(400) }
    expect(decide(online(), seen).close).toEqual({ startedAt: at(60), endedAt: at(400), source: 'poll' })
  })
})

test('an observation older than what the status rests on changes nothing', () => {
  for (const seen of [live(50, 40), missed(50, null, null)]) {
    expect(decide(state({ statusObservedAt: at(50), status: 'offline' }), seen)).toEqual({ events: [] })
  }
})

/** The store, reduced to what deciding needs. */
const runPolls = (polls: readonly ({ live: true; start: number } | { live: false })[]) => {
  const sessions: Session[] = []
  const events: string[] = []
  let status = 'unknown' as StatusState['status']
  let statusObservedAt = at(0)
  let absence: Absence = { lastLiveAt: null, firstMissedAt: null }
  polls.forEach((poll, i) => {
    const now = at(10_000 + i * 60)
    const seen: StatusObservation = poll.live
      ? {
          kind: 'live',
          channelId,
          at: now,
          source: 'poll',
          startedAt: at(poll.start),
          lastLiveAt: absence.lastLiveAt,
          details: {},
        }
      : { kind: 'not-live', channelId, at: now, source: 'poll', ...absence }
    const open = sessions.find(({ endedAt }) => endedAt === null) ?? null
    const named = poll.live
      ? (sessions.find(({ startedAt }) => startedAt.getTime() === at(poll.start).getTime()) ?? null)
      : null
    const newest = sessions.reduce<Session | null>((a, b) => (a && a.startedAt > b.startedAt ? a : b), null)
    const decision = decide({ status, statusObservedAt, open, named, newest }, seen)
    absence = nextAbsence(absence, poll.live, now)
    if (decision.status) {
      status = decision.status
      statusObservedAt = now
    }
    const { close, open: opened } = decision
    if (close)
      Object.assign(sessions.find(({ startedAt }) => startedAt.getTime() === close.startedAt.getTime())!, {
        endedAt: close.endedAt,
        endSource: close.source,
      })
    if (opened) {
      if (named) Object.assign(named, { endedAt: null, endSource: null })
      else sessions.push({ startedAt: opened.startedAt, endedAt: null, endSource: null })
    }
    for (const event of decision.events) {
      expect(event.previousStatus).not.toBe(event.newStatus)
      events.push(event.newStatus)
    }
  })
  return { sessions, events, status }
}

const poll = fc.oneof(
  fc.record({ live: fc.constant(true as const), start: fc.constantFrom(9_000, 9_500, 10_100, 10_400) }),
  fc.constant({ live: false as const }),
)

test('whatever polls show: one open session at most, no overlap, and events that alternate and agree with the status', () => {
  fc.assert(
    fc.property(fc.array(poll, { maxLength: 40 }), (polls) => {
      const { sessions, events, status } = runPolls(polls)
      expect(sessions.filter(({ endedAt }) => endedAt === null)).toHaveLength(status === 'online' ? 1 : 0)
      const ordered = sessions.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime())
      for (const [i, { startedAt, endedAt }] of ordered.entries()) {
        if (endedAt) expect(endedAt.getTime()).toBeGreaterThanOrEqual(startedAt.getTime())
        const next = ordered[i + 1]
        if (next) expect(endedAt!.getTime()).toBeLessThanOrEqual(next.startedAt.getTime())
      }
      for (const [i, newStatus] of events.entries()) expect(newStatus).toBe(i % 2 === 0 ? 'online' : 'offline')
      if (events.length > 0) expect(events.at(-1)).toBe(status)
    }),
    { numRuns: 2_000 },
  )
})
