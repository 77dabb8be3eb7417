import type { PlatformName } from '../platforms/platform.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

const bySlugs = statement(
  'channel_ids_by_slugs',
  sql`SELECT ${expressions<{ slug: string; id: bigint }>({ slug: 'v.slug', id: 'held.id' })}
   FROM unnest($2::text[]) AS v(slug)
   CROSS JOIN LATERAL (
     SELECT id FROM (
       SELECT id, true AS current, NULL::timestamptz AS since FROM ${tableOf('Channel')}
         WHERE platform = $1 AND current_slug = v.slug
       UNION ALL
       SELECT c.id, false, h.observed_from FROM ${tableOf('SlugPeriod')} h
         JOIN ${tableOf('Channel')} c ON c.id = h.channel_id WHERE c.platform = $1 AND h.slug = v.slug) one
     ORDER BY current DESC, since DESC LIMIT 1) held`,
)

const byReferences = statement(
  'channel_ids_by_references',
  sql`SELECT ${select('Channel', ['id', 'externalId'])} FROM ${tableOf('Channel')} WHERE id = ANY ($1::bigint[])
   UNION ALL
   SELECT id, external_id FROM ${tableOf('Channel')} WHERE external_id = ANY ($2::text[])`,
)

/** As `channelIdBySlug`, for many slugs in lower case with one statement: channel ids by slug, without those nobody held. */
export const channelIdsBySlugs = async (
  db: Transaction,
  platform: PlatformName,
  slugs: readonly string[],
): Promise<Map<string, bigint>> => {
  const rows = await db.query(bySlugs, [platform, slugs])
  return new Map(rows.map(({ slug, id }) => [slug, id]))
}

/** The channels that exist among these ids and ULIDs, with one statement. */
export const existingChannels = (
  db: Transaction,
  ids: readonly bigint[],
  externalIds: readonly string[],
): Promise<{ id: bigint; externalId: string }[]> => db.query(byReferences, [ids, externalIds])
