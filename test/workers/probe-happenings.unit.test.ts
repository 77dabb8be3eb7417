import { expect, test } from 'vitest'
import { probeHappenings } from '../../src/workers/probe-happenings.ts'
import type { CompletedProbe, ProbeLease } from '../../src/workers/probe-queue.ts'

const start = Date.UTC(2026, 5, 1, 12)
const minute = (n: number): Date => new Date(start + n * 60_000)

type Known = { topViewers?: number | null; usualViewers?: number; lastMissedAt?: Date | null; startedAt?: Date }

/** A probe at a minute, of a broadcast that was last seen at another, by what was stored of it. */
const sighting = (at: number, viewers: number | null, seen: number | null, known: Known = {}) => ({
  lease: {
    ...{ channelId: 7n, intervalSeconds: 60, topViewers: null, lastMissedAt: null },
    ...{ liveStartedAt: seen === null ? null : minute(0), lastLiveAt: seen === null ? null : minute(seen) },
    ...known,
  } as ProbeLease,
  completed: { usualViewers: known.usualViewers ?? null } as CompletedProbe,
  at: minute(at),
  seen: { startedAt: known.startedAt ?? minute(0), viewerCount: viewers },
})

const kinds = (...sightings: ReturnType<typeof sighting>[]) => probeHappenings(sightings).map(({ kind }) => kind)

test('viewers that pass a mark happen, with the most before and the usual', () => {
  expect(probeHappenings([sighting(3, 120, 2, { topViewers: 95, usualViewers: 60 })])).toEqual([
    {
      ...{ kind: 'viewers-passed', channelId: 7n, at: minute(3) },
      facts: { viewers: 120, viewersBefore: 95, usualViewers: 60, startedAt: minute(0) },
    },
  ])
  expect(kinds(sighting(3, 99, 2, { topViewers: 95 }))).toEqual([])
  expect(kinds(sighting(3, 99, 2, { topViewers: 95, usualViewers: 48 }))).toEqual(['viewers-passed'])
  expect(kinds(sighting(3, null, 2, { topViewers: 95 }))).toEqual([])
  // What another broadcast had says nothing of this one.
  expect(kinds(sighting(3, 60, 2, { topViewers: 95, startedAt: minute(1) }))).toEqual(['viewers-passed'])
})

test('a broadcast that goes on after more than five minutes without a probe had an outage', () => {
  expect(probeHappenings([sighting(20, null, 14)])).toEqual([
    {
      ...{ kind: 'outage', channelId: 7n, at: minute(20) },
      facts: { from: minute(14), until: minute(20), startedAt: minute(0) },
    },
  ])
  expect(kinds(sighting(19, null, 14))).toEqual([])
  // A probe that did not see it was a probe.
  expect(kinds(sighting(20, null, 14, { lastMissedAt: minute(16) }))).toEqual([])
  expect(kinds(sighting(20, null, 14, { startedAt: minute(15) }))).toEqual([])
  expect(kinds(sighting(20, null, null))).toEqual([])
})
