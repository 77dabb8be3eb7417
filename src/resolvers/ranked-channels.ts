import type { ModelRows } from '../../prisma/generated/models.ts'
import { type DeliveredKind, eventsThatCarry } from '../platforms/platform-definition.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { ChannelKey } from '../telemetry/channel-key.ts'
import type { RankPosition } from '../telemetry/ranking.ts'
import type { ProbedChannel } from '../telemetry/series.ts'
import type { Context } from './context.ts'
import { probedChannels } from './probed-rows.ts'
import { type Condition, rowsWhere, statementOf } from './row-list.ts'

/** A channel of a ranking as Postgres knows it. */
export type KnownChannel = {
  channel: ModelRows['Channel']
  timing: ProbedChannel
  /** Since when the platform has promised to deliver what is counted; null where it has not, and for what is probed. */
  deliveredSince: Date | null
}

const columns = sql`${select('Channel', undefined, 'c')}, ${expressions<{
  probed: unknown[]
  deliveredSince: Date | null
}>({
  probed: probedChannels.sql('c'),
  deliveredSince: `(SELECT min(s.created_at) FROM ${tableOf('EventSubscription')} s
      WHERE s.channel_id = c.id AND s.event = ANY ($1::text[]) AND s.status = 'active')`,
})}`

type Row = ModelRows['Channel'] & { probed: unknown[]; deliveredSince: Date | null }

const known = ({ probed, deliveredSince, ...channel }: Row): KnownChannel => ({
  channel,
  timing: probedChannels.read(probed)[1],
  deliveredSince,
})

const byAccount = statement(
  'ranked_channels_by_account',
  sql`SELECT ${columns} FROM unnest($2::text[], $3::text[]) AS a (platform, platform_user_id)
   JOIN ${tableOf('Channel')} c USING (platform, platform_user_id)`,
)
const byIds = statement(
  'ranked_channels_by_id',
  sql`SELECT ${columns} FROM ${tableOf('Channel')} c WHERE c.id = ANY ($2::bigint[])`,
)

/** The channels with these accounts, in their order; null where there is none any more. One statement. */
export const channelsOfAccounts = async (
  { databases }: Context,
  accounts: readonly ChannelKey[],
): Promise<(KnownChannel | null)[]> => {
  if (accounts.length === 0) return []
  const platforms = accounts.map(({ platform }) => platform)
  const ids = accounts.map(({ platformUserId }) => platformUserId)
  const rows = await databases.dm.query(byAccount, [[], platforms, ids])
  const found = new Map(rows.map((row) => [`${row.platform}/${row.platformUserId}`, known(row)]))
  return accounts.map(({ platform, platformUserId }) => found.get(`${platform}/${platformUserId}`) ?? null)
}

/** The channels with these ids, in their order; null where there is none any more. One statement. */
export const channelsOfIds = async (
  { databases, registry }: Context,
  ids: readonly bigint[],
  what: DeliveredKind,
): Promise<(KnownChannel | null)[]> => {
  if (ids.length === 0) return []
  const rows = await databases.dm.query(byIds, [eventsThatCarry(registry, what), ids])
  const found = new Map(rows.map((row) => [row.id, known(row)]))
  return ids.map((id) => found.get(id) ?? null)
}

/** A channel in a ranking by follows; `firstAt` and `lastAt` are its first and last follow of the range. */
export type FollowRanked = KnownChannel & { rank: number; value: number; total: number; firstAt: Date; lastAt: Date }

/**
 * A page of the channels that fulfil the conditions, in the order of their follows from `from` to `to`, with the channels themselves, in one
 * statement. Ties are in the order of ids.
 */
export const rankByFollows = async (
  { databases, registry }: Context,
  { from, to, beyond, limit }: { from: Date; to: Date; beyond: RankPosition | null; limit: number },
  conditions: readonly Condition[],
): Promise<FollowRanked[]> => {
  type Counted = Pick<FollowRanked, 'rank' | 'value' | 'total' | 'firstAt' | 'lastAt'>
  const counted = expressions<Counted>({
    rank: 'r.rank::int',
    value: 'r.follows::float8',
    total: 'r.total::float8',
    firstAt: 'r.first_at',
    lastAt: 'r.last_at',
  })
  const { statement, values } = statementOf(
    'ranking_follows',
    conditions,
    (parameters) => sql`
    WITH counted AS (
      SELECT channel_id, count(*) AS follows, min(occurred_at) AS first_at, max(occurred_at) AS last_at
      FROM ${tableOf('KickFollowEvent')} WHERE occurred_at >= $2 AND occurred_at < $3 GROUP BY channel_id
    ), ranked AS (
      SELECT *, row_number() OVER (ORDER BY follows DESC, channel_id) AS rank, sum(follows) OVER () AS total
      FROM counted ${conditions.length > 0 ? `WHERE channel_id IN (SELECT c.id ${rowsWhere('Channel', conditions, 'c', parameters)})` : ''}
    )
    SELECT ${columns}, ${counted} FROM ranked r JOIN ${tableOf('Channel')} c ON c.id = r.channel_id
    WHERE $4::float8 IS NULL OR r.follows < $4 OR (r.follows = $4 AND r.channel_id > $5::bigint)
    ORDER BY r.rank LIMIT $6`,
    7,
  )
  const events = eventsThatCarry(registry, 'follows')
  const rows = await databases.dm.query(statement, [
    events,
    from,
    to,
    beyond?.value ?? null,
    beyond?.key ?? null,
    limit,
    ...values,
  ])
  return rows.map(({ rank, value, total, firstAt, lastAt, ...row }) => ({
    ...known(row),
    rank,
    value,
    total,
    firstAt,
    lastAt,
  }))
}
