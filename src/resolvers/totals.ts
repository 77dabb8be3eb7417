import { badInput } from '../lib/errors.ts'
import { type BucketPlan, planBuckets } from '../telemetry/buckets.ts'
import { totalsOfMessages } from '../telemetry/message-totals.ts'
import { type Elapsed, lostWithin } from '../telemetry/outages.ts'
import { type ProbeTotals, totalsOfProbes } from '../telemetry/probe-totals.ts'
import { completeWithin, elapsedOf, metaOf, passedMs, type SeriesMeta } from '../telemetry/series.ts'
import { broadcasted, choosing, chosenChannels, type HistoryFilter } from './chosen-channels.ts'
import type { Context, HistoryKind } from './context.ts'
import { type SeriesArguments, withDefaults } from './series.ts'
import { type ExpectedProbes, expectedProbes, totalsOfFollows } from './totals-in-postgres.ts'

export type TotalsArguments = Omit<SeriesArguments, 'maxPoints'> & { filter?: HistoryFilter | null }

/** What a caller wants of totals; the rest is not read. */
export type TotalsParts = {
  probes: boolean
  messages: boolean
  follows: boolean
  coverage: boolean
  /** Whether what is read is complete. */
  completeness: boolean
}

/** One bucket of everything that the filter leaves. */
export type TotalsPoint = {
  start: Date
  end: Date
  /** Averages over the bucket, as far as it has passed; null where no probe stands for a part of it. */
  liveChannels: number | null
  viewers: number | null
  observedChannels: number
  messages: number
  follows: number
  /** Whether the range cuts it, probes may still add to it, or rows are missing. */
  partial: boolean
}

export type Totals = { meta: SeriesMeta; points: TotalsPoint[] }

// The largest Int of GraphQL.
const largestInt = 2 ** 31 - 1

const toInt = (count: number): number => Math.min(count, largestInt)

/** The filter must be one that each of the parts can be told by. */
const refuseBroadcasted = (filter: HistoryFilter, { messages, follows }: TotalsParts): void => {
  const name = filter.category != null ? 'category' : filter.language != null ? 'language' : null
  if (name !== null && (messages || follows))
    throw badInput(
      `filter.${name} does not go with ${messages ? 'messages' : 'follows'}, which do not say what was broadcast: leave the field out, or the filter.`,
    )
}

/** The state of all kinds of history that the parts need. */
const knownOf = (
  { history, clock }: Context,
  plan: BucketPlan,
  { probes, messages, follows, coverage }: TotalsParts,
): Elapsed => {
  const kinds: HistoryKind[] = [
    ...(probes || coverage ? (['probes'] as const) : []),
    ...(messages ? (['chat'] as const) : []),
    ...(follows ? (['follows'] as const) : []),
  ]
  const through = kinds.map((kind) => history.completeThrough(kind).getTime())
  return elapsedOf(plan, {
    now: new Date(clock()),
    completeThrough: new Date(Math.min(clock(), ...through)),
    lost: kinds.flatMap((kind) => history.lost(kind)),
  })
}

/** What was read for totals; null for what was not asked for. */
type TotalsFound = { probes: ProbeTotals | null; messages: number[] | null; follows: number[] | null }

const pointsOf = (
  plan: BucketPlan,
  elapsed: Elapsed,
  { probes, messages, follows }: TotalsFound,
  longestInterval: number,
): TotalsPoint[] => {
  const { from, to, edges } = plan
  // Behind it a bucket may have no probe in a range that ended before now, because all that stand for it came after the range.
  const lastProbed = to < elapsed.now ? to - longestInterval : to
  const complete = Math.min(completeWithin(plan, elapsed), elapsed.now)
  return edges.slice(0, -1).map((start, index) => {
    const end = edges[index + 1]!
    const passed = (Math.min(end, to, elapsed.now) - Math.max(start, from)) / 1000
    const isObserved = probes !== null && probes.observedSeconds[index]! > 0 && passed > 0
    const lost = lostWithin(elapsed.lost ?? [], { from: start, to: end })
    return {
      start: new Date(start),
      end: new Date(end),
      liveChannels: isObserved ? probes.airSeconds[index]! / passed : null,
      viewers: isObserved ? probes.viewerSeconds[index]! / passed : null,
      observedChannels: isObserved ? probes.observedSeconds[index]! / passed : 0,
      messages: toInt(messages?.[index] ?? 0),
      follows: toInt(follows?.[index] ?? 0),
      partial: start < from || end > to || end > complete || start >= lastProbed || lost.length > 0,
    }
  })
}

/** The share of the time in which the channels should have been observed. Time after the last probe is that of the next one, where that has come. */
const coverageOf = ({ observedSeconds, observedAtEnd }: ProbeTotals, { seconds: expected }: ExpectedProbes): number => {
  const observed = observedSeconds.reduce((sum, seconds) => sum + seconds, observedAtEnd)
  return expected > 0 ? Math.min(1, observed / expected) : 0
}

/**
 * Everything watched, or what the filter leaves, by bucket. Each part takes one query or statement, the coverage of probes and whether they are complete
 * take one together, and a filter that only Postgres knows takes one more.
 */
export const totals = async (
  context: Context,
  { filter: given, ...args }: TotalsArguments,
  parts: TotalsParts,
): Promise<Totals> => {
  const asked = withDefaults(args)
  if (asked.bucket === 'RAW')
    throw badInput('bucket must be AUTO or one from MINUTE to MONTH: totals add up a stretch of time.')
  const filter = given ?? {}
  refuseBroadcasted(filter, parts)
  const seen = broadcasted(filter)
  const plan = planBuckets(asked)
  const passed = knownOf(context, plan, parts)
  if (passedMs(passed) === 0) return { meta: metaOf(plan, passed, 0), points: [] }

  const { store, env } = context.history
  const conditions = await choosing(context, filter)
  // ClickHouse knows the platform of probes itself, and that of messages by their channels alone.
  const isChosen = conditions.some(({ name }) => name !== 'platform' || parts.messages)
  const channels = isChosen ? await chosenChannels(context, conditions) : null
  const [probes, messages, follows, expected] = await Promise.all([
    parts.probes || parts.coverage
      ? totalsOfProbes(store, plan, {
          env,
          coverage: parts.coverage,
          chosen: { ...seen, platform: filter.platform ?? null, channels },
        })
      : null,
    parts.messages ? totalsOfMessages(store, plan, { env, channels: channels?.map(({ id }) => id) ?? null }) : null,
    parts.follows ? totalsOfFollows(context, plan, conditions) : null,
    parts.coverage || (parts.probes && parts.completeness)
      ? expectedProbes(context, { from: plan.from, until: plan.from + passedMs(passed), now: passed.now }, conditions)
      : null,
  ])
  // Of messages and follows it says nothing.
  const awaited = parts.probes ? expected : null
  const settledUntil = awaited?.settledUntil ?? Number.POSITIVE_INFINITY
  const elapsed = { ...passed, completeThrough: Math.min(passed.completeThrough, settledUntil) }
  return {
    meta: metaOf(plan, elapsed, probes && parts.coverage && expected ? coverageOf(probes, expected) : 0),
    points: pointsOf(plan, elapsed, { probes, messages, follows }, awaited?.longestInterval ?? 0),
  }
}
