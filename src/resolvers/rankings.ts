import type { ModelRows } from '../../prisma/generated/models.ts'
import { badInput } from '../lib/errors.ts'
import { requireSpan, type TimeRange } from '../telemetry/buckets.ts'
import { rankByChat } from '../telemetry/chat-ranking.ts'
import { coverageOf, rankByProbes } from '../telemetry/probe-ranking.ts'
import { type MeasureOf, type RankingMeasure, type RankingRequest, rankingMeasures } from '../telemetry/ranking.ts'
import { deliveryCoverage } from '../telemetry/series.ts'
import { broadcasted, choosing, chosenChannels, type HistoryFilter } from './chosen-channels.ts'
import type { Context, HistoryKind } from './context.ts'
import { type Connection, connectionOf, type PageArguments, pageOf, pageRequest } from './page.ts'
import { channelsOfAccounts, channelsOfIds, rankByFollows } from './ranked-channels.ts'

export type RankingsArguments = Pick<PageArguments, 'first' | 'after'> & {
  by: RankingMeasure
  range: TimeRange
  filter?: HistoryFilter | null
}

/** A channel in a ranking. */
export type Ranking = {
  /** Counted from 1. */
  rank: number
  channel: ModelRows['Channel']
  value: number
  share: number | null
  /** The observed share of the range, 0 to 1. */
  coverage: number
  peakAt: Date | null
}

/** A page, and the sum of the values of all channels; null where they add up to nothing. */
export type Rankings = Connection<Ranking> & { total: number | null }

/** A row of a page before it is in the unit of the answer; without a channel where that is gone. */
type Row = { rank: number; value: number; key: string; total: number } & (
  | Pick<Ranking, 'channel' | 'coverage' | 'peakAt'>
  | { channel: null }
)

type Asked = RankingRequest & { filter: HistoryFilter; coverage: boolean }

const elapsedOf = ({ history, clock }: Context, { from, to }: RankingRequest, kind: HistoryKind) => ({
  from,
  to,
  now: clock(),
  completeThrough: history.completeThrough(kind).getTime(),
  lost: history.lost(kind),
})

const byProbes = async (context: Context, by: MeasureOf<'probes'>, { filter, ...asked }: Asked): Promise<Row[]> => {
  const { platform, ...others } = filter
  const { store, env } = context.history
  const ranked = await rankByProbes(store, by, {
    ...asked,
    env,
    observed: asked.coverage,
    chosen: {
      ...broadcasted(filter),
      platform: platform ?? null,
      channels: await chosenChannels(context, await choosing(context, others)),
    },
  })
  const known = await channelsOfAccounts(context, ranked)
  const elapsed = elapsedOf(context, asked, 'probes')
  return ranked.map(({ observed, peakAt, ...row }, index) => {
    const found = known[index]
    if (!found) return { ...row, channel: null }
    const coverage = observed ? coverageOf(elapsed, found.timing, observed) : 0
    return { ...row, channel: found.channel, coverage, peakAt: peakAt === null ? null : new Date(peakAt) }
  })
}

const refuseBroadcasted = (by: RankingMeasure, filter: HistoryFilter): void => {
  const name = filter.category != null ? 'category' : filter.language != null ? 'language' : null
  if (name !== null)
    throw badInput(`filter.${name} does not go with by ${by}: only probes say what was broadcast when they counted.`)
}

const byChat = async (context: Context, by: MeasureOf<'chat'>, { filter, ...asked }: Asked): Promise<Row[]> => {
  refuseBroadcasted(by, filter)
  const { store, env } = context.history
  const chosen = await chosenChannels(context, await choosing(context, filter))
  const channels = chosen?.map(({ id }) => id) ?? null
  const ranked = await rankByChat(store, by, { ...asked, env, channels })
  const ids = ranked.map(({ key }) => BigInt(key))
  const known = await channelsOfIds(context, ids, 'chat')
  const elapsed = elapsedOf(context, asked, 'chat')
  return ranked.map((row, index) => {
    const found = known[index]
    if (!found) return { ...row, channel: null }
    const coverage = deliveryCoverage(elapsed, found.deliveredSince, row)
    return { ...row, channel: found.channel, coverage, peakAt: null }
  })
}

const byFollows = async (context: Context, by: MeasureOf<'follows'>, { filter, ...asked }: Asked): Promise<Row[]> => {
  refuseBroadcasted(by, filter)
  const { from, to, beyond, limit } = asked
  const request = { from: new Date(from), to: new Date(to), beyond, limit }
  const ranked = await rankByFollows(context, request, await choosing(context, filter))
  const elapsed = elapsedOf(context, asked, 'follows')
  return ranked.map(({ rank, value, total, channel, deliveredSince, firstAt, lastAt }) => {
    const told = { firstAt: firstAt.getTime(), lastAt: lastAt.getTime() }
    const coverage = deliveryCoverage(elapsed, deliveredSince, told)
    return { rank, value, key: String(channel.id), total, channel, coverage, peakAt: null }
  })
}

const rowsOf = (context: Context, by: RankingMeasure, asked: Asked): Promise<Row[]> => {
  if (by === 'MESSAGES' || by === 'CHATTERS') return byChat(context, by, asked)
  if (by === 'FOLLOWS') return byFollows(context, by, asked)
  return byProbes(context, by, asked)
}

/** How many of the units in which channels are compared are one of the answer: seconds are answered as hours. */
const unitOf = (by: RankingMeasure): number => (by === 'HOURS_WATCHED' || by === 'AIR_TIME' ? 3600 : 1)

/**
 * A page of the channels with the greatest values of a measure over a range. It takes one query of ClickHouse and one statement of Postgres, or that
 * statement alone for follows; one more where the filter has conditions that only Postgres knows, and one for claims.
 */
export const rankings = async (
  context: Context,
  { by, range, filter, ...page }: RankingsArguments,
  { coverage }: { coverage: boolean },
): Promise<Rankings> => {
  const span = requireSpan(range)
  const list = { name: `rankings by ${by}` }
  const request = await pageRequest(context, list, page)
  const [value, key] = request.beyond ?? []
  const found = await rowsOf(context, by, {
    ...span,
    beyond: value === undefined || key === undefined ? null : { value: Number(value), key },
    limit: request.limit + 1,
    filter: filter ?? {},
    coverage,
  })
  const { addsUp } = rankingMeasures[by]
  const unit = unitOf(by)
  const { rows, ...others } = pageOf(found, request)
  const positions = new Map<Ranking, [string, string]>()
  const known = rows.flatMap((row) => {
    if (row.channel === null) return []
    const { rank, channel, peakAt } = row
    const share = addsUp ? row.value / row.total : null
    const ranking = { rank, channel, value: row.value / unit, share, coverage: row.coverage, peakAt }
    positions.set(ranking, [String(row.value), row.key])
    return [ranking]
  })
  const codec = await context.cursors.known()
  const total = addsUp ? (found[0]?.total ?? 0) / unit : null
  return Object.assign(
    connectionOf({ rows: known, ...others }, codec, list, (ranking) => positions.get(ranking)!),
    { total },
  )
}
