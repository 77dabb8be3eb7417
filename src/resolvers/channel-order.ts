import { isWatchedNow, sawNow } from '../sessions/viewers-now.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import { sql } from '../stores/postgres/statement.ts'
import { type ChannelFilter, channelConditions } from './channel-filter.ts'
import type { PageRequest } from './page.ts'
import {
  type BoundStatement,
  type Condition,
  type ListPart,
  type RowList,
  rowsWhere,
  selectPage,
  statementOf,
} from './row-list.ts'

/** The name of an order of channels in signed cursors. */
export const channelList = (order: string): string => `channels by ${order}`

const channelsBy = (order: string, type: string, key: RowList['key'], ascending = false): RowList => ({
  name: channelList(order),
  model: 'Channel',
  key,
  type,
  hasTies: true,
  ascending,
})

const largestId = 2n ** 63n - 1n

/** The channels that are watched now, with the latest probe of each as `v`. */
const watched: ListPart['from'] = (c, where, isNarrow) => {
  const conditions = `${sawNow('v')}${where && ` AND ${where}`}`
  const [from, ofChannel] = ['dm.probe_schedule v', `${tableOf('Channel')} ${c}`]
  if (isNarrow)
    return {
      from: `${from} JOIN ${ofChannel} ON ${c}.id = v.channel_id`,
      where: `v.live_viewers IS NOT NULL AND ${conditions}`,
    }
  // OFFSET keeps the order of the index: the planner reckons that few rows pass, and would read and sort them all.
  const lateral = `(SELECT * FROM ${ofChannel} WHERE ${c}.id = v.channel_id AND ${conditions} OFFSET 0) ${c}`
  return { from: `${from} CROSS JOIN LATERAL ${lateral}`, where: 'v.live_viewers IS NOT NULL' }
}

/** Channels with viewers now by their number, then the rest. */
const byViewers: RowList = {
  name: channelList('viewers_desc'),
  model: 'Channel',
  key: (c) => `${c}.order_key`,
  type: 'integer',
  hasTies: true,
  ascending: false,
  moves: true,
  answers: {
    viewersNow: (c) => `(SELECT ${c}.watched_by AS count, ${c}.watched_at AS at WHERE ${c}.watched_by IS NOT NULL)`,
  },
  maxPageSize: 500,
  parts: [
    {
      from: watched,
      key: () => 'v.live_viewers',
      columns: 'v.live_viewers AS watched_by, v.last_live_at AS watched_at, v.live_started_at AS watched_since',
      id: 'v.channel_id',
    },
    {
      from: (c, where) => ({
        from: `${tableOf('Channel')} ${c}`,
        where: `${where && `${where} AND `}NOT EXISTS (SELECT FROM dm.probe_schedule v WHERE v.channel_id = ${c}.id AND ${isWatchedNow('v')})`,
      }),
      key: () => '(-1)::integer',
      columns: 'NULL::integer AS watched_by, NULL::timestamptz AS watched_at, NULL::timestamptz AS watched_since',
      // With a key of its own, so that the index on the id is used: all of this part is behind the other one.
      behind: (c, than, key, id) => `${c}.id ${than} CASE WHEN ${key} < 0 THEN ${id} ELSE ${largestId} END`,
    },
  ],
}

/** The orders of channels that need only dm. */
export const channelOrders = {
  last_seen_desc: channelsBy('last_seen_desc', 'timestamptz', (c) => `${c}.last_seen_at`),
  first_seen_desc: channelsBy('first_seen_desc', 'timestamptz', (c) => `${c}.first_seen_at`),
  followers_desc: channelsBy('followers_desc', 'integer', (c) => `coalesce(${c}.follower_count, -1)`),
  // A channel without a slug comes last, whatever the collation of the database.
  slug_asc: channelsBy('slug_asc', 'text', (c) => `coalesce(${c}.current_slug, '~') COLLATE "C"`, true),
  id_desc: channelsBy('id_desc', 'bigint', (c) => `${c}.id`),
  viewers_desc: byViewers,
}

export type ChannelOrderName = keyof typeof channelOrders

/**
 * A channel in an order, with its sort key; and when it was read, by the clock of the database. In the order by viewers also how many
 * watch it, null for nobody, and since when its broadcast is on.
 */
export type ListedChannel = {
  id: bigint
  key: string
  asOf?: Date
  count?: number | null
  at?: Date | null
  startedAt?: Date | null
}

const watchedColumns = { count: 'r.watched_by', at: 'r.watched_at', startedAt: 'r.watched_since' }

/** Selects `id` and `key` (text) of up to `limit` channels in an order. */
export const selectChannelIds = (
  order: ChannelOrderName,
  filter: ChannelFilter,
  request: PageRequest,
): BoundStatement<ListedChannel> => {
  const list = channelOrders[order]
  const read = {
    key: `(${list.key('r')})::text`,
    asOf: `date_trunc('milliseconds', now())`,
    ...(order === 'viewers_desc' && watchedColumns),
  }
  const columns = sql`${select('Channel', ['id'], 'r')}, ${expressions<Omit<ListedChannel, 'id'>>(read)}`
  return selectPage(`channels_${order}`, { list, conditions: channelConditions(filter) }, request, columns)
}

/** Selects which of these channels pass the filter. */
export const selectMatching = (filter: ChannelFilter, ids: readonly bigint[]): BoundStatement<{ id: bigint }> => {
  const among: Condition = { name: 'matching', values: [ids], sql: (c, [p]) => `${c}.id = ANY (${p}::bigint[])` }
  const conditions = [among, ...channelConditions(filter)]
  const text = (parameters: readonly string[]) =>
    sql`SELECT ${select('Channel', ['id'], 'c')} ${rowsWhere('Channel', conditions, 'c', parameters)}`
  return statementOf('channels', conditions, text)
}
