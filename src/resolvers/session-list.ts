import type { StreamSession } from '../../prisma/generated/client/client.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import { quoted } from '../stores/postgres/statement.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { calledBy, checkedNames, said } from './channel-filter.ts'
import { parseChannelReferences } from './channel-reference.ts'
import { claimedBySomebody } from './claims.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import { countRows } from './row-count.ts'
import { type Condition, type ListPart, type ListRequest, type RowList, selectPage } from './row-list.ts'
import { sessionList } from './sessions.ts'
import { requireRange } from './time-range.ts'

type SessionFilter = {
  platform?: string | null
  slugs?: readonly string[] | null
  channels?: readonly string[] | null
  category?: string | null
  language?: string | null
  range?: TimeRange | null
  live?: boolean | null
  claimed?: boolean | null
}

export type SessionsArguments = PageArguments & { filter?: SessionFilter | null }

/** The sessions of all channels, newest first. */
const newestFirst: RowList<'StreamSession'> = { ...sessionList, name: 'all sessions by start', hasTies: true }

const table = tableOf('StreamSession')

// What overlaps a range began inside it, or was on when it began. Each is found by an index of its own.
const begunInside: ListPart = { from: (s, where) => ({ from: `${table} ${s}`, where }), key: newestFirst.key }
const begunBefore: ListPart = {
  // OFFSET keeps the planner from the index on the start, by which it would read all of the past to find the last of them.
  from: (s, where) => ({ from: `(SELECT * FROM ${table} ${s} WHERE ${where} OFFSET 0) ${s}` }),
  key: newestFirst.key,
}
const overlapping: RowList<'StreamSession'> = { ...newestFirst, parts: [begunInside, begunBefore] }

const during = ({ from, to }: TimeRange): Condition => ({
  name: 'during',
  values: [from, to],
  sql: (s, [from, to], of) => {
    const inside = `${s}.started_at >= ${from}::timestamptz AND ${s}.started_at < ${to}::timestamptz`
    const before = `${s}.started_at < ${from}::timestamptz AND tstzrange(${s}.started_at, ${s}.ended_at) @> ${from}::timestamptz AND ${from}::timestamptz < ${to}::timestamptz`
    if (of === begunInside) return inside
    return of === begunBefore ? before : `((${inside}) OR (${before}))`
  },
})

const ofChannels = (channels: readonly string[]): Condition => {
  const { ids, externalIds } = parseChannelReferences('filter.channels', checkedNames('channels', channels))
  return {
    name: 'of_channels',
    values: [ids, externalIds],
    isFew: true,
    sql: (s, [ids, externalIds]) => `${s}.channel_id = ANY (ARRAY(SELECT id FROM ${tableOf('Channel')}
      WHERE id = ANY (${ids}::bigint[]) OR external_id = ANY (${externalIds}::text[])))`,
  }
}

const sessionConditions = ({ platform, slugs, channels, category, language, range, live }: SessionFilter) => {
  const conditions: Condition[] = []
  if (channels != null) conditions.push(ofChannels(channels))
  if (slugs != null) conditions.push(calledBy({ slugs, platform }, (s) => `${s}.channel_id`))
  if (platform != null)
    conditions.push({
      // In the text, and no parameter: of a platform with few channels the sessions of these are read, of others the newest of all.
      name: `on_${platform}`,
      values: [],
      sql: (s) =>
        `EXISTS (SELECT FROM ${tableOf('Channel')} c WHERE c.id = ${s}.channel_id AND c.platform = ${quoted(platform)})`,
    })
  if (category != null) conditions.push(said('category', category))
  if (language != null) conditions.push(said('language', language))
  if (range != null) conditions.push(during(requireRange('filter.range', range)))
  if (live === true) conditions.push({ name: 'on', values: [], isFew: true, sql: (s) => `${s}.ended_at IS NULL` })
  if (live === false) conditions.push({ name: 'over', values: [], sql: (s) => `${s}.ended_at IS NOT NULL` })
  return conditions
}

const requestOf = (filter: SessionFilter): ListRequest<'StreamSession'> => ({
  list: filter.range == null ? newestFirst : overlapping,
  conditions: sessionConditions(filter),
})

/** The list of `sessions`, or why there is no single one: claims are in the other database. */
export const allSessionsRequest = ({ filter }: SessionsArguments): ListRequest<'StreamSession'> | string =>
  filter?.claimed == null ? requestOf(filter ?? {}) : 'Claims are in the other database.'

/** A page of the sessions of all channels, newest first: one statement, and one more that asks for claims. */
export const sessions = async (
  context: Context,
  { filter, ...page }: SessionsArguments,
): Promise<Connection<StreamSession>> => {
  const { list, conditions } = requestOf(filter ?? {})
  const claims =
    filter?.claimed == null ? [] : [await claimedBySomebody(context, filter.claimed, (s) => `${s}.channel_id`)]
  const asked = { list, conditions: [...conditions, ...claims] }
  const read = async (request: PageRequest) => {
    const { statement, values } = selectPage('sessions', asked, request, select('StreamSession', undefined, 'r'))
    return (await context.databases.dm.query(statement, values)) as StreamSession[]
  }
  return readPage(
    context,
    list.name,
    page,
    read,
    ({ startedAt, id }) => [startedAt.toISOString(), id.toString()],
    () => countRows(context, asked),
  )
}
