import type { Channel, StatusEvent, StreamSession } from '../../prisma/generated/client/client.ts'
import type { ModelRows } from '../../prisma/generated/models.ts'
import { seenLately } from '../sessions/viewers-now.ts'
import { columnsOf, expressions, type ModelName, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { type Sql, type Statement, sql, statement } from '../stores/postgres/statement.ts'
import { type ByInterest, forInterest, type Interest } from './interest.ts'

/** A row of joined tables: its columns have the alias of their table before their names. */
export type Row = Record<string, unknown>

/** One table's part of a joined row: its select list, and the way back from the row. */
const part = <Model extends ModelName>(model: Model, alias: string) => {
  const columns = columnsOf(model).map(({ field, name }) => ({ field, label: `${alias}.${field}`, name }))
  return {
    list: expressions<Row>(Object.fromEntries(columns.map(({ label, name }) => [label, `${alias}.${name}`]))),
    /** The object, or null where an outer join found none. */
    read: (row: Row): ModelRows[Model] | null => {
      if (row[`${alias}.id`] === null) return null
      const object: Row = {}
      for (const { field, label } of columns) object[field] = row[label]
      return object as ModelRows[Model]
    },
  }
}

/** Channels under the alias c. */
export const channelPart = part('Channel', 'c')
/** Sessions under the alias s. */
export const sessionPart = part('StreamSession', 's')
/** Events of the journal under the alias e. */
const eventPart = part('StatusEvent', 'e')

/** An event with its channel and session. */
export type JournalEvent = { event: StatusEvent; channel: Channel; session: StreamSession | null }

/** Events of the journal in order, seen at one instant at which `head` was its last id; `more` may follow. */
export type JournalPage = { events: JournalEvent[]; more: boolean; head: number; prunedThrough: number }

/** Channels in order of id, seen at one instant at which `head` was the last id of the journal; `more` may follow. */
export type SnapshotPage = {
  channels: { channel: Channel; session: StreamSession | null }[]
  more: boolean
  head: number
  asOf: Date
}

/** What the latest probes saw of the channels that are live, seen at one instant: in `snapshot`, as Postgres tells it. */
type SightingsPage = {
  snapshot: string
  asOf: Date
  /** Null viewers are hidden. */
  sightings: { channel: Channel; viewers: number | null; at: Date }[]
}

/** Reads the database for subscriptions. Every method is one statement, so its result belongs to one instant. */
export type StatusSource = {
  /** A page of the events with after < id <= through for the interest. */
  readEvents(interest: Interest, after: number, through: number): Promise<JournalPage>
  /** A page of the channels of the interest with id > after, each with its open session; those that are named come in one. */
  readChannels(interest: Interest, after: number): Promise<SnapshotPage>
  /** What the latest probes saw of the channels of the interest that are live, as far as that was lately. */
  readSightings(interest: Interest): Promise<SightingsPage>
  /** The channels with these ids that exist. */
  readChannelsById(ids: readonly number[]): Promise<Channel[]>
}

export type QueryRows = Transaction['query']

const head = `greatest(j.pruned_through, j.erased_through, coalesce((SELECT max(id) FROM dm.status_event), 0))`

// A connection test names no session: it comes with the one that is open. The outer joins keep one row when nothing matches, so that the state of the journal is always returned.
const selectEvents = (where: string): Sql<Row> => sql`
SELECT ${expressions({ head, pruned_through: 'j.pruned_through' })}, ${eventPart.list}, ${channelPart.list}, ${sessionPart.list}
FROM dm.status_journal j
LEFT JOIN LATERAL (SELECT * FROM dm.status_event WHERE id > $1 ${where} ORDER BY id LIMIT $2) e ON true
LEFT JOIN dm.streamer_channel c ON c.id = e.channel_id
LEFT JOIN dm.stream_session s ON s.channel_id = e.channel_id AND s.started_at = coalesce(e.session_started_at,
  (SELECT o.started_at FROM dm.stream_session o WHERE o.channel_id = e.channel_id AND o.ended_at IS NULL))
ORDER BY e.id`

const newEvents = statement('live_new_events', selectEvents(''))
const eventsOf: ByInterest<Statement<Row>> = {
  all: statement('live_events_of_all', selectEvents('AND id <= $3')),
  channels: statement('live_events_of_channels', selectEvents('AND id <= $3 AND channel_id = ANY ($4::bigint[])')),
  platform: statement(
    'live_events_of_platform',
    selectEvents(`AND id <= $3 AND EXISTS (
    SELECT FROM ${tableOf('Channel')} p WHERE p.id = channel_id AND p.platform = $4)`),
  ),
}

const selectChannels = (where: string): Sql<Row> => sql`
SELECT ${expressions({ head, as_of: 'now()' })}, ${channelPart.list}, ${sessionPart.list}
FROM dm.status_journal j
LEFT JOIN LATERAL (SELECT * FROM ${tableOf('Channel')} WHERE id > $1 ${where} ORDER BY id LIMIT $2) c ON true
LEFT JOIN dm.stream_session s ON s.channel_id = c.id AND s.ended_at IS NULL
ORDER BY c.id`

const channelsOf: ByInterest<Statement<Row>> = {
  all: statement('live_channels_of_all', selectChannels('')),
  channels: statement('live_channels_of_ids', selectChannels('AND id = ANY ($3::bigint[])')),
  platform: statement('live_channels_of_platform', selectChannels('AND platform = $3')),
}
const channelsById = statement(
  'live_channels_by_id',
  sql`SELECT ${channelPart.list} FROM ${tableOf('Channel')} c WHERE c.id = ANY ($1::bigint[])`,
)

// The outer join keeps one row when nobody is live, so that the snapshot is always returned.
const selectSightings = (where: string): Sql<Row> => sql`
SELECT ${expressions({ snapshot: 'pg_current_snapshot()::text', as_of: 'now()', viewers: 'v.live_viewers', at: 'v.last_live_at' })}, ${channelPart.list}
FROM dm.status_journal j
LEFT JOIN (dm.stream_session o JOIN dm.probe_schedule v ON ${seenLately('v', 'o')}
  JOIN ${tableOf('Channel')} c ON c.id = v.channel_id) ON o.ended_at IS NULL ${where}`

const sightingsOf: ByInterest<Statement<Row>> = {
  all: statement('live_sightings_of_all', selectSightings('')),
  channels: statement('live_sightings_of_ids', selectSightings('AND c.id = ANY ($1::bigint[])')),
  platform: statement('live_sightings_of_platform', selectSightings('AND c.platform = $1')),
}

/** Channels of a page; also the most that an interest may name. */
const channelsPerPage = 500
/** Events of a page. There are few, because a client that resumes may be gone before the second page. */
const eventsPerPage = 200

const toPage = (rows: Row[], limit: number): JournalPage => ({
  more: rows.length === limit,
  head: Number(rows[0]?.head),
  prunedThrough: Number(rows[0]?.pruned_through),
  events: rows
    .filter((row) => row['e.id'] !== null)
    .map((row) => ({ event: eventPart.read(row)!, channel: channelPart.read(row)!, session: sessionPart.read(row) })),
})

/** The next events of the journal with an id above `after`, at most `limit`. */
export const readNewEvents = async (query: QueryRows, after: number, limit: number): Promise<JournalPage> =>
  toPage(await query(newEvents, [after, limit]), limit)

/** Reads through `query`, whose int8 columns come out as bigint and timestamps as Date. */
export const createStatusSource = (query: QueryRows): StatusSource => ({
  async readEvents(interest, after, through) {
    const [statement, which] = forInterest(interest, eventsOf)
    return toPage(await query(statement, [after, eventsPerPage, through, ...which]), eventsPerPage)
  },
  async readChannels(interest, after) {
    const [statement, which] = forInterest(interest, channelsOf)
    // One row more than the page says whether another page follows.
    const rows = await query(statement, [after, channelsPerPage + 1, ...which])
    return {
      more: rows.length > channelsPerPage,
      head: Number(rows[0]?.head),
      asOf: rows[0]?.as_of as Date,
      channels: rows
        .slice(0, channelsPerPage)
        .filter((row) => row['c.id'] !== null)
        .map((row) => ({ channel: channelPart.read(row)!, session: sessionPart.read(row) })),
    }
  },
  async readSightings(interest) {
    const [statement, which] = forInterest(interest, sightingsOf)
    const rows = await query(statement, which)
    const seen = rows.filter((row) => row['c.id'] !== null)
    return {
      snapshot: rows[0]?.snapshot as string,
      asOf: rows[0]?.as_of as Date,
      sightings: seen.map((row) => ({
        channel: channelPart.read(row)!,
        viewers: row.viewers as number | null,
        at: row.at as Date,
      })),
    }
  },
  readChannelsById: async (ids) => (await query(channelsById, [ids])).map((row) => channelPart.read(row)!),
})
