import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import { sql } from '../stores/postgres/statement.ts'
import type { PageRequest } from './page.ts'
import { type BoundStatement, type Condition, type RowList, rowsWhere, selectPage, statementOf } from './row-list.ts'

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

/** The orders of channels that need only dm. */
export const channelOrders = {
  last_seen_desc: channelsBy('last_seen_desc', 'timestamptz', (c) => `${c}.last_seen_at`),
  first_seen_desc: channelsBy('first_seen_desc', 'timestamptz', (c) => `${c}.first_seen_at`),
  followers_desc: channelsBy('followers_desc', 'integer', (c) => `coalesce(${c}.follower_count, -1)`),
  // A channel without a slug comes last, whatever the collation of the database.
  slug_asc: channelsBy('slug_asc', 'text', (c) => `coalesce(${c}.current_slug, '~') COLLATE "C"`, true),
  id_desc: channelsBy('id_desc', 'bigint', (c) => `${c}.id`),
}

export type ChannelOrderName = keyof typeof channelOrders

/** The filters of channels that need only dm. */
export type ChannelFilter = {
  platform?: string | null
  status?: string | null
  search?: string | null
  active?: boolean | null
}

const scheduled = (c: string): string =>
  `EXISTS (SELECT FROM ${tableOf('ProbeSchedule')} s WHERE s.channel_id = ${c}.id AND s.active)`

/** A pattern that matches the text anywhere; its pattern characters stand for themselves. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** The conditions of a filter. */
export const channelConditions = ({ platform, status, search, active }: ChannelFilter): Condition[] => {
  const conditions: Condition[] = []
  if (platform != null)
    conditions.push({ name: 'platform', values: [platform], sql: (c, [p]) => `${c}.platform = ${p}::text` })
  if (status != null) conditions.push({ name: 'status', values: [status], sql: (c, [p]) => `${c}.status = ${p}::text` })
  if (search)
    conditions.push({
      name: 'search',
      values: [containing(search)],
      sql: (c, [p]) =>
        `(${c}.current_slug LIKE dm.fold_case(${p}::text) OR ${c}.folded_name LIKE dm.fold_case(${p}::text))`,
    })
  if (active === true) conditions.push({ name: 'active', values: [], sql: scheduled })
  if (active === false) conditions.push({ name: 'inactive', values: [], sql: (c) => `NOT ${scheduled(c)}` })
  return conditions
}

/** Selects `id` and `key` (text) of up to `limit` channels in an order. */
export const selectChannelIds = (
  order: ChannelOrderName,
  filter: ChannelFilter,
  request: PageRequest,
): BoundStatement<{ id: bigint; key: string }> => {
  const list = channelOrders[order]
  const key = expressions<{ key: string }>({ key: `(${list.key('r')})::text` })
  const columns = sql`${select('Channel', ['id'], 'r')}, ${key}`
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
