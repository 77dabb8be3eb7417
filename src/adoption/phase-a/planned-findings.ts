import type { Transaction } from '../../stores/postgres/postgres.ts'
import { ask, type FindingSummary } from '../step.ts'

/** SQL of the findings of a table by kind, of rows (kind, example, done), as the step that meets them reports them. */
const summaryOf = (table: string, found: string) =>
  ask<FindingSummary>(`SELECT kind, '${table}' AS "table", min(done) AS done, count(*)::int AS count, (array_agg(example ORDER BY example))[1:3] AS examples
    FROM (${found}) f GROUP BY kind ORDER BY kind`)

const scores = summaryOf(
  'public.streamer_trust_scores',
  `WITH rows AS (
      SELECT platform || ':' || platform_user_id AS row, score, computed_at, lower(btrim(platform)) AS platform, nullif(btrim(platform_user_id), '') AS user_id,
        row_number() OVER (PARTITION BY lower(btrim(platform)), btrim(platform_user_id) ORDER BY platform, platform_user_id) AS n
      FROM public.streamer_trust_scores)
    SELECT 'score-out-of-range' AS kind, row || ' ' || score AS example, 'it is brought between 0 and 100' AS done FROM rows
      WHERE score = 'NaN' OR score NOT BETWEEN 0 AND 100
    UNION ALL SELECT 'score-of-the-future', row || ' ' || computed_at, 'it counts as computed now, so that a later score can replace it' FROM rows
      WHERE computed_at > now() + interval '5 minutes'
    UNION ALL SELECT 'score-without-channel', row, 'nobody knows whose it is: Phase B drops it' FROM rows
      WHERE user_id IS NULL OR platform NOT IN ('kick', 'twitch', 'x') OR n > 1`,
)

const subscriptions = summaryOf(
  'public.kick_event_subscriptions',
  `SELECT 'subscription-twice' AS kind, 'row ' || id || ' of ' || kick_user_id || ' ' || event_type AS example,
      'another row for the same channel and event counts; this one is ended when subscriptions are compared' AS done
    FROM (SELECT *, row_number() OVER (PARTITION BY btrim(kick_user_id), event_type ORDER BY created_at DESC, id DESC) AS n
      FROM public.kick_event_subscriptions WHERE subscription_id IS NOT NULL AND btrim(kick_user_id) <> '') r WHERE n > 1`,
)

/** What the step of scores will meet. */
export const plannedOfScores = (db: Transaction): Promise<FindingSummary[]> => db.query(scores)

/** What the step of subscriptions will meet. */
export const plannedOfSubscriptions = (db: Transaction): Promise<FindingSummary[]> => db.query(subscriptions)
