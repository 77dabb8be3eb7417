import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import { type Sql, type Statement, sql, statement } from '../stores/postgres/statement.ts'

/** The orders of channels that dm alone can give. Each key is never null and is compared together with the id. */
export const channelOrders = {
  last_seen_desc: { key: 'c.last_seen_at', type: 'timestamptz', ascending: false },
  first_seen_desc: { key: 'c.first_seen_at', type: 'timestamptz', ascending: false },
  followers_desc: { key: 'coalesce(c.follower_count, -1)', type: 'integer', ascending: false },
  // A channel without a slug comes last, whatever the collation of the database.
  slug_asc: { key: `coalesce(c.current_slug, '~') COLLATE "C"`, type: 'text', ascending: true },
  id_desc: { key: 'c.id', type: 'bigint', ascending: false },
} as const

export type ChannelOrderName = keyof typeof channelOrders

/** What a list of channels may be narrowed by on the side of dm. */
export type ChannelFilter = {
  platform?: string | null
  status?: string | null
  search?: string | null
  active?: boolean | null
}

/** A condition on a channel `c`: its text around the parameter of its value, where it has one. */
export type ChannelCondition = { name: string; text: (parameter: string) => string; value?: unknown }

const scheduled = 'EXISTS (SELECT FROM dm.probe_schedule s WHERE s.channel_id = c.id AND s.active)'

/** Matches the text anywhere once both are folded, its pattern characters taken as they are. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** What a filter asks of a channel. */
export const channelConditions = ({ platform, status, search, active }: ChannelFilter): ChannelCondition[] => {
  const conditions: ChannelCondition[] = []
  if (platform != null) conditions.push({ name: 'platform', text: (p) => `c.platform = ${p}`, value: platform })
  if (status != null) conditions.push({ name: 'status', text: (p) => `c.status = ${p}`, value: status })
  if (search) {
    const text = (p: string) => `(c.current_slug LIKE dm.fold_case(${p}) OR c.folded_name LIKE dm.fold_case(${p}))`
    conditions.push({ name: 'search', text, value: containing(search) })
  }
  if (active === true) conditions.push({ name: 'active', text: () => scheduled })
  if (active === false) conditions.push({ name: 'inactive', text: () => `NOT ${scheduled}` })
  return conditions
}

/** A statement with its values. */
export type BoundStatement<Row> = { statement: Statement<Row>; values: unknown[] }

// Only the combinations that are asked for: each is one named statement, planned once for each connection.
// biome-ignore lint/suspicious/noExplicitAny: the rows of a statement follow from its name
const statements = new Map<string, Statement<any>>()

const bind = <Row>(
  name: string,
  conditions: readonly ChannelCondition[],
  text: (where: string, next: number) => Sql<Row>,
): BoundStatement<Row> => {
  const values: unknown[] = []
  const where = conditions
    .map(({ text, value }) => text(value === undefined ? '' : `$${values.push(value)}`))
    .join(' AND ')
  const fullName = [name, ...conditions.map((condition) => condition.name)].join('_')
  let known = statements.get(fullName)
  if (!known) {
    known = statement(fullName, text(where || 'true', values.length + 1))
    statements.set(fullName, known)
  }
  return { statement: known, values }
}

/** Selects `id` and `key` (text) of up to `limit` channels in an order, beyond a position of it, backward for the end first. */
export const selectChannelIds = (
  orderName: ChannelOrderName,
  filter: ChannelFilter,
  { beyond, backward, limit }: { beyond: readonly [key: string, id: string] | null; backward: boolean; limit: number },
): BoundStatement<{ id: bigint; key: string }> => {
  const { key, type, ascending } = channelOrders[orderName]
  const up = ascending !== backward
  const direction = up ? 'ASC' : 'DESC'
  const name = `channels_${orderName}${backward ? '_back' : ''}${beyond ? '_on' : ''}`
  const bound = bind(name, channelConditions(filter), (where, next) => {
    const [keyAt, idAt, limitAt] = beyond ? [next, next + 1, next + 2] : [0, 0, next]
    const further = beyond ? ` AND (${key}, c.id) ${up ? '>' : '<'} ($${keyAt}::${type}, $${idAt}::bigint)` : ''
    return sql`SELECT ${select('Channel', ['id'], 'c')}, ${expressions<{ key: string }>({ key: `(${key})::text` })}
FROM ${tableOf('Channel')} c WHERE ${where}${further}
ORDER BY ${key} ${direction}, c.id ${direction} LIMIT $${limitAt}`
  })
  return { ...bound, values: [...bound.values, ...(beyond ?? []), limit] }
}

/** Selects which of these channels pass the filter. */
export const selectMatching = (filter: ChannelFilter, ids: readonly bigint[]): BoundStatement<{ id: bigint }> => {
  const bound = bind(
    'channels_matching',
    channelConditions(filter),
    (where, next) =>
      sql`SELECT ${select('Channel', ['id'], 'c')} FROM ${tableOf('Channel')} c WHERE ${where} AND c.id = ANY ($${next}::bigint[])`,
  )
  return { ...bound, values: [...bound.values, ids] }
}
