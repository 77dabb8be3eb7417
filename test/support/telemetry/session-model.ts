import { expect } from 'vitest'
import type { TestProbe } from '../stores/clickhouse.ts'
import type { SaidMessage } from './chat-rows.ts'
import { sampleSeconds } from './probe-model.ts'

/** Everything that is stored of one channel; instants in seconds since the epoch. */
export type StoredRows = {
  trackedSince: number
  probes: TestProbe[]
  messages: SaidMessage[]
  /** The instants that were told, by follower. */
  follows: Map<string, number[]>
}

/** When a person followed: what is told within an hour of another instant of the same follow is the same follow. */
const followsBegun = (told: readonly number[]): number[] => {
  const ordered = told.toSorted((a, b) => a - b)
  return ordered.filter((at, index) => index === 0 || at - ordered[index - 1]! > 3_600)
}

/** Probes that were planned between two and not made, as clickhouse/README.md says it. */
const missed = ({ elapsed = 60, interval = 60 }: TestProbe): number =>
  Math.max(0, Math.floor((elapsed + Math.floor(interval / 2)) / interval) - 1)

const coverage = (probes: readonly TestProbe[], trackedSince: number, from: number, to: number): number => {
  const first = probes.at(0)
  const last = probes.at(-1)
  const tracked = Math.min(trackedSince, first?.at ?? to, to)
  const unseen = Math.max(0, tracked - from)
  const interval = last?.interval ?? 60
  const waited = to - Math.max(from, tracked, last?.at ?? from)
  const overdue = waited > 2.5 * interval ? waited - (last ? interval : 0) : 0
  let lacking = 0
  for (const probe of probes) {
    const all = missed(probe)
    const began = probe.at - (probe.elapsed ?? 60)
    // Only an outage reaches back far enough to be cut.
    const before = all > 1 && began < from ? Math.round((all * (from - began)) / (probe.at - began)) : 0
    lacking += all - before
  }
  const made = probes.length + lacking === 0 ? 1 : probes.length / (probes.length + lacking)
  return made * (1 - (unseen + overdue) / (to - from))
}

/** What the rows of a session add up to, the plain way. */
export const expectedAggregates = (rows: StoredRows, from: number, to: number) => {
  const during = (at: number) => at >= from && at < to
  const within = rows.probes.filter(({ at }) => during(at)).sort((a, b) => a.at - b.at)
  const samples = rows.probes
    .filter(({ at, startedAt, viewers }) => startedAt === from && viewers != null && at >= from && at <= to)
    .sort((a, b) => a.at - b.at)
  const peak = Math.max(...samples.map(({ viewers }) => viewers!))
  const weights = samples.map(sampleSeconds)
  const viewerSeconds = samples.reduce((sum, { viewers }, index) => sum + viewers! * weights[index]!, 0)
  const said = rows.messages.filter(({ at }) => during(at))
  const isSeen = samples.length > 0
  return {
    peakViewers: isSeen ? peak : null,
    peakAt: isSeen ? new Date(samples.find(({ viewers }) => viewers === peak)!.at * 1000) : null,
    averageViewers: isSeen ? viewerSeconds / weights.reduce((a, b) => a + b, 0) : null,
    hoursWatched: isSeen ? viewerSeconds / 3600 : null,
    samples: samples.length,
    coverage: expect.closeTo(coverage(within, rows.trackedSince, from, to), 9),
    messages: said.length,
    chatters: new Set(said.map(({ by = 'someone' }) => by)).size,
    follows: [...rows.follows.values()].flatMap(followsBegun).filter(during).length,
  }
}
