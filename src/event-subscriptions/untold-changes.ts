import type { Platform } from '../platforms/platform.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** How many changes of status a delivery of a type should have told, and how many of them only polling saw. */
export type ToldChanges = { expected: number; untold: number }

/** The changes of one bucket, counted from 0, that one type of event should have told. */
export type TypeChanges = ToldChanges & { bucket: number; platform: string; event: string }

/** Which changes are meant. */
export type ChangesFilter = {
  /** Changes at `from <= t < to`, in milliseconds since the epoch. */
  from: number
  to: number
  /** What tells of a start and of an end. */
  starts: readonly string[]
  ends: readonly string[]
  channelId: bigint | null
  platform: string | null
  event: string | null
}

/** To count them: `edges` are the ends of the buckets, in milliseconds since the epoch. */
export type ChangesRequest = ChangesFilter & { edges: readonly number[] }

/** A start or an end of a broadcast that no delivery told, although one should have. */
export type UntoldChange = {
  channelId: bigint
  sessionId: bigint
  change: 'stream_start' | 'stream_end'
  /** The type of the delivery that is missing, as the platform names it. */
  event: string
  at: Date
  /** When the answer to the poll came that showed it. */
  noticedAt: Date
}

/** A delivery may tell a change that polling saw first for as long as this. */
export const tellingMs = 30 * 60_000

/** The events that tell of starts and of ends, of all platforms that deliver any. */
export const tellingEvents = (platforms: Iterable<Platform>): Pick<ChangesFilter, 'starts' | 'ends'> => {
  const types = [...platforms].flatMap(({ eventSubscriptions }) => eventSubscriptions?.types ?? [])
  const telling = (end: 'start' | 'end') =>
    types.filter(({ expected }) => expected === end || expected === 'start-and-end').map(({ event }) => event)
  return { starts: telling('start'), ends: telling('end') }
}

// The journal finds the sessions, because it has an index by time. A session says the strongest source of its start and its end: polling
// only where no delivery told it, before or after.
const changes = `(
     SELECT channel_id, session_started_at, event_type, min(received_timestamp) AS noticed_at FROM dm.status_event
     WHERE event_timestamp >= $1 AND event_timestamp < $2 AND event_type IN ('stream_start', 'stream_end')
       AND ($5::bigint IS NULL OR channel_id = $5)
     GROUP BY 1, 2, 3) told
   JOIN dm.stream_session s ON s.channel_id = told.channel_id AND s.started_at = told.session_started_at
   CROSS JOIN LATERAL (
     SELECT s.started_at AS at, s.start_source AS source, $3::text[] AS events WHERE told.event_type = 'stream_start'
     UNION ALL
     SELECT s.ended_at, s.end_source, $4::text[] WHERE told.event_type = 'stream_end') v
   JOIN dm.streamer_channel c ON c.id = s.channel_id
   JOIN dm.event_subscription e ON e.channel_id = s.channel_id AND e.event = ANY (v.events)
   WHERE v.at >= $1 AND v.at < $2 AND v.source IN ('webhook', 'poll') AND e.status = 'active' AND e.updated_at <= v.at
     AND ($6::text IS NULL OR c.platform = $6) AND ($7::text IS NULL OR e.event = $7)`

const valuesOf = ({ from, to, starts, ends, channelId, platform, event }: ChangesFilter): unknown[] => [
  ...[new Date(from), new Date(to), starts, ends],
  ...[channelId, platform, event],
]

const countChanges = statement(
  'webhook_untold_changes',
  sql`SELECT ${expressions<TypeChanges>({
    bucket: 'width_bucket(v.at, $8::timestamptz[]) - 1',
    platform: 'c.platform',
    event: 'e.event',
    expected: 'count(*)::int',
    untold: `(count(*) FILTER (WHERE v.source = 'poll'))::int`,
  })}
   FROM ${changes}
   GROUP BY 1, 2, 3`,
)

/**
 * Counts the starts and ends of broadcasts while an event subscription that tells of them was active, which it still is, by bucket and type. One
 * statement; none without a bucket.
 */
export const countToldChanges = async (db: Transaction, request: ChangesRequest): Promise<TypeChanges[]> => {
  const { edges, from, to } = request
  if (edges.length === 0 || from >= to) return []
  return db.query(countChanges, [...valuesOf(request), edges.map((ms) => new Date(ms))])
}

const listChanges = statement(
  'webhook_untold_list',
  sql`SELECT ${expressions<UntoldChange>({
    channelId: 's.channel_id',
    sessionId: 's.id',
    change: 'told.event_type',
    event: 'e.event',
    at: 'v.at',
    noticedAt: 'told.noticed_at',
  })}
   FROM ${changes} AND v.source = 'poll'
     AND ($8::timestamptz IS NULL OR (v.at, s.id, told.event_type, e.event) < ($8, $9::bigint, $10::text, $11::text))
   ORDER BY v.at DESC, s.id DESC, told.event_type DESC, e.event DESC
   LIMIT $12`,
)

type Place = Pick<UntoldChange, 'at' | 'sessionId' | 'change' | 'event'>

/** The changes that are counted as untold, newest first, after the place `beyond`. One statement. */
export const listUntoldChanges = async (
  db: Transaction,
  { beyond, limit, ...filter }: ChangesFilter & { beyond: Place | null; limit: number },
): Promise<UntoldChange[]> => {
  if (filter.from >= filter.to) return []
  const place = [beyond?.at ?? null, beyond?.sessionId ?? null, beyond?.change ?? null, beyond?.event ?? null]
  return db.query(listChanges, [...valuesOf(filter), ...place, limit])
}
