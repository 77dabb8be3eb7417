import { describe, expect, test } from 'vitest'
import { decideStatus, type StatusState } from '../../src/sessions/decide-status.ts'
import { absenceMs, reportOutranksProbesMs } from '../../src/sessions/infer-session-end.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'
import {
  at,
  ended,
  happened,
  live,
  looks,
  missed,
  nothing,
  rows,
  session,
  state,
  toldEnd,
} from '../support/sessions/status-decisions.ts'

describe('going offline', () => {
  const online = (live: [number, number], ...missedAt: number[]): StatusState =>
    state({ status: 'online', sessions: [session(60)], latestProbes: looks(live, ...missedAt) })
  const grace = absenceMs / 1000

  test('one miss is not an end, however late it comes', () => {
    expect(decideStatus(online([60, 300], 10_000), missed(10_000))).toEqual(nothing)
  })

  test('two misses within the grace are not an end', () => {
    expect(decideStatus(online([60, 300], 300 + grace - 1, 330), missed(300 + grace - 1))).toEqual(nothing)
  })

  test('the second miss after the grace ends the session where it was last seen', () => {
    const decision = decideStatus(online([60, 300], 360), missed(300 + grace))
    expect(decision.status).toBe('offline')
    expect(rows(decision.sessions)).toEqual([[60, 300, 'poll']])
    expect(happened(decision)).toEqual([['stream_end', 'online', 'offline', 300]])
  })

  test('a miss from before the channel was last seen does not count', () => {
    expect(decideStatus(online([60, 300], 200), missed(500))).toEqual(nothing)
  })

  test('the same miss twice is one miss', () => {
    expect(decideStatus(online([60, 300], 500), missed(500))).toEqual(nothing)
  })

  test('finding a channel offline for the first time is a status and no event', () => {
    expect(decideStatus(state(), missed(100))).toEqual({
      status: 'offline',
      statusSince: at(100),
      ...nothing,
    })
  })

  test('what the platform says ends at once, where it says', () => {
    const decision = decideStatus(online([60, 300]), ended(60, 310))
    expect(decision.status).toBe('offline')
    expect(rows(decision.sessions)).toEqual([[60, 310, 'webhook']])
    expect(happened(decision)).toEqual([['stream_end', 'online', 'offline', 310]])
  })

  test('an end that was inferred is corrected by what the platform says, and told once', () => {
    const known = state({ status: 'offline', sessions: [session(60, 300)] })
    const decision = decideStatus(known, ended(60, 310))
    expect(rows(decision.sessions)).toEqual([[60, 310, 'webhook']])
    expect(decision.events).toEqual([])
  })

  test('a late end closes only the session that it names', () => {
    const known = state({
      status: 'online',
      sessions: [session(500), { ...session(60, 300), nextStartedAt: at(500) }],
    })
    const decision = decideStatus(known, ended(60, 310))
    expect(rows(decision.sessions)).toEqual([[60, 310, 'webhook']])
    expect(decision.status).toBeUndefined()
  })

  test('an end that names no broadcast ends the one of that time, and is kept where none is known', () => {
    expect(rows(decideStatus(online([60, 300]), ended(null, 310)).sessions)).toEqual([[60, 310, 'webhook']])
    expect(decideStatus(online([60, 300]), ended(null, 50))).toEqual({ ...nothing, ends: [toldEnd(50)] })
  })

  test('an end that names an older broadcast by its id leaves the one that is on alone', () => {
    const older = { ...session(60, 290, { platformStreamId: 's1' }), nextStartedAt: at(300) }
    const known = state({ status: 'online', sessions: [session(300, null, { platformStreamId: 's2' }), older] })
    const decision = decideStatus(known, { ...ended(null, 310), platformStreamId: 's1' } as StatusObservation)
    expect(rows(decision.sessions)).toEqual([[60, 300, 'webhook']])
    expect(decision.status).toBeUndefined()
    expect(decision.events).toEqual([])
  })

  describe('of a broadcast that the platform has announced', () => {
    const announced = (...missedAt: number[]): StatusState =>
      state({
        status: 'online',
        sessions: [session(60, null, { toldLiveAt: at(60) })],
        latestProbes: looks([60, 300], ...missedAt),
      })
    const holds = reportOutranksProbesMs / 1000

    test('a list that leaves it out for two minutes is not believed', () => {
      expect(decideStatus(announced(420, 360), missed(300 + 150))).toEqual(nothing)
      expect(decideStatus(announced(420, 360), missed(300 + holds - 1))).toEqual(nothing)
    })

    test('a list that insists ends it where it was last seen', () => {
      const decision = decideStatus(announced(560, 530), missed(300 + holds))
      expect(decision.status).toBe('offline')
      expect(rows(decision.sessions)).toEqual([[60, 300, 'poll']])
    })

    test('the platform ends it at once, and so does another broadcast', () => {
      expect(decideStatus(announced(), ended(60, 310)).status).toBe('offline')
      expect(rows(decideStatus(announced(), live(500, 400)).sessions)).toEqual([
        [60, 300, 'poll'],
        [400, null, null],
      ])
    })
  })

  test('an end of a broadcast nobody saw is a whole session', () => {
    const decision = decideStatus(state(), ended(60, 310))
    expect(rows(decision.sessions)).toEqual([[60, 310, 'webhook']])
    expect(happened(decision)).toEqual([
      ['stream_start', 'unknown', 'online', 60],
      ['stream_end', 'online', 'offline', 310],
    ])
  })
})
