import type { ModelRows } from '../../prisma/generated/models.ts'
import { columnsOfRows } from '../lib/json-rows.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'

const periods = `${tableOf('SlugPeriod')} h JOIN ${tableOf('Channel')} o ON o.id = h.channel_id`

/** SQL for the id of the channel that holds a slug now, else of the one that held it last; NULL when none did. */
export const slugHolder = (platform: string, slug: string): string => `coalesce(
  (SELECT id FROM ${tableOf('Channel')} WHERE platform = ${platform} AND current_slug = ${slug}),
  (SELECT o.id FROM ${periods} WHERE h.slug = ${slug} AND o.platform = ${platform} ORDER BY h.observed_from DESC LIMIT 1))`

/** SQL for the id of the channel that held a slug at an instant; NULL when none did. */
export const slugHolderAt = (platform: string, slug: string, at: string): string => `(SELECT o.id FROM ${periods}
  WHERE h.slug = ${slug} AND o.platform = ${platform} AND h.observed_from <= ${at} AND (h.observed_until IS NULL OR h.observed_until > ${at})
  ORDER BY h.observed_from DESC LIMIT 1)`

/** SQL for the ids of the channels that hold slugs on platforms now, else held them last, as one array. */
export const slugHolders = (platforms: string, slugs: string): string =>
  `ARRAY(SELECT ${slugHolder('named.platform', 'named.slug')} FROM (SELECT p.platform, s.slug
    FROM unnest(${platforms}) AS p (platform), unnest(${slugs}) AS s (slug)) named)`

type Holder = { id: bigint | null }

const bySlug = statement(
  'channel_id_by_slug',
  sql`SELECT ${expressions<Holder>({ id: slugHolder('$1::text', '$2::text') })}`,
)

const bySlugAt = statement(
  'channel_id_by_slug_at',
  sql`SELECT ${expressions<Holder>({ id: slugHolderAt('$1::text', '$2::text', '$3::timestamptz') })}`,
)

const bySlugs = statement(
  'channel_ids_by_slugs',
  sql`SELECT ${expressions<Holder & { slug: string }>({ slug: 'v.slug', id: slugHolder('$1::text', 'v.slug') })}
   FROM unnest($2::text[]) AS v(slug)`,
)

const bySlugsAt = statement(
  'channel_ids_by_slugs_at',
  sql`SELECT ${expressions<Holder>({ id: slugHolderAt('v.platform', 'v.slug', 'v.at') })}
   FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS v(platform, slug, at, ordinal)
   ORDER BY v.ordinal`,
)

const ofChannelsAt = statement(
  'slugs_at',
  sql`SELECT ${expressions<{ slug: string | null }>({
    slug: `(SELECT h.slug FROM ${tableOf('SlugPeriod')} h WHERE h.channel_id = v.channel_id AND h.observed_from <= v.at
      AND (h.observed_until IS NULL OR h.observed_until > v.at) ORDER BY h.observed_from DESC LIMIT 1)`,
  })}
   FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS v(channel_id, at, ordinal)
   ORDER BY v.ordinal`,
)

const byUserId = statement(
  'channel_id_by_platform_user_id',
  sql`SELECT ${select('Channel', ['id'])} FROM ${tableOf('Channel')} WHERE platform = $1 AND platform_user_id = $2`,
)

const byUserIds = statement(
  'channel_ids_by_platform_user_ids',
  sql`SELECT ${select('Channel', ['id', 'platformUserId'])} FROM ${tableOf('Channel')}
   WHERE platform = $1 AND platform_user_id = ANY ($2::text[])`,
)

const byExternalId = statement(
  'channel_id_by_external_id',
  sql`SELECT ${select('Channel', ['id'])} FROM ${tableOf('Channel')} WHERE external_id = $1`,
)

const byReferences = statement(
  'channel_ids_by_references',
  sql`SELECT ${select('Channel', ['id', 'externalId'])} FROM ${tableOf('Channel')} WHERE id = ANY ($1::bigint[])
   UNION ALL
   SELECT id, external_id FROM ${tableOf('Channel')} WHERE external_id = ANY ($2::text[])`,
)

const identityFields = [
  'id',
  'externalId',
  'platform',
  'platformUserId',
  'currentSlug',
  'displayName',
  'status',
  'firstSeenAt',
] as const

/** The identity of a channel, as stored. */
export type ChannelIdentity = Pick<ModelRows['Channel'], (typeof identityFields)[number]> & {
  platform: PlatformName
  status: 'unknown' | 'online' | 'offline'
}

const rowById = statement(
  'channel_by_id',
  sql`SELECT ${narrowed<ChannelIdentity>(select('Channel', identityFields))} FROM ${tableOf('Channel')} WHERE id = $1`,
)

const firstId = (rows: Holder[]): bigint | null => rows[0]?.id ?? null

/**
 * The channel that holds the slug now, else the one that held it last; with `at`, the one that held it at that instant. Null
 * when none did. The slug is compared in lower case.
 */
export const channelIdBySlug = async (
  db: Transaction,
  platform: PlatformName,
  slug: string,
  at?: Date,
): Promise<bigint | null> => {
  const asked = [platform, slug.toLowerCase()]
  return firstId(at === undefined ? await db.query(bySlug, asked) : await db.query(bySlugAt, [...asked, at]))
}

/** `channelIdBySlug` for many slugs in lower case, in one statement: channel ids by slug, without slugs that none held. */
export const channelIdsBySlugs = async (
  db: Transaction,
  platform: PlatformName,
  slugs: readonly string[],
): Promise<Map<string, bigint>> => {
  const rows = await db.query(bySlugs, [platform, slugs])
  return new Map(rows.flatMap(({ slug, id }) => (id === null ? [] : [[slug, id]])))
}

/** A slug in lower case at an instant. */
export type SlugAt = { platform: PlatformName; slug: string; at: Date }

/** The channels that held each slug at its instant, in order, in one statement; null when none did. */
export const channelIdsBySlugsAt = async (db: Transaction, asked: readonly SlugAt[]): Promise<(bigint | null)[]> => {
  const rows = await db.query(bySlugsAt, columnsOfRows(asked, 'platform', 'slug', 'at'))
  return rows.map(({ id }) => id)
}

/** The slugs that channels had, each at its instant, in order and in one statement; null when it had none. */
export const slugsAt = async (
  db: Transaction,
  asked: readonly { channelId: bigint; at: Date }[],
): Promise<(string | null)[]> => {
  const rows = await db.query(ofChannelsAt, columnsOfRows(asked, 'channelId', 'at'))
  return rows.map(({ slug }) => slug)
}

/** The channel of this account on its platform; null when it was never observed. */
export const channelIdByPlatformUserId = async (
  db: Transaction,
  platform: PlatformName,
  platformUserId: string,
): Promise<bigint | null> => firstId(await db.query(byUserId, [platform, platformUserId]))

/**
 * The channel of a user of Kick, for code that comes from a system from before and still names users; null when there is none. In SQL it is
 * `dm.kick_user_id_to_channel_id` while both systems share the database.
 */
export const kickUserIdToChannelId = (db: Transaction, kickUserId: string): Promise<bigint | null> =>
  channelIdByPlatformUserId(db, 'kick', kickUserId.trim())

/** `channelIdByPlatformUserId` for many accounts of a platform, in one statement: channel ids by account, without accounts that no channel has. */
export const channelIdsByPlatformUserIds = async (
  db: Transaction,
  platform: PlatformName,
  platformUserIds: readonly string[],
): Promise<Map<string, bigint>> =>
  new Map((await db.query(byUserIds, [platform, platformUserIds])).map((row) => [row.platformUserId, row.id]))

/** The channel with this ULID; null when there is none. */
export const channelIdByExternalId = async (db: Transaction, externalId: string): Promise<bigint | null> =>
  firstId(await db.query(byExternalId, [externalId]))

/** The channels that exist among these ids and ULIDs, in one statement. */
export const existingChannels = (
  db: Transaction,
  ids: readonly bigint[],
  externalIds: readonly string[],
): Promise<{ id: bigint; externalId: string }[]> => db.query(byReferences, [ids, externalIds])

/** The identity of a channel; null when there is none with this id. */
export const channelIdentity = async (db: Transaction, channelId: bigint): Promise<ChannelIdentity | null> =>
  (await db.query(rowById, [channelId]))[0] ?? null
