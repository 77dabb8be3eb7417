import type { PlatformName } from '../platforms/platform.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/**
 * A change of the slug of a channel, when we saw it. `to` is null where another channel was seen under its slug, and `from` where it
 * was seen under one again. The first slug of a channel is no rename.
 */
export type Rename = { channelId: bigint; from: string | null; to: string | null; observedAt: Date }

/** Which renames are wanted; a range is half open. `beyond` is the instant and the channel of the last one that was read. */
export type RenameQuery = {
  range: { from: Date; to: Date }
  platform: PlatformName | null
  beyond: { observedAt: Date; channelId: bigint } | null
  limit: number
}

const page = (at: string) => `h.${at} >= $1 AND h.${at} < $2
     AND ($3::text IS NULL OR EXISTS (SELECT FROM ${tableOf('Channel')} c WHERE c.id = h.channel_id AND c.platform = $3))
     AND (h.${at}, h.channel_id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::bigint, 0))
     ORDER BY h.${at} DESC, h.channel_id DESC LIMIT $6`

const renames = statement(
  'renames',
  sql`SELECT ${expressions<Rename>({ channelId: 'channel_id', from: '"from"', to: '"to"', observedAt: 'at' })} FROM (
     (SELECT h.channel_id, h.observed_until AS at, h.slug AS "from", next.slug AS "to" FROM ${tableOf('SlugPeriod')} h
     LEFT JOIN ${tableOf('SlugPeriod')} next ON next.channel_id = h.channel_id AND next.observed_from = h.observed_until
     WHERE ${page('observed_until')})
     UNION ALL
     (SELECT h.channel_id, h.observed_from, NULL, h.slug FROM ${tableOf('SlugPeriod')} h
     WHERE h.regained AND ${page('observed_from')})) r
   ORDER BY at DESC, channel_id DESC LIMIT $6`,
)

/** The renames of a range, newest first, in one statement. */
export const findRenames = (
  db: Transaction,
  { range: { from, to }, platform, beyond, limit }: RenameQuery,
): Promise<Rename[]> =>
  db.query(renames, [from, to, platform, beyond?.observedAt ?? null, beyond?.channelId ?? null, limit])
