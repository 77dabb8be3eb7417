import type { ModelRows } from '../../prisma/generated/models.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'

const bySlug = statement(
  'channel_id_by_slug',
  sql`SELECT ${select('Channel', ['id'])} FROM (
     SELECT id, true AS current, NULL::timestamptz AS since FROM ${tableOf('Channel')} WHERE platform = $1 AND current_slug = $2
     UNION ALL
     SELECT c.id, false, h.observed_from FROM ${tableOf('SlugPeriod')} h
       JOIN ${tableOf('Channel')} c ON c.id = h.channel_id WHERE c.platform = $1 AND h.slug = $2) held
   ORDER BY current DESC, since DESC LIMIT 1`,
)

const bySlugAt = statement(
  'channel_id_by_slug_at',
  sql`SELECT ${select('Channel', ['id'], 'c')} FROM ${tableOf('SlugPeriod')} h JOIN ${tableOf('Channel')} c ON c.id = h.channel_id
   WHERE c.platform = $1 AND h.slug = $2 AND h.observed_from <= $3 AND (h.observed_until IS NULL OR h.observed_until > $3)
   ORDER BY h.observed_from DESC LIMIT 1`,
)

const byUserId = statement(
  'channel_id_by_platform_user_id',
  sql`SELECT ${select('Channel', ['id'])} FROM ${tableOf('Channel')} WHERE platform = $1 AND platform_user_id = $2`,
)

const byExternalId = statement(
  'channel_id_by_external_id',
  sql`SELECT ${select('Channel', ['id'])} FROM ${tableOf('Channel')} WHERE external_id = $1`,
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

const firstId = (rows: { id: bigint }[]): bigint | null => rows[0]?.id ?? null

/**
 * The channel that holds the slug now, else the one that held it last; with `at`, whoever held it at that instant.
 * Null when nobody did. The slug is compared in lower case.
 */
export const channelIdBySlug = async (
  db: Transaction,
  platform: PlatformName,
  slug: string,
  at?: Date,
): Promise<bigint | null> =>
  firstId(
    at === undefined
      ? await db.query(bySlug, [platform, slug.toLowerCase()])
      : await db.query(bySlugAt, [platform, slug.toLowerCase(), at]),
  )

/** The channel of this account on its platform; null when it was never observed. */
export const channelIdByPlatformUserId = async (
  db: Transaction,
  platform: PlatformName,
  platformUserId: string,
): Promise<bigint | null> => firstId(await db.query(byUserId, [platform, platformUserId]))

/** The channel with this ULID; null when there is none. */
export const channelIdByExternalId = async (db: Transaction, externalId: string): Promise<bigint | null> =>
  firstId(await db.query(byExternalId, [externalId]))

/** Who the channel is; null when there is none with this id. */
export const channel = async (db: Transaction, channelId: bigint): Promise<ChannelIdentity | null> =>
  (await db.query(rowById, [channelId]))[0] ?? null
