import { describe, expect, test } from 'vitest'
import { chaptersOf } from '../../src/sessions/chapters.ts'
import { decideStatus, type StatusState } from '../../src/sessions/decide-status.ts'
import { reportOutranksProbesMs } from '../../src/sessions/infer-session-end.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'
import { received } from '../support/sessions/received.ts'
import {
  at,
  channelId,
  ended,
  happened,
  live,
  looks,
  nothing,
  type Row,
  rows,
  session,
  state,
  told,
  toldEnd,
} from '../support/sessions/status-decisions.ts'

describe('going live', () => {
  test.each(['unknown', 'offline'] as const)('from %s opens a session and tells it once', (status) => {
    const decision = decideStatus(state({ status }), live(100, 60))
    expect(decision.status).toBe('online')
    expect(rows(decision.sessions)).toEqual([[60, null, null]])
    expect(happened(decision)).toEqual([['stream_start', status, 'online', 60]])
  })

  test('seeing the open session again changes nothing', () => {
    const known = state({ status: 'online', sessions: [session(60)], latestProbes: looks([60, 200]) })
    expect(decideStatus(known, live(200, 60))).toEqual(nothing)
  })

  test('another title changes the session and is no event; a missing one keeps what is known', () => {
    const open = session(60, null, { title: 'old', detailsObservedAt: at(70) })
    const known = state({ status: 'online', sessions: [open], latestProbes: looks([60, 200]) })
    const decision = decideStatus(known, live(200, 60, { details: { title: 'new' } }))
    expect(decision).toMatchObject({ sessions: [{ startedAt: at(60), title: 'new', endedAt: null }], events: [] })
    expect(decideStatus(known, live(200, 60))).toEqual(nothing)
  })

  test('a title told before the one that is known changes nothing; a category that nobody told is taken', () => {
    const open = session(60, null, { title: 'known', detailsObservedAt: at(150) })
    const known = state({ status: 'online', sessions: [open] })
    const decision = decideStatus(known, live(100, 60, { details: { title: 'older', category: 'Chess' } }))
    expect(decision.sessions).toMatchObject([{ title: 'known', category: 'Chess', detailsObservedAt: at(150) }])
  })

  test('another broadcast ends the open one where it was last seen and starts the next, in this order', () => {
    const known = state({ status: 'online', sessions: [session(60)], latestProbes: looks([400, 500]) })
    const decision = decideStatus(known, live(500, 400, { seenBefore: { startedAt: at(60), at: at(300) } } as never))
    expect(rows(decision.sessions)).toEqual([
      [60, 300, 'poll'],
      [400, null, null],
    ])
    expect(happened(decision)).toEqual([
      ['stream_end', 'online', 'offline', 300],
      ['stream_start', 'offline', 'online', 400],
    ])
    expect(decision.status).toBeUndefined()
  })

  test('no session ends after the next one began, however late a list still showed it', () => {
    const known = state({ status: 'online', sessions: [session(60)], latestProbes: looks([60, 450]) })
    expect(rows(decideStatus(known, live(500, 400)).sessions)).toEqual([
      [60, 400, 'poll'],
      [400, null, null],
    ])
  })

  describe('after a told end', () => {
    const over = (extra: Partial<Row> = {}): StatusState => {
      const { sessions, ends } = told(60, 200)
      return state({ status: 'offline', sessions: [{ ...sessions[0]!, ...extra }], ends })
    }
    const holds = reportOutranksProbesMs / 1000

    test('a list that still shows the broadcast is remembered and believed only once no list can be that old', () => {
      const decision = decideStatus(over(), live(200 + holds - 1, 60))
      expect(decision.status).toBeUndefined()
      expect(rows(decision.sessions)).toEqual([[60, 200, 'webhook']])
      expect(decision.sessions).toMatchObject([{ lastLiveAt: at(200 + holds - 1) }])
      expect(decision.events).toEqual([])
    })

    test('a look that sees it later than that takes the end back: the session goes on', () => {
      const decision = decideStatus(over(), live(200 + holds, 60))
      expect(decision.status).toBe('online')
      expect(rows(decision.sessions)).toEqual([[60, null, null]])
      expect(happened(decision)).toEqual([['stream_start', 'offline', 'online', 200 + holds]])
    })

    test('the platform takes it back at once when it says later that the broadcast is on', () => {
      const decision = decideStatus(over(), live(250, 60, { source: 'webhook' }))
      expect(decision.status).toBe('online')
      expect(rows(decision.sessions)).toEqual([[60, null, null]])
      expect(decision.sessions).toMatchObject([{ toldLiveAt: at(250) }])
    })

    test('its start told again with the instant of the start takes nothing back', () => {
      expect(decideStatus(over(), live(60, 60, { source: 'webhook' })).status).toBeUndefined()
    })

    test('an end told after that ends it again; one that was told before changes nothing', () => {
      const again = state({
        status: 'online',
        sessions: [session(60, null, { toldLiveAt: at(250), lastLiveAt: at(250) })],
        ends: [toldEnd(200, { startedAt: at(60) })],
      })
      expect(rows(decideStatus(again, ended(60, 400)).sessions)).toEqual([[60, 400, 'webhook']])
      expect(decideStatus(again, ended(null, 210))).toMatchObject({ sessions: [], events: [] })
    })
  })

  test('a broadcast that begins after its end was told has ended', () => {
    const decision = decideStatus(state({ ends: [toldEnd(90)] }), live(60, 60, { source: 'webhook' }))
    expect(decision.status).toBe('offline')
    expect(rows(decision.sessions)).toEqual([[60, 90, 'webhook']])
    expect(happened(decision)).toEqual([
      ['stream_start', 'unknown', 'online', 60],
      ['stream_end', 'online', 'offline', 90],
    ])
  })

  test('an end that named no broadcast goes over to one that is learned of later and had begun by then', () => {
    const known = state({
      status: 'offline',
      sessions: [session(60, 500, { endSource: 'webhook', lastLiveAt: at(280) })],
      ends: [toldEnd(500)],
    })
    expect(rows(decideStatus(known, live(320, 300)).sessions)).toEqual([
      [60, 280, 'poll'],
      [300, 500, 'webhook'],
    ])
  })

  test('an end that was told with an id ends the broadcast once that is known to have the id', () => {
    const known = state({ status: 'online', sessions: [session(60)], ends: [toldEnd(200, { platformStreamId: 's1' })] })
    expect(rows(decideStatus(known, live(120, 60, { details: { platformStreamId: 's2' } })).sessions)).toEqual([
      [60, null, null],
    ])
    expect(rows(decideStatus(known, live(120, 60, { details: { platformStreamId: 's1' } })).sessions)).toEqual([
      [60, 200, 'webhook'],
    ])
  })

  test('an end that was only inferred is taken back when the same broadcast shows up', () => {
    const known = state({ status: 'offline', sessions: [session(60, 200)], latestProbes: looks([60, 200], 320, 260) })
    const decision = decideStatus(known, live(400, 60))
    expect(decision.status).toBe('online')
    expect(rows(decision.sessions)).toEqual([[60, null, null]])
    expect(happened(decision)).toEqual([['stream_start', 'offline', 'online', 400]])
  })

  test('a sighting from before the misses only moves the inferred end', () => {
    const known = state({ status: 'offline', sessions: [session(60, 200)], latestProbes: looks([60, 200], 320, 260) })
    const decision = decideStatus(known, live(220, 60))
    expect(rows(decision.sessions)).toEqual([[60, 220, 'poll']])
    expect(decision).toMatchObject({ events: [] })
    expect(decision.status).toBeUndefined()
  })

  test('a broadcast that was over before the newest is remembered and told, and changes no status', () => {
    const known = state({ status: 'online', sessions: [session(500)] })
    const decision = decideStatus(known, live(60, 60, { source: 'webhook' }))
    expect(rows(decision.sessions)).toEqual([[60, 60, 'poll']])
    expect(happened(decision)).toEqual([
      ['stream_start', 'online', 'online', 60],
      ['stream_end', 'online', 'online', 60],
    ])
    expect(decision.status).toBeUndefined()
  })
})

test('a broadcast that is learned of late is told before the end of a newer one, with the status of then', () => {
  const known = state({ status: 'online', sessions: [session(400)], latestProbes: looks([400, 500], 700, 650) })
  const decision = decideStatus(known, ended(60, 100))
  expect(decision.status).toBe('offline')
  expect(happened(decision)).toEqual([
    ['stream_start', 'online', 'online', 60],
    ['stream_end', 'online', 'online', 100],
    ['stream_end', 'online', 'offline', 500],
  ])
})

test('what a broadcast is about changes it while it lasts, and nothing else', () => {
  const about: StatusObservation = {
    kind: 'details',
    channelId,
    at: at(200),
    source: 'webhook',
    ...received(at(200)),
    details: { title: 'new' },
  }
  const open = session(60, null, { title: 'old' })
  expect(decideStatus(state({ status: 'online', sessions: [open] }), about).sessions).toMatchObject([{ title: 'new' }])
  const kept = { ...nothing, statements: [{ startedAt: null, saidAt: at(200), source: 'webhook', title: 'new' }] }
  expect(decideStatus(state({ status: 'offline', ...told(60, 100) }), about)).toEqual(kept)
  expect(decideStatus(state(), about)).toEqual(kept)
})

test('a delivery about the time before the latest probe changes nothing that the probe said, and both are kept', () => {
  const about: StatusObservation = {
    kind: 'details',
    channelId,
    at: at(200),
    source: 'webhook',
    ...received(at(200)),
    details: { title: 'new' },
  }
  const open = session(60, null, { title: 'old', detailsObservedAt: at(60) })
  const first = { startedAt: at(60), saidAt: at(60), source: 'poll', title: 'old' } as const
  const latestProbes = { ...looks([60, 210]), liveDetails: { title: 'old' } }
  const known = state({ status: 'online', sessions: [open], latestProbes, statements: [first] })
  const { sessions, statements } = decideStatus(known, about)
  expect(statements).toEqual([
    { startedAt: null, saidAt: at(200), source: 'webhook', title: 'new' },
    { startedAt: at(60), saidAt: at(210), source: 'poll', title: 'old' },
  ])
  expect(sessions).toMatchObject([{ title: 'old' }])
  expect(chaptersOf([first, ...statements], { ...open, endedAt: null })).toMatchObject([
    { from: at(60), until: at(200), title: 'old', source: 'poll' },
    { from: at(200), until: at(210), title: 'new', source: 'webhook' },
    { from: at(210), until: null, title: 'old', source: 'poll' },
  ])
})
