import { type ChannelsArguments, channelList, checkedSearch } from '../resolvers/channel-list.ts'
import { type ChannelOrderName, channelConditions, channelOrders } from '../resolvers/channel-order.ts'
import { parseChannelReference, parsePlatformUserId, parseSlug } from '../resolvers/channel-reference.ts'
import { type ChannelArguments, requireOneName } from '../resolvers/channels.ts'
import { requireGlobalId, requireNode } from '../resolvers/global-id.ts'
import { maxPageSize } from '../resolvers/page.ts'
import { eventList, type StatusEventArguments } from '../resolvers/status-events.ts'
import { requireRange } from '../resolvers/time-range.ts'
import type { Bind, BoundArguments } from './argument-binding.ts'
import { bindPage, connection, type PageForm } from './connection.ts'
import { nodeTables } from './object-fields.ts'
import { type Row, record, type Selected, type StatementWriter, type WriteField } from './statement-writer.ts'
import { NotCompiled } from './ways.ts'

const channelTable = nodeTables.Channel

/** How a channel is looked up: the condition on its row, by the parameters of its name. */
const lookups = {
  id: (c: string, [id]: readonly string[]) => `${c}.id = ${id}::bigint`,
  externalId: (c: string, [id]: readonly string[]) => `${c}.external_id = ${id}::text`,
  account: (c: string, [platform, id]: readonly string[]) =>
    `${c}.platform = ${platform}::text AND ${c}.platform_user_id = ${id}::text`,
  slug: (c: string, [slug, platform]: readonly string[]) =>
    `${c}.id = coalesce(
      (SELECT id FROM ${channelTable} WHERE platform = ${platform}::text AND current_slug = ${slug}::text),
      (SELECT o.id FROM dm.streamer_channel_slug_history h JOIN ${channelTable} o ON o.id = h.channel_id
        WHERE h.slug = ${slug}::text AND o.platform = ${platform}::text ORDER BY h.observed_from DESC LIMIT 1))`,
  slugAt: (c: string, [slug, platform, at]: readonly string[]) =>
    `${c}.id = (SELECT o.id FROM dm.streamer_channel_slug_history h JOIN ${channelTable} o ON o.id = h.channel_id
      WHERE h.slug = ${slug}::text AND o.platform = ${platform}::text AND h.observed_from <= ${at}::timestamptz
        AND (h.observed_until IS NULL OR h.observed_until > ${at}::timestamptz) ORDER BY h.observed_from DESC LIMIT 1)`,
}
type Lookup = keyof typeof lookups

const lookup = (form: Lookup, ...values: unknown[]): BoundArguments<Lookup> => ({ name: form, form, values })

const bindChannel: Bind<Lookup> = (args: ChannelArguments) => {
  requireOneName(args)
  const { id, slug, platformUserId, platform, at } = args
  if (id != null) {
    const reference = parseChannelReference('id', id)
    return 'id' in reference ? lookup('id', reference.id) : lookup('externalId', reference.externalId)
  }
  if (platformUserId != null) return lookup('account', platform, parsePlatformUserId(platformUserId))
  const name = parseSlug('slug', slug!)
  return at == null ? lookup('slug', name, platform) : lookup('slugAt', name, platform, at)
}

const channel: WriteField = (writer, _, field) => {
  const { form, parameters } = writer.ask(field, bindChannel)
  const alias = writer.alias('c')
  const [slug] = parameters
  const row: Row =
    form === 'slug' || form === 'slugAt'
      ? {
          alias,
          redirectedFrom: `CASE WHEN ${alias}.current_slug IS DISTINCT FROM ${slug}::text THEN ${slug}::text END`,
        }
      : { alias }
  const columns = writer.columns(writer.below(writer.objectType(field), field), row)
  return { sql: record(columns, `FROM ${channelTable} ${alias} WHERE ${lookups[form](alias, parameters)}`) }
}

type ChannelsForm = PageForm & { order: ChannelOrderName; conditions: ReturnType<typeof channelConditions> }

const bindChannels: Bind<ChannelsForm> = ({ filter, orderBy, ...page }: ChannelsArguments, request) => {
  const order = orderBy ?? 'last_seen_desc'
  // Claims and scores are on the other side of the data model, which may be another database.
  if (order === 'trust_score_desc' || filter?.claimed != null)
    throw new NotCompiled('arguments', 'Claims and trust scores are in the other database.')
  const conditions = channelConditions({ ...filter, search: checkedSearch(filter?.search) })
  const bound = bindPage(channelList(order), page, request)
  const given = conditions.flatMap(({ value }) => (value === undefined ? [] : [value]))
  return {
    name: [order, bound.name, ...conditions.map(({ name }) => name)].join(' '),
    form: { ...bound.form, order, conditions },
    values: [...bound.values, ...given],
  }
}

const channels: WriteField = (writer, _, field) => {
  const { form, parameters } = writer.ask(field, bindChannels)
  const { key, type, ascending } = channelOrders[form.order]
  const rest = [...parameters]
  const [beyondKey, beyondId] = form.continued ? rest.splice(0, 2) : []
  const conditions = form.conditions.map(({ text, value }) => text(value === undefined ? '' : `${rest.shift()}::text`))
  if (form.continued)
    conditions.push(
      `(${key}, c.id) ${ascending !== form.backward ? '>' : '<'} (${beyondKey}::${type}, ${beyondId}::bigint)`,
    )
  return connection(writer, field, form, {
    list: channelList(form.order),
    // The orders and conditions call it so.
    alias: 'c',
    from: `${channelTable} c WHERE ${conditions.join(' AND ') || 'true'}`,
    order: [key, 'c.id'],
    ascending,
    key: `(${key})::text`,
  })
}

type EventsForm = PageForm & { conditions: readonly string[] }

const eventConditions: Record<string, (parameter: string) => string> = {
  type: (type) => `e.event_type = ${type}::text`,
  platform: (platform) =>
    `EXISTS (SELECT FROM ${channelTable} c WHERE c.id = e.channel_id AND c.platform = ${platform}::text)`,
  // An event is processed after it happened: the second condition lets Postgres skip the months before.
  from: (from) => `e.event_timestamp >= ${from}::timestamptz AND e.processed_timestamp >= ${from}::timestamptz`,
  to: (to) => `e.event_timestamp < ${to}::timestamptz`,
}

const bindEvents: Bind<EventsForm> = ({ platform, type, range, ...page }: StatusEventArguments, request) => {
  const span = range == null ? null : requireRange('range', range)
  const bound = bindPage(eventList, page, request)
  const given = Object.entries({ type, platform, from: span?.from, to: span?.to }).filter(([, value]) => value != null)
  const conditions = given.map(([name]) => name)
  return {
    name: [bound.name, ...conditions].join(' '),
    form: { ...bound.form, conditions },
    values: [...bound.values.slice(0, 1), ...given.map(([, value]) => value)],
  }
}

const statusEvents: WriteField = (writer, _, field) => {
  const { form, parameters } = writer.ask(field, bindEvents)
  const rest = [...parameters]
  const conditions = form.continued ? [`e.id < ${rest.shift()}::bigint`] : []
  conditions.push(...form.conditions.map((name, i) => eventConditions[name]!(rest[i]!)))
  return connection(writer, field, form, {
    list: eventList,
    alias: 'e',
    from: `${nodeTables.StatusEvent} e WHERE ${conditions.join(' AND ') || 'true'}`,
    order: ['e.id'],
    key: 'e.id::text',
  })
}

type NodeTable = keyof typeof nodeTables

const requireTable = (type: string): NodeTable => {
  if (!Object.hasOwn(nodeTables, type)) throw new NotCompiled('arguments', `No statement reads a ${type}.`)
  return type as NodeTable
}

/** The row of a node type with an id. */
const nodeById = (writer: StatementWriter, field: Selected, type: NodeTable, id: string): string => {
  const alias = writer.alias('n')
  const columns = writer.columns(writer.below(writer.objectType(field, type), field), { alias })
  return record(columns, `FROM ${nodeTables[type]} ${alias} WHERE ${alias}.id = ${id} LIMIT 1`)
}

const bindNode: Bind<NodeTable> = ({ id }: { id: string }) => {
  const { type, key } = requireGlobalId('id', id)
  return { name: type, form: requireTable(type), values: [key] }
}

const node: WriteField = (writer, _, field) => {
  const { form, parameters } = writer.ask(field, bindNode)
  return { sql: nodeById(writer, field, form, `${parameters[0]}::bigint`) }
}

const bindNodes: Bind<NodeTable> = ({ ids }: { ids: string[] }) => {
  if (ids.length > maxPageSize) throw new NotCompiled('arguments', 'There are too many ids.')
  const keys = ids.map((id) => requireGlobalId('ids', id))
  const types = new Set(keys.map(({ type }) => type))
  const [type = 'Channel'] = types
  // Different types have different columns.
  if (types.size > 1) throw new NotCompiled('arguments', 'The ids are of several types, which have different columns.')
  return { name: type, form: requireTable(type), values: [keys.map(({ key }) => key)] }
}

const nodes: WriteField = (writer, _, field) => {
  const { form, parameters } = writer.ask(field, bindNodes)
  const wanted = writer.alias('w')
  const row = nodeById(writer, field, form, `${wanted}.id`)
  return {
    sql: `ARRAY(SELECT ${row} FROM unnest(${parameters[0]}::bigint[]) WITH ORDINALITY ${wanted} (id, place) ORDER BY ${wanted}.place)`,
  }
}

const bindSession: Bind<null> = ({ id }: { id: string }) => ({
  name: '',
  form: null,
  values: [requireNode('id', 'StreamSession', id)],
})

const streamSession: WriteField = (writer, _, field) => {
  const { parameters } = writer.ask(field, bindSession)
  return { sql: nodeById(writer, field, 'StreamSession', `${parameters[0]}::bigint`) }
}

/** The fields of Query that one statement can answer. */
export const queryFields: Readonly<Record<string, WriteField>> = {
  'Query.channel': channel,
  'Query.channels': channels,
  'Query.node': node,
  'Query.nodes': nodes,
  'Query.statusEvents': statusEvents,
  'Query.streamSession': streamSession,
}
