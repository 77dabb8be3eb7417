import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { BucketPlan } from './buckets.ts'
import type { ChannelSpan } from './chat-counts.ts'
import { type DeliveredSeriesOptions, deliveryCoverage, metaOf, planDelivered, type SeriesMeta } from './series.ts'

/** The follows of a channel in a span, by bucket. */
export type FollowCounts = {
  follows: number[]
  /** The first and the last follow of the span, in milliseconds since the epoch; infinite when there is none. */
  firstAt: number
  lastAt: number
}

type FollowRow = { bucket: number; follows: number; firstAt: Date; lastAt: Date }

/** The SQL of the buckets of a span that have follows; its parts are SQL too. */
export const followBucketsSql = (span: { channelId: string; from: string; to: string; edges: string }): string =>
  `(SELECT width_bucket(occurred_at, ${span.edges}) AS bucket, count(*)::int AS follows, min(occurred_at) AS first_at, max(occurred_at) AS last_at
    FROM dm.kick_follow_event
    WHERE channel_id = ${span.channelId} AND occurred_at >= ${span.from} AND occurred_at < ${span.to}
    GROUP BY 1)`

/** Zeros for each bucket of a span. */
export const noFollows = ({ edges }: Pick<ChannelSpan, 'edges'>): FollowCounts => ({
  follows: Array<number>(Math.max(0, edges.length - 1)).fill(0),
  firstAt: Number.POSITIVE_INFINITY,
  lastAt: Number.NEGATIVE_INFINITY,
})

/** Adds a bucket to the counts of its span. */
export const addFollows = (sums: FollowCounts, { bucket, follows, firstAt, lastAt }: FollowRow): void => {
  // Postgres counts buckets from 1.
  if (bucket > sums.follows.length) return
  sums.follows[bucket - 1]! += follows
  sums.firstAt = Math.min(sums.firstAt, firstAt.getTime())
  sums.lastAt = Math.max(sums.lastAt, lastAt.getTime())
}

// The edges of all spans are one list. Each span has a slice of it, and spans with the same edges share their slice.
const counts = statement(
  'follow_counts',
  sql`SELECT ${expressions<FollowRow & { span: number }>({
    span: 's.span::int',
    bucket: 'f.bucket',
    follows: 'f.follows',
    firstAt: 'f.first_at',
    lastAt: 'f.last_at',
  })}
   FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::int[]) WITH ORDINALITY
     AS s (channel_id, starts_at, ends_at, low, high, span)
   CROSS JOIN LATERAL ${followBucketsSql({
     channelId: 's.channel_id',
     from: 's.starts_at',
     to: 's.ends_at',
     edges: '($6::timestamptz[])[s.low:s.high]',
   })} f`,
)

/** Counts the follows of spans in their order, in one statement; without any bucket there is no statement. */
export const countFollows = async (db: Transaction, spans: readonly ChannelSpan[]): Promise<FollowCounts[]> => {
  const found = spans.map(noFollows)
  const slices = new Map<readonly number[], { low: number; high: number }>()
  const edges: number[] = []
  for (const span of spans) {
    if (slices.has(span.edges)) continue
    slices.set(span.edges, { low: edges.length + 1, high: edges.length + span.edges.length })
    for (const edge of span.edges) edges.push(edge)
  }
  if (edges.length === 0) return found
  const rows = await db.query(counts, [
    spans.map(({ channelId }) => channelId),
    spans.map(({ from }) => new Date(from)),
    spans.map(({ to }) => new Date(to)),
    spans.map((span) => slices.get(span.edges)!.low),
    spans.map((span) => slices.get(span.edges)!.high),
    edges.map((edge) => new Date(edge)),
  ])
  for (const { span, ...row } of rows) addFollows(found[span - 1]!, row)
  return found
}

/** One bucket of follows; zero where there were none. */
export type FollowPoint = { start: Date; end: Date; follows: number }

export type FollowSeries = { meta: SeriesMeta; points: FollowPoint[]; total: number }

/** Counts the follows of channels over one span. */
export type CountFollowsOf = (channelIds: readonly bigint[], plan: BucketPlan) => Promise<readonly FollowCounts[]>

/** Counts in one statement for all channels. */
export const countingIn =
  (db: Transaction): CountFollowsOf =>
  (channelIds, { from, to, edges }) =>
    countFollows(
      db,
      channelIds.map((channelId) => ({ channelId, from, to, edges })),
    )

/**
 * The follows of channels over a range. A range that is empty or lies wholly in the future has no points, and nothing is counted. Rejects
 * with BAD_USER_INPUT or BUCKET_LIMIT_EXCEEDED.
 */
export const followSeries = async (
  count: CountFollowsOf,
  options: DeliveredSeriesOptions,
): Promise<Map<bigint, FollowSeries>> => {
  const { channels } = options
  const { plan, elapsed, edges } = planDelivered(options)
  const ids = channels.map(({ channelId }) => channelId)
  const counts = edges.length > 0 ? await count(ids, plan) : ids.map(() => noFollows({ edges }))
  return new Map(
    channels.map(({ channelId, deliveredSince }, index) => {
      const found = counts[index]!
      const points = found.follows.map((follows, bucket) => ({
        start: new Date(edges[bucket]!),
        end: new Date(edges[bucket + 1]!),
        follows,
      }))
      const total = found.follows.reduce((sum, follows) => sum + follows, 0)
      return [
        channelId,
        { meta: metaOf(plan, elapsed, deliveryCoverage(elapsed, deliveredSince, found)), points, total },
      ]
    }),
  )
}
