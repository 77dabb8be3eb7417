import type { PlatformName } from '../platforms/platform.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

const bySlugs = statement(
  'channel_ids_by_slugs',
  `SELECT v.slug, held.id
   FROM unnest($2::text[]) AS v(slug)
   CROSS JOIN LATERAL (
     SELECT id FROM (
       SELECT id, true AS current, NULL::timestamptz AS since FROM dm.streamer_channel
         WHERE platform = $1 AND current_slug = v.slug
       UNION ALL
       SELECT c.id, false, h.observed_from FROM dm.streamer_channel_slug_history h
         JOIN dm.streamer_channel c ON c.id = h.channel_id WHERE c.platform = $1 AND h.slug = v.slug) one
     ORDER BY current DESC, since DESC LIMIT 1) held`,
)

const byReferences = statement(
  'channel_ids_by_references',
  `SELECT id, external_id AS "externalId" FROM dm.streamer_channel WHERE id = ANY ($1::bigint[])
   UNION ALL
   SELECT id, external_id FROM dm.streamer_channel WHERE external_id = ANY ($2::text[])`,
)

/** As `channelIdBySlug`, for many slugs in lower case with one statement: channel ids by slug, without those nobody held. */
export const channelIdsBySlugs = async (
  db: Transaction,
  platform: PlatformName,
  slugs: readonly string[],
): Promise<Map<string, bigint>> => {
  const rows = await db.query<{ slug: string; id: bigint }>(bySlugs, [platform, slugs])
  return new Map(rows.map(({ slug, id }) => [slug, id]))
}

/** The channels that exist among these ids and ULIDs, with one statement. */
export const existingChannels = (
  db: Transaction,
  ids: readonly bigint[],
  externalIds: readonly string[],
): Promise<{ id: bigint; externalId: string }[]> => db.query(byReferences, [ids, externalIds])
