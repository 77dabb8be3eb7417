import { select, tableOf } from '../stores/postgres/model.ts'
import { notInFuture, sql, statement } from '../stores/postgres/statement.ts'

/** Ends periods of slugs, each at an instant. Also shortens a closed period that turns out to have ended earlier. */
export const closePeriods = statement(
  'slug_history_close',
  `UPDATE ${tableOf('SlugPeriod')} h SET observed_until = greatest(${notInFuture('v.at')}, h.observed_from + interval '1 millisecond')
   FROM json_to_recordset($1) AS v("channelId" bigint, at timestamptz)
   WHERE h.channel_id = v."channelId" AND (h.observed_until IS NULL OR h.observed_until > v.at)`,
)

// One that did not end at this instant ended earlier, when another channel took the slug.
/** Begins periods of slugs, after the periods before were closed; tells which of them a channel got after it had lost its slug. */
export const openPeriods = statement(
  'slug_history_open',
  sql`INSERT INTO ${tableOf('SlugPeriod')} (channel_id, slug, observed_from, regained)
   SELECT v.channel_id, v.slug, v.at, coalesce(v.at > before.observed_until, false)
   FROM (SELECT "channelId" AS channel_id, slug, (${notInFuture('at')})::timestamptz(3) AS at
     FROM json_to_recordset($1) AS v("channelId" bigint, slug text, at timestamptz)) v
   LEFT JOIN LATERAL (SELECT observed_until FROM ${tableOf('SlugPeriod')} h
     WHERE h.channel_id = v.channel_id ORDER BY h.observed_from DESC LIMIT 1) before ON true
   RETURNING ${select('SlugPeriod', ['channelId', 'slug', 'observedFrom', 'regained'])}`,
)
