import { numberQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { type BucketPlan, planBuckets } from './buckets.ts'
import { channelKey, channelNumber, numbered, ofChannels } from './channel-key.ts'
import { countChat } from './chat-counts.ts'
import { countFollows } from './follow-series.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'
import { lookAhead } from './outages.ts'
import { noProbes, type ProbeRows, singleProbes } from './probe-columns.ts'
import { elapsedOf, type ProbedChannel, passedMs, refuseRaw, type SeriesMeta, type SeriesOptions } from './series.ts'
import { observedSpan } from './session-summaries.ts'
import { viewerSeriesOf } from './viewers.ts'

/** A broadcast with its channel. */
export type ProbedSession = ProbedChannel & { sessionId: bigint; startedAt: Date; endedAt: Date | null }

/** One bucket of a broadcast. */
export type SessionPoint = {
  start: Date
  end: Date
  /** The average, weighted with time; null without a probe. */
  viewers: number | null
  messages: number
  chatters: number
  follows: number
}

export type SessionTimeline = {
  /** Complete where viewers, chat and follows are; its coverage is that of the viewers. */
  meta: SeriesMeta
  points: SessionPoint[]
}

export type TimelineOptions = Omit<SeriesOptions, 'channels' | 'range' | 'timezone'> & {
  sessions: readonly ProbedSession[]
  /** Whether to count chatters; they cost more than messages. */
  chatters: boolean
}

// Channel and instant are one number, so that one search finds whether a probe is in any of the stretches of its channel.
const probesOfStretches = numberQuery({
  name: 'probes_of_stretches',
  sql: `
SELECT toUInt32(${channelNumber}) AS channel,
  toFloat64(toUnixTimestamp64Milli(ts)) AS at,
  viewer_count AS viewers,
  sample_seconds AS seconds,
  missed_probes AS missed,
  elapsed_seconds AS elapsed
FROM kick_streamer_probe
WHERE ${ofChannels} AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)}
  AND roundDown(bitShiftLeft(toUInt64(${channelNumber}), 42) + toUInt64(toUnixTimestamp64Milli(ts)), {bounds:Array(UInt64)})
    IN {starts:Array(UInt64)}`,
  types: {
    channel: 'UInt32',
    at: 'Float64',
    viewers: 'Nullable(UInt32)',
    seconds: 'UInt32',
    missed: 'UInt32',
    elapsed: 'UInt32',
  },
})

type Stretch = { from: number; to: number }

/** The stretches in order; those that touch become one. */
const merged = (stretches: readonly Stretch[]): Stretch[] => {
  const all: Stretch[] = []
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else all.push({ from, to })
  }
  return all
}

/** The probes of each broadcast and the next one after it, in one query for all of them. */
const readProbesOf = async (
  store: ClickHouse,
  { env, signal }: TimelineOptions,
  asked: readonly (ProbedSession & Stretch)[],
): Promise<ProbeRows[]> => {
  if (asked.length === 0) return []
  const { parameters, groups } = numbered(asked, channelKey)
  const bounds: bigint[] = [0n]
  const starts: bigint[] = []
  let rows = 0
  for (const [channel, sessions] of groups.entries()) {
    const boundOf = (ms: number) => (BigInt(channel) << 42n) + BigInt(ms)
    for (const { from, to } of merged(sessions)) {
      starts.push(boundOf(from))
      bounds.push(boundOf(from), boundOf(to))
      rows += (to - from) / 60_000
    }
  }
  const found = await store
    .numbers(
      probesOfStretches,
      {
        ...parameters,
        env,
        from: new Date(Math.min(...asked.map(({ from }) => from))),
        until: new Date(Math.max(...asked.map(({ to }) => to))),
        bounds,
        starts,
      },
      { signal, pool: readPoolFor(rows) },
    )
    .catch(historyUnavailable())
  const rowsOf = Map.groupBy(found.at.keys(), (row) => found.channel[row]!)
  const probes = new Map<ProbedSession, ProbeRows>()
  for (const [channel, sessions] of groups.entries()) {
    const order = (rowsOf.get(channel) ?? []).sort((a, b) => found.at[a]! - found.at[b]!)
    for (const session of sessions) {
      const theirs = noProbes()
      for (const row of order) {
        const at = found.at[row]!
        if (at < session.from || at >= session.to) continue
        for (const column of Object.keys(theirs) as (keyof ProbeRows)[]) theirs[column].push(found[column][row]!)
      }
      probes.set(session, theirs)
    }
  }
  return asked.map((session) => probes.get(session)!)
}

type Planned = { session: ProbedSession; plan: BucketPlan; edges: readonly number[] }

/**
 * Viewers, chat and follows of broadcasts, each from its start to its end or now, in buckets of UTC: one query of each kind
 * for any number of broadcasts. A broadcast with too many buckets gets an error instead. Rejects with BAD_USER_INPUT or
 * UNAVAILABLE.
 */
export const sessionTimelines = async (
  store: ClickHouse,
  db: Transaction,
  options: TimelineOptions,
): Promise<Map<bigint, SessionTimeline | Error>> => {
  const { env, sessions, bucket, maxPoints, chatters, now, signal } = options
  refuseRaw(bucket)
  const answers = new Map<bigint, SessionTimeline | Error>()
  const planned: Planned[] = []
  for (const session of sessions) {
    // A broadcast with an impossible start has no length.
    const { from, to } = observedSpan(session, now) ?? { from: now.getTime(), to: now.getTime() }
    try {
      const range = { from: new Date(from), to: new Date(to) }
      const plan = planBuckets({ range, bucket, maxPoints, timezone: 'UTC' })
      planned.push({ session, plan, edges: passedMs(elapsedOf(plan, options)) > 0 ? plan.edges : [] })
    } catch (error) {
      answers.set(session.sessionId, error as Error)
    }
  }
  const spans = planned.map(({ session: { channelId }, plan: { from, to }, edges }) => ({ channelId, from, to, edges }))
  const stretches = planned.map(({ session, plan: { from, to } }) => ({
    ...session,
    from,
    to: lookAhead(to, [session]).getTime(),
  }))
  const [probes, chat, follows] = await Promise.all([
    readProbesOf(store, options, stretches),
    countChat(store, { env, spans, chatters, signal }),
    countFollows(db, spans),
  ])
  for (const [index, { session, plan, edges }] of planned.entries()) {
    const viewers = viewerSeriesOf(plan, elapsedOf(plan, options), session, singleProbes(probes[index]!, plan.from))
    const points = edges.slice(0, -1).map((_, point) => ({
      start: viewers.points[point]!.start,
      end: viewers.points[point]!.end,
      viewers: viewers.points[point]!.average,
      messages: chat[index]!.messages[point]!,
      chatters: chat[index]!.chatters[point]!,
      follows: follows[index]!.follows[point]!,
    }))
    answers.set(session.sessionId, { meta: viewers.meta, points })
  }
  return answers
}
