import type { Spool } from '../ingest/spool.ts'
import type { Clock } from '../lib/clock.ts'
import { jsonRows } from '../lib/json-rows.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { trustScoreFormat } from '../stores/clickhouse/tables/streamer-trust-score-history.ts'
import { type NewHappening, recordHappenings } from '../stores/postgres/happenings.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { readEvidence } from './read-evidence.ts'
import { algorithm, trustScore } from './trust-score.ts'

export type TrustScoresOptions = {
  db: Postgres
  clickHouse: ClickHouse
  env: string
  registry: PlatformRegistry
  append: Spool['append']
  /** After how many days chat may be gone. */
  chatDays: () => number
  clock: Clock
  log: Log
  /** Ends it early, between two batches or while it waits for ClickHouse. */
  signal?: AbortSignal | undefined
  /** Channels of one batch. */
  batchSize?: number
}

// A run never overwrites the score of a run that began later.
const write = statement(
  'trust_scores_write',
  sql`WITH given AS (SELECT * FROM json_to_recordset($1) AS v("channelId" bigint, score float8, factors jsonb)),
   before AS (
     SELECT channel_id, score FROM dm.channel_trust_score
     WHERE algorithm = $2 AND channel_id IN (SELECT "channelId" FROM given)),
   written AS (
   INSERT INTO dm.channel_trust_score AS t (channel_id, score, algorithm, factors, computed_at)
   SELECT v."channelId", v.score, $2, v.factors, $3
   FROM given v
   JOIN ${tableOf('Channel')} c ON c.id = v."channelId"
   ON CONFLICT (channel_id) DO UPDATE
     SET score = EXCLUDED.score, algorithm = EXCLUDED.algorithm, factors = EXCLUDED.factors, computed_at = EXCLUDED.computed_at
     WHERE t.computed_at < EXCLUDED.computed_at
       AND (t.algorithm <> EXCLUDED.algorithm OR abs(t.score - EXCLUDED.score) >= 0.5
         OR t.computed_at <= EXCLUDED.computed_at - interval '1 day')
   RETURNING channel_id, score)
   SELECT ${expressions<{ channelId: bigint; score: number; previousScore: number | null }>({
     channelId: 'w.channel_id',
     score: 'w.score',
     previousScore: 'b.score',
   })} FROM written w LEFT JOIN before b USING (channel_id)`,
)

const forget = statement(
  'trust_scores_forget',
  `DELETE FROM dm.channel_trust_score WHERE computed_at <= $1::timestamptz - interval '1 day'`,
)

/** The scores that fell below a whole point, or several. */
const falls = (
  rows: readonly { channelId: bigint; score: number; previousScore: number | null }[],
  at: Date,
): NewHappening[] =>
  rows.flatMap(({ channelId, score, previousScore }) =>
    previousScore !== null && Math.floor(previousScore) > Math.floor(score)
      ? [{ kind: 'trust-fell', channelId, at, facts: { score, previousScore } }]
      : [],
  )

/**
 * Scores every channel that broadcast in the last 90 days, and forgets the scores of the others. A score is written when it
 * moved by at least half a point or is a day old; each written score is also a point of the history. Environments copy it. Rejects when a store does
 * not answer; running it again is harmless. Returns how many channels it judged.
 */
export const computeTrustScores = async (options: TrustScoresOptions): Promise<{ computed: number }> => {
  const { db, clickHouse, env, registry, append, chatDays, clock, log, signal, batchSize = 50 } = options
  const now = new Date(clock())
  let computed = 0
  let written = 0
  for (let after = 0n; ; ) {
    signal?.throwIfAborted()
    const channels = await readEvidence(db, clickHouse, {
      env,
      registry,
      after,
      limit: batchSize,
      now,
      chatDays: chatDays(),
      signal,
    })
    const scored = channels.map(({ evidence, ...channel }) => ({ ...channel, ...trustScore(evidence) }))
    if (scored.length > 0)
      await db.transaction(async (tx) => {
        const rows = await tx.query(write, [jsonRows(scored), algorithm, now])
        const changed = new Set(rows.map(({ channelId }) => channelId))
        written += changed.size
        // Appended before the commit: a crash in between stores a point twice, and equal points read as one. A lost point would stay lost.
        await append(
          trustScoreFormat,
          scored
            .filter(({ channelId }) => changed.has(channelId))
            .map(({ platform, platformUserId, score, factors }) =>
              trustScoreFormat.render({
                env,
                platform,
                platform_user_id: platformUserId,
                computed_at: now,
                score,
                algorithm,
                factors_json: JSON.stringify(factors),
              }),
            ),
        )
        await recordHappenings(tx, 'dm', falls(rows, now))
      })
    computed += scored.length
    if (channels.length < batchSize) break
    after = channels.at(-1)!.channelId
  }
  // Every channel of the last 90 days has a score of the last day now.
  await db.query(forget, [now])
  log.info({ computed, written }, 'trust scores are computed')
  return { computed }
}
