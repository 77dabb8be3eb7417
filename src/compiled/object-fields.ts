import { type GraphQLLeafType, getNamedType } from 'graphql'
import type { NodeType } from '../resolvers/global-id.ts'
import type { PageArguments } from '../resolvers/page.ts'
import { sessionList } from '../resolvers/sessions.ts'
import { eventList } from '../resolvers/status-events.ts'
import { requireRange } from '../resolvers/time-range.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { BoundArguments, Request } from './argument-binding.ts'
import { bindPage, connection, connectionFields, pageInfoFields } from './connection.ts'
import { valueMarks } from './finish-json.ts'
import { type Column, leaf, record, records, type WriteField } from './statement-writer.ts'

/** The table of each node type that is read here. */
export const nodeTables = {
  Channel: 'dm.streamer_channel',
  StreamSession: 'dm.stream_session',
  StatusEvent: 'dm.status_event',
}

const idOf =
  (type: NodeType): WriteField =>
  (_, { alias }) => ({ sql: `'${type}:' || ${alias}.id`, mark: valueMarks.id })

const enumeration =
  (column: string): WriteField =>
  (_, { alias }, { definition }): Column =>
    leaf(getNamedType(definition.type) as GraphQLLeafType, `${alias}.${column}`)

/** The rows of another table that belong to a row. */
const related =
  (
    toSql: (columns: string, from: string) => string,
    letter: string,
    from: (alias: string, parent: string) => string,
  ): WriteField =>
  (writer, row, field) => {
    const alias = writer.alias(letter)
    const columns = writer.columns(writer.below(writer.objectType(field), field), { alias })
    return { sql: toSql(columns, `FROM ${from(alias, row.alias)}`) }
  }

const channelOfRow = related(
  record,
  'c',
  (c, parent) => `${nodeTables.Channel} ${c} WHERE ${c}.id = ${parent}.channel_id`,
)

const bindSessions = (
  { range, ...page }: PageArguments & { range?: TimeRange | null },
  request: Request,
): BoundArguments<ReturnType<typeof bindPage>['form'] & { spans: boolean }> => {
  const span = range == null ? null : requireRange('range', range)
  const { name, form, values } = bindPage(sessionList, page, request)
  return {
    name: `${name} ${span !== null}`,
    form: { ...form, spans: span !== null },
    values: [...values.slice(0, 1), ...(span ? [span.from, span.to] : [])],
  }
}

const sessionsOfChannel: WriteField = (writer, { alias: channel }, field) => {
  const { form, parameters } = writer.ask(field, bindSessions)
  const s = writer.alias('s')
  const conditions = [`${s}.channel_id = ${channel}.id`]
  const rest = [...parameters]
  if (form.continued) conditions.push(`${s}.started_at ${form.backward ? '>' : '<'} ${rest.shift()}::timestamptz`)
  if (form.spans)
    conditions.push(
      `${s}.started_at < ${rest[1]}::timestamptz`,
      `(${s}.started_at >= ${rest[0]}::timestamptz OR coalesce(${s}.ended_at, 'infinity') > ${rest[0]}::timestamptz)`,
    )
  return connection(writer, field, form, {
    list: sessionList,
    alias: s,
    from: `${nodeTables.StreamSession} ${s} WHERE ${conditions.join(' AND ')}`,
    order: [`${s}.started_at`],
    key: `to_char(${s}.started_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  })
}

const eventsOfChannel: WriteField = (writer, { alias: channel }, field) => {
  const { form, parameters } = writer.ask(field, (page: PageArguments, request) => {
    const bound = bindPage(eventList, page, request)
    return { ...bound, values: bound.values.slice(0, 1) }
  })
  const e = writer.alias('e')
  const further = form.continued ? ` AND ${e}.id < ${parameters[0]}::bigint` : ''
  return connection(writer, field, form, {
    list: eventList,
    alias: e,
    from: `${nodeTables.StatusEvent} ${e} WHERE ${e}.channel_id = ${channel}.id${further}`,
    order: [`${e}.id`],
    key: `${e}.id::text`,
  })
}

const durationSeconds: WriteField = (writer, { alias: s }) => {
  const now = `${writer.parameter(({ now }) => new Date(now))}::timestamptz`
  const seconds = `extract(epoch FROM coalesce(${s}.ended_at, ${now}) - ${s}.started_at)`
  return { sql: `least(greatest(0, floor(${seconds})), 2147483647)::integer` }
}

/** The fields of objects that are more than a column of their table. */
export const objectFields: Readonly<Record<string, WriteField>> = {
  ...connectionFields('Channel'),
  ...connectionFields('StreamSession'),
  ...connectionFields('StatusEvent'),
  ...pageInfoFields,

  'Channel.id': idOf('Channel'),
  'Channel.platform': enumeration('platform'),
  'Channel.status': enumeration('status'),
  'Channel.redirectedFrom': (_, { redirectedFrom = 'NULL::text' }) => ({ sql: redirectedFrom }),
  'Channel.slugHistory': related(
    records,
    'h',
    (h, channel) =>
      `dm.streamer_channel_slug_history ${h} WHERE ${h}.channel_id = ${channel}.id ORDER BY ${h}.observed_from DESC LIMIT 100`,
  ),
  'Channel.monitoring': related(
    record,
    'm',
    (m, channel) => `dm.probe_schedule ${m} WHERE ${m}.channel_id = ${channel}.id`,
  ),
  'Channel.eventSubscriptions': related(
    records,
    'u',
    (u, channel) => `dm.event_subscription ${u} WHERE ${u}.channel_id = ${channel}.id ORDER BY ${u}.event LIMIT 100`,
  ),
  'Channel.currentSession': related(
    record,
    's',
    (s, channel) => `${nodeTables.StreamSession} ${s} WHERE ${s}.channel_id = ${channel}.id AND ${s}.ended_at IS NULL`,
  ),
  'Channel.sessions': sessionsOfChannel,
  'Channel.statusEvents': eventsOfChannel,

  'SlugPeriod.isCurrent': (_, { alias }) => ({ sql: `${alias}.observed_until IS NULL` }),

  'ChannelMonitoring.nextProbeAt': (_, { alias }) => ({
    sql: `CASE WHEN ${alias}.active THEN ${alias}.next_probe_at END`,
    mark: valueMarks.instant,
  }),

  'EventSubscription.id': (_, { alias }) => ({ sql: `${alias}.id::text` }),
  'EventSubscription.channel': channelOfRow,

  'StreamSession.id': idOf('StreamSession'),
  'StreamSession.channel': channelOfRow,
  'StreamSession.isLive': (_, { alias }) => ({ sql: `${alias}.ended_at IS NULL` }),
  'StreamSession.durationSeconds': durationSeconds,

  'StatusEvent.id': idOf('StatusEvent'),
  'StatusEvent.cursor': (_, { alias }) => ({ sql: `${alias}.id::text`, mark: valueMarks.eventCursor }),
  'StatusEvent.channel': channelOfRow,
  'StatusEvent.type': enumeration('event_type'),
  'StatusEvent.previousStatus': enumeration('previous_status'),
  'StatusEvent.newStatus': enumeration('new_status'),
  'StatusEvent.source': enumeration('source'),
}
