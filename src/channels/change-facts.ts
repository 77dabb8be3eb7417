import { jsonRows } from '../lib/json-rows.ts'
import type { PlatformName } from '../platforms/platform.ts'
import {
  assignFacts,
  columnName,
  expressions,
  factsDiffer,
  factsOf,
  recordset,
  tableOf,
} from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { notInFuture, sql, statement } from '../stores/postgres/statement.ts'
import type { ChannelObservation } from './observation.ts'

/** A condition: the observation in the record `seen` tells another slug or ban than the row `stored` has, which says more than the fact. */
const tellsMore = (seen: string, stored: string): string =>
  `((${seen}.slug IS NOT NULL AND ${seen}.slug IS DISTINCT FROM ${stored}.${columnName('Channel', 'currentSlug')})
     OR (${seen}."isBanned" IS NOT NULL AND ${seen}."isBanned" IS DISTINCT FROM ${stored}.${columnName('Channel', 'isBanned')}))`

// The database finds what the observations would change. Usually that is nothing, and then no profile is transferred. The locks are taken in
// the order of ids, as everywhere, and hold until the end of the statement.
const changeDiffering = statement(
  'channels_change_facts',
  sql`WITH told AS (
     SELECT c.id, v.*, ${tellsMore('v', 'c')} AS "tellsMore"
     FROM json_to_recordset($2) AS v(slug text, "observedAt" timestamptz,
       ${recordset('Channel', ['platformUserId', ...factsOf('Channel')])})
     JOIN ${tableOf('Channel')} c ON c.platform = $1 AND c.platform_user_id = v."platformUserId"
     WHERE ${tellsMore('v', 'c')} OR ${factsDiffer('Channel', 'v', 'c')}
     ORDER BY c.id FOR UPDATE OF c),
   changed AS (
     UPDATE ${tableOf('Channel')} c SET
       ${assignFacts('Channel', 'v', 'c')},
       profile_observed_at = greatest(${notInFuture('v."observedAt"')}, c.profile_observed_at),
       last_seen_at = greatest(${notInFuture('v."observedAt"')}, c.last_seen_at),
       updated_at = now()
     FROM told v LEFT JOIN ${tableOf('ProbeSchedule')} s ON s.channel_id = v.id
     WHERE c.id = v.id AND NOT v."tellsMore" AND v."observedAt" > greatest(c.profile_observed_at, s.last_live_at))
   SELECT ${expressions<{ platformUserId: string }>({ platformUserId: 'v."platformUserId"' })} FROM told v WHERE v."tellsMore"`,
)

/**
 * Changes the facts of stored channels by observations of different users: a newer one counts, as in `planUpsert`. Nothing is done with those
 * that may change a slug or a ban; returns their users.
 */
export const changeFacts = async (
  db: Transaction,
  platform: PlatformName,
  observations: readonly ChannelObservation[],
): Promise<ReadonlySet<string>> => {
  const rows = await db.query(changeDiffering, [platform, jsonRows(observations)])
  return new Set(rows.map(({ platformUserId }) => platformUserId))
}
