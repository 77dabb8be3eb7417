import { jsonRows } from '../lib/json-rows.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

export type LeaderboardOptions = {
  databases: { dm: Postgres; public: Postgres }
  /** Ends it early, between two pages. */
  signal?: AbortSignal
  /** Channels that are compared at a time. */
  pageSize?: number
}

const page = statement(
  'leaderboard_of_tier',
  sql`SELECT ${select('ChannelTrustScore', ['channelId', 'computedAt'])} FROM ${tableOf('ChannelTrustScore')}
   WHERE channel_id > $1 ORDER BY channel_id LIMIT $2`,
)

const ownPage = statement(
  'leaderboard_own',
  sql`SELECT ${select('StreamerTrustScore', ['channelId', 'computedAt'])} FROM public.streamer_trust_scores
   WHERE channel_id > $1 AND ($2::bigint IS NULL OR channel_id <= $2)`,
)

const whole = statement(
  'leaderboard_scores',
  sql`SELECT ${select('ChannelTrustScore', ['channelId', 'score', 'algorithm', 'factors', 'computedAt'])}
   FROM ${tableOf('ChannelTrustScore')} WHERE channel_id = ANY ($1::bigint[])`,
)

// A copy that is late never overwrites a newer one.
const write = statement(
  'leaderboard_write',
  `INSERT INTO public.streamer_trust_scores AS t (channel_id, score, algorithm, factors, computed_at)
   SELECT v."channelId", v.score, v.algorithm, v.factors, v."computedAt"
   FROM json_to_recordset($1) AS v("channelId" bigint, score float8, algorithm text, factors jsonb, "computedAt" timestamptz)
   ON CONFLICT (channel_id) DO UPDATE
     SET score = EXCLUDED.score, algorithm = EXCLUDED.algorithm, factors = EXCLUDED.factors, computed_at = EXCLUDED.computed_at
     WHERE t.computed_at < EXCLUDED.computed_at`,
)

// The tier computes each score once a day at least: an older one is of a channel that has none any more.
const forget = statement(
  'leaderboard_forget',
  `DELETE FROM public.streamer_trust_scores WHERE channel_id = ANY ($1::bigint[]) AND computed_at <= now() - interval '1 day'
   RETURNING 1`,
)

/** Scores that are copied at a time: each has its factors. */
const chunkSize = 500

/**
 * Makes the leaderboard of an environment what the tier computed, wherever it differs. It may end anywhere and be run again.
 * Returns how many scores it copied and how many it removed; null where the tier has not computed any.
 */
export const fillLeaderboard = async (
  options: LeaderboardOptions,
): Promise<{ copied: number; removed: number } | null> => {
  const { databases, signal, pageSize = 5_000 } = options
  const { dm, public: environment } = databases
  let copied = 0
  let removed = 0
  for (let after = 0n; ; ) {
    signal?.throwIfAborted()
    const tier = await dm.query(page, [after, pageSize])
    if (tier.length === 0 && after === 0n) return null
    const isLast = tier.length < pageSize
    const last = isLast ? null : tier.at(-1)!.channelId
    const own = new Map((await environment.query(ownPage, [after, last])).map((row) => [row.channelId, row.computedAt]))
    const newer = tier.filter(({ channelId, computedAt }) => !(own.get(channelId)! >= computedAt))
    for (let i = 0; i < newer.length; i += chunkSize) {
      signal?.throwIfAborted()
      const rows = await dm.query(whole, [newer.slice(i, i + chunkSize).map(({ channelId }) => channelId)])
      await environment.query(write, [jsonRows(rows)])
      copied += rows.length
    }
    for (const { channelId } of tier) own.delete(channelId)
    if (own.size > 0) removed += (await environment.query(forget, [[...own.keys()]])).length
    if (isLast) return { copied, removed }
    after = last!
  }
}
