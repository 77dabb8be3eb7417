import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { ChannelSpan } from './chat-counts.ts'

/** How often a channel was followed in a span, by bucket. */
export type FollowCounts = {
  follows: number[]
  /** The first and the last follow of the span, in milliseconds since the epoch; infinite where there is none. */
  firstAt: number
  lastAt: number
}

// Every span has a slice of one list of edges; equal spans share theirs.
const counts = statement(
  'follow_counts',
  `SELECT s.span::int AS span, f.place, f.follows::int AS follows, f.first_at AS "firstAt", f.last_at AS "lastAt"
   FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::int[]) WITH ORDINALITY
     AS s (channel_id, starts_at, ends_at, low, high, span)
   CROSS JOIN LATERAL (
     SELECT width_bucket(occurred_at, ($6::timestamptz[])[s.low:s.high]) AS place, count(*) AS follows,
       min(occurred_at) AS first_at, max(occurred_at) AS last_at
     FROM dm.kick_follow_event
     WHERE channel_id = s.channel_id AND occurred_at >= s.starts_at AND occurred_at < s.ends_at
     GROUP BY 1) f`,
)

type Row = { span: number; place: number; follows: number; firstAt: Date; lastAt: Date }

/** Counts the follows of spans in their order, in one statement; none where no span has a bucket. */
export const countFollows = async (db: Transaction, spans: readonly ChannelSpan[]): Promise<FollowCounts[]> => {
  const found = spans.map(
    ({ edges }): FollowCounts => ({
      follows: Array<number>(Math.max(0, edges.length - 1)).fill(0),
      firstAt: Number.POSITIVE_INFINITY,
      lastAt: Number.NEGATIVE_INFINITY,
    }),
  )
  const slices = new Map<readonly number[], { low: number; high: number }>()
  const edges: number[] = []
  for (const span of spans) {
    if (slices.has(span.edges)) continue
    slices.set(span.edges, { low: edges.length + 1, high: edges.length + span.edges.length })
    for (const edge of span.edges) edges.push(edge)
  }
  if (edges.length === 0) return found
  const rows = await db.query<Row>(counts, [
    spans.map(({ channelId }) => channelId),
    spans.map(({ from }) => new Date(from)),
    spans.map(({ to }) => new Date(to)),
    spans.map((span) => slices.get(span.edges)!.low),
    spans.map((span) => slices.get(span.edges)!.high),
    edges.map((edge) => new Date(edge)),
  ])
  for (const { span, place, follows, firstAt, lastAt } of rows) {
    const sums = found[span - 1]!
    // Postgres counts places from 1.
    if (place > sums.follows.length) continue
    sums.follows[place - 1]! += follows
    sums.firstAt = Math.min(sums.firstAt, firstAt.getTime())
    sums.lastAt = Math.max(sums.lastAt, lastAt.getTime())
  }
  return found
}
