import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ChannelKey } from './channel-key.ts'
import { type ChosenProbes, chosenParameters, matchesAll } from './chosen-probes.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'
import { type Elapsed, judgeProbes, lookAhead, type ProbeTiming } from './outages.ts'
import type { OutageEnd } from './probe-columns.ts'
import { probeRankingQuery, type RankingRow } from './probe-ranking-query.ts'
import { hourAfterOf, planRollups, rollupParameters, rollupSources } from './probe-rollups.ts'
import type { ProbeCounts } from './probe-sums.ts'
import { type MeasureOf, pageParameters, type Ranked, type RankingRequest } from './ranking.ts'

/** How often a channel was probed: its probes of the range and the next one after it, whatever they saw. */
type Observed = { probes: ProbeCounts; next: ProbeCounts | undefined }

/** A ranked channel. */
export type ProbeRanked = Ranked &
  ChannelKey & {
    /** When its peak was first reached, in milliseconds since the epoch; null for other measures. */
    peakAt: number | null
    /** Null where it was not asked for. */
    observed: Observed | null
  }

const readEnds = (found: readonly (readonly number[])[]): OutageEnd[] =>
  found.map(([until = 0, seconds = 0, missed = 0]) => ({ until, seconds, missed }))

const observedOf = (row: RankingRow): Observed => {
  const { probes, missed, firstAt: firstProbeAt, lastAt: lastProbeAt, nextAt } = row
  const next = {
    probes: 1,
    missed: 0,
    firstProbeAt: nextAt,
    lastProbeAt: nextAt,
    // Those of later probes have no part in the range.
    outages: readEnds(row.nextOutages).filter(({ until }) => until === nextAt),
  }
  return {
    probes: { probes, missed, firstProbeAt, lastProbeAt, outages: readEnds(row.outages) },
    next: nextAt === 0 ? undefined : next,
  }
}

/** The coverage of a ranked channel: that of its series over the same range. */
export const coverageOf = (elapsed: Elapsed, timing: ProbeTiming, { probes, next }: Observed): number => {
  const follows = next && next.firstProbeAt < lookAhead(elapsed.to, [timing]).getTime()
  return judgeProbes(elapsed, timing, probes, follows ? next : undefined).coverage
}

export type ProbeRankingOptions = RankingRequest & {
  env: string
  chosen: ChosenProbes
  /** Whether to read what was observed of each channel. */
  observed: boolean
  signal?: AbortSignal
}

/**
 * A page of the channels with the greatest values of a measure over a range, in one query. Values are viewer-seconds, seconds, or viewers. Rejects
 * with UNAVAILABLE.
 */
export const rankByProbes = async (
  store: ClickHouse,
  measure: MeasureOf<'probes'>,
  { env, chosen, observed, signal, ...request }: ProbeRankingOptions,
): Promise<ProbeRanked[]> => {
  const { from, to } = request
  if (to <= from || chosen.channels?.length === 0) return []
  const plan = planRollups(request)
  const query = probeRankingQuery({
    measure,
    sources: rollupSources(request, plan),
    next: observed ? hourAfterOf(request) : null,
    isAll: matchesAll(chosen),
  })
  const parameters = {
    ...rollupParameters(request, plan),
    ...chosenParameters(env, chosen),
    ...pageParameters(request),
  }
  const rows = await store
    .query(query, parameters, { signal, pool: readPoolFor(Number.POSITIVE_INFINITY) })
    .catch(historyUnavailable())
  return rows.map((row) => {
    const { platform, platformUserId, key, value, rank, total, peakAt } = row
    return {
      platform,
      platformUserId,
      key,
      value,
      rank,
      total,
      peakAt: measure === 'PEAK_VIEWERS' ? peakAt : null,
      observed: observed ? observedOf(row) : null,
    }
  })
}
