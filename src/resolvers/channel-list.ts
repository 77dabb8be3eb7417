import type { Channel } from '../../prisma/generated/client/client.ts'
import { badInput } from '../lib/errors.ts'
import { totalAvailability } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { expressions } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type ChannelFilter, channelConditions } from './channel-filter.ts'
import {
  type ChannelOrderName,
  channelList,
  channelOrders,
  type ListedChannel,
  selectChannelIds,
  selectMatching,
} from './channel-order.ts'
import { findChannels } from './channels.ts'
import type { Context } from './context.ts'
import {
  type Connection,
  connectionOf,
  countWith,
  type PageArguments,
  type PagedList,
  type PageRequest,
  pageOf,
  pageRequest,
} from './page.ts'
import type { Position } from './page-cursor.ts'
import type { PrismaSelection } from './prisma-selection.ts'
import { countRows } from './row-count.ts'
import type { ListRequest } from './row-list.ts'
import { keepViewers } from './viewers-now.ts'

export type ChannelsArguments = PageArguments & {
  filter?: (ChannelFilter & { claimed?: boolean | null }) | null
  orderBy?: ChannelOrderName | 'trust_score_desc' | null
}

const defaultOrder = 'last_seen_desc'

/** A part of an order that one database can give. `keep` asks the other database which channels belong; without it all do. */
type Segment = {
  has(position: Position): boolean
  read(beyond: Position | null, backward: boolean, limit: number): Promise<ListedChannel[]>
  keep?: (ids: bigint[]) => Promise<(id: bigint) => boolean>
}

const claimedOf = statement(
  'claims_of_channels',
  sql`SELECT DISTINCT ${expressions<{ id: bigint }>({ id: 'channel_id' })}
   FROM public.streamer_channel_link WHERE channel_id = ANY ($1::bigint[])`,
)

const scoredOf = statement(
  'scores_of_channels',
  sql`SELECT ${expressions<{ id: bigint }>({ id: 'channel_id' })}
   FROM public.streamer_trust_scores WHERE channel_id = ANY ($1::bigint[])`,
)

const scoreColumns = expressions<ListedChannel>({ id: 'channel_id', key: 'score::text' })
// Postgres sorts NaN above every other number, so these bounds lie outside of all scores.
const scoresDown = statement(
  'scores_desc',
  sql`SELECT ${scoreColumns} FROM public.streamer_trust_scores
   WHERE (score, channel_id) < (coalesce($1::float8, 'NaN'), coalesce($2::bigint, 9223372036854775807))
   ORDER BY score DESC, channel_id DESC LIMIT $3`,
)
const scoresUp = statement(
  'scores_asc',
  sql`SELECT ${scoreColumns} FROM public.streamer_trust_scores
   WHERE (score, channel_id) > (coalesce($1::float8, '-Infinity'), coalesce($2::bigint, 0))
   ORDER BY score, channel_id LIMIT $3`,
)

const unscored = ''

/** Reads the segments in turn, in growing steps where `keep` decides, until the page and one more channel are found. */
const collect = async (segments: readonly Segment[], request: PageRequest): Promise<ListedChannel[]> => {
  const { backward, beyond } = request
  const wanted = request.limit + 1
  const found: ListedChannel[] = []
  const ordered = backward ? segments.toReversed() : segments
  const first = beyond ? ordered.findIndex((segment) => segment.has(beyond)) : 0
  for (const [index, { read, keep }] of ordered.entries()) {
    if (index < first) continue
    let position = index === first ? beyond : null
    for (let step = keep ? wanted * 4 : wanted; found.length < wanted; step = Math.min(step * 4, 50_000)) {
      const listed = await read(position, backward, step)
      const belongs = keep && listed.length > 0 ? await keep(listed.map(({ id }) => id)) : () => true
      found.push(...listed.filter(({ id }) => belongs(id)))
      if (listed.length < step) break
      position = [listed.at(-1)!.key, listed.at(-1)!.id.toString(), ...(beyond?.slice(2) ?? [])]
    }
  }
  return found.slice(0, wanted)
}

/** The list of channels in an order, as pages know it. */
export const listOfOrder = (orderBy: ChannelsArguments['orderBy']): PagedList => {
  const order = orderBy ?? defaultOrder
  return order === 'trust_score_desc' ? { name: channelList(order) } : channelOrders[order]
}

const segmentsOf = (
  { databases: { dm, public: environment } }: Context,
  orderBy: NonNullable<ChannelsArguments['orderBy']>,
  { claimed, ...filter }: NonNullable<ChannelsArguments['filter']>,
): Segment[] => {
  const idsOf = async (rows: Promise<{ id: bigint }[]>) => new Set((await rows).map(({ id }) => id))
  const claims =
    claimed == null
      ? undefined
      : async (ids: bigint[]) => {
          const having = await idsOf(environment.query(claimedOf, [ids]))
          return (id: bigint) => having.has(id) === claimed
        }
  const inOrder =
    (order: ChannelOrderName): Segment['read'] =>
    async (beyond, backward, limit) => {
      const { statement, values } = selectChannelIds(order, filter, { beyond, backward, limit })
      return dm.query(statement, values)
    }
  if (orderBy !== 'trust_score_desc') return [{ has: () => true, read: inOrder(orderBy), keep: claims }]

  const withScore: Segment = {
    has: ([key]) => key !== unscored,
    read: (beyond, backward, limit) =>
      environment.query(backward ? scoresUp : scoresDown, [beyond?.[0] ?? null, beyond?.[1] ?? null, limit]),
    async keep(ids) {
      const { statement, values } = selectMatching(filter, ids)
      const [matching, belongs] = await Promise.all([idsOf(dm.query(statement, values)), claims?.(ids)])
      return (id) => matching.has(id) && (belongs?.(id) ?? true)
    },
  }
  const withoutScore: Segment = {
    has: ([key]) => key === unscored,
    read: async (beyond, ...stretch) =>
      (await inOrder('id_desc')(beyond && [beyond[1], beyond[1]], ...stretch)).map(({ id }) => ({ id, key: unscored })),
    async keep(ids) {
      const [scored, belongs] = await Promise.all([idsOf(environment.query(scoredOf, [ids])), claims?.(ids)])
      return (id) => !scored.has(id) && (belongs?.(id) ?? true)
    },
  }
  return [withScore, withoutScore]
}

/** The order that is asked for; BAD_USER_INPUT where all channels would be equal in it, because their platform tells no followers. */
const checkedOrder = ({ orderBy, filter }: ChannelsArguments): NonNullable<ChannelsArguments['orderBy']> => {
  const order = orderBy ?? defaultOrder
  const platform = order === 'followers_desc' ? filter?.platform : undefined
  if (platform == null) return order
  const { reason } = totalAvailability(builtInPlatforms, platform, 'followers')
  if (reason === null) return order
  throw badInput(`orderBy must not be FOLLOWERS_DESC with filter.platform ${platform.toUpperCase()}: ${reason}`)
}

/** The list of `channels`, or why there is no single one: claims and scores are in the other database. */
export const channelListRequest = ({ filter, orderBy }: ChannelsArguments): ListRequest | string => {
  const order = checkedOrder({ filter, orderBy })
  if (order === 'trust_score_desc') return 'Trust scores are in the other database.'
  if (filter?.claimed != null) return 'Claims are in the other database.'
  const conditions = channelConditions(filter ?? {})
  return { list: channelOrders[order], conditions }
}

/** A page of channels. Its statements are two (the page's ids, then its rows), plus those that claims or scores need. */
export const channels = async (
  context: Context,
  { filter, orderBy, ...page }: ChannelsArguments,
  selection: PrismaSelection,
): Promise<Connection<Channel>> => {
  const order = checkedOrder({ filter, orderBy })
  const list = listOfOrder(order)
  const request = await pageRequest(context, list, page)
  const segments = segmentsOf(context, order, filter ?? {})
  const listed = await collect(segments, request)
  const found = pageOf(listed, request)
  const rows = await findChannels(
    context,
    found.rows.map(({ id }) => id),
    selection,
  )
  for (const row of found.rows) keepViewers(context, row)
  const keys = new Map(found.rows.map(({ id, key }) => [id, key]))
  const shown = { ...found, rows: found.rows.flatMap(({ id }) => rows.get(id) ?? []) }
  const whole = channelListRequest({ filter, orderBy })
  return {
    ...connectionOf(shown, await context.cursors.known(), list, ({ id }) => [keys.get(id)!, id.toString()]),
    asOf: listed[0]?.asOf ?? new Date(context.clock()),
    totalCount: countWith(found, async () => (typeof whole === 'string' ? null : countRows(context, whole))),
  }
}
