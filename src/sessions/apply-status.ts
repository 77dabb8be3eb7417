import { columnsOfRows, jsonRows } from '../lib/json-rows.ts'
import { inRounds } from '../lib/rounds.ts'
import { columnNames, columnsOf, expressions, recordset, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, notInFuture, sql, statement } from '../stores/postgres/statement.ts'
import { affectedBroadcasts, decideStatus, type StatusDecision, type StatusState } from './decide-status.ts'
import type { StatusEventDraft } from './derive-status-events.ts'
import { appendStatements, findStatements } from './detail-log.ts'
import { eventData } from './event-data.ts'
import { isSame, later } from './instants.ts'
import { liveDetails, noProbes, probeInstants } from './latest-probes.ts'
import type { Broadcast, ReportedEnd } from './reported-end.ts'
import { detailFields, type Session, type Status, type StatusObservation } from './status-observation.ts'

/** The channel of Postgres that is notified when new status events are committed; the payload is the highest id. Only a hint. */
export const statusNotifyChannel = 'channelscope_status'

/** Locks in id order, so that two batches with the same channels never deadlock. */
export const lockChannels = statement(
  'status_lock_channels',
  sql`SELECT ${narrowed<{ id: bigint; status: Status }>(select('Channel', ['id', 'status']))}
   FROM ${tableOf('Channel')} WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE`,
)

// Not part of the locking statement: a statement that waited for a lock sees other tables as they were before the wait.
const readProbes = statement(
  'status_read_looks',
  sql`SELECT ${select('ProbeSchedule', ['channelId', ...probeInstants], 's')}, ${liveDetails('s')}
   FROM ${tableOf('ProbeSchedule')} s WHERE channel_id = ANY ($1::bigint[])`,
)

const sessionFields = [
  'channelId',
  'startedAt',
  'startSource',
  'endedAt',
  'endSource',
  'lastLiveAt',
  'toldLiveAt',
  'detailsObservedAt',
  ...detailFields,
] as const

// Of each channel: the newest two sessions, two sessions before or at each named instant and one after it, and those with a named id.
const readSessions = statement(
  'status_read_sessions',
  sql`SELECT ${narrowed<Session & { channelId: bigint }>(select('StreamSession', sessionFields, 's'))},
   ${expressions<{ nextStartedAt: Date | null }>({
     nextStartedAt: `(SELECT min(n.started_at) FROM dm.stream_session n
       WHERE n.channel_id = s.channel_id AND n.started_at > s.started_at)`,
   })}
   FROM dm.stream_session s WHERE s.id IN (
     SELECT o.id FROM unnest($1::bigint[]) AS v(channel_id) CROSS JOIN LATERAL (
       SELECT id FROM dm.stream_session WHERE channel_id = v.channel_id ORDER BY started_at DESC LIMIT 2) o
     UNION SELECT o.id FROM unnest($2::bigint[], $3::timestamptz[]) AS v(channel_id, at) CROSS JOIN LATERAL (
       (SELECT id FROM dm.stream_session WHERE channel_id = v.channel_id AND started_at <= v.at ORDER BY started_at DESC LIMIT 2)
       UNION ALL
       (SELECT id FROM dm.stream_session WHERE channel_id = v.channel_id AND started_at > v.at ORDER BY started_at LIMIT 1)) o
     UNION SELECT o.id FROM unnest($4::bigint[], $5::text[]) AS v(channel_id, stream_id) CROSS JOIN LATERAL (
       SELECT id FROM dm.stream_session WHERE channel_id = v.channel_id AND platform_stream_id = v.stream_id) o)`,
)

const endFields = ['channelId', 'startedAt', 'platformStreamId', 'endedAt', 'source'] as const

// Of each broadcast: the latest end with its start, the latest with its id, and the latest of its time with neither.
const readEnds = statement(
  'status_read_ends',
  sql`SELECT ${narrowed<ReportedEnd & { channelId: bigint }>(select('ToldEnd', endFields, 'e'))}
   FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[]) AS v(channel_id, started_at, next_started_at, stream_id)
   CROSS JOIN LATERAL (
     SELECT DISTINCT ON (e.started_at, e.platform_stream_id) e.*
     FROM dm.told_end e
     WHERE e.channel_id = v.channel_id AND e.ended_at >= v.started_at
       AND (e.started_at = v.started_at OR e.platform_stream_id = v.stream_id
         OR (e.started_at IS NULL AND e.platform_stream_id IS NULL AND e.ended_at < coalesce(v.next_started_at, 'infinity')))
     ORDER BY e.started_at, e.platform_stream_id, e.ended_at DESC, e.source DESC) e`,
)

const writeEnds = statement(
  'status_write_ends',
  `INSERT INTO dm.told_end (${columnNames('ToldEnd', endFields)})
   SELECT v.* FROM json_to_recordset($1) AS v(${recordset('ToldEnd', endFields)})
   ON CONFLICT DO NOTHING`,
)

const writeChannels = statement(
  'status_write_channels',
  `UPDATE dm.streamer_channel c SET
     status = coalesce(v.status, c.status),
     last_status_change_at = ${notInFuture('v."statusSince"')},
     last_seen_online_at = greatest(c.last_seen_online_at, ${notInFuture('v."lastLiveAt"')}),
     last_seen_at = greatest(c.last_seen_at, ${notInFuture('v.at')}),
     status_observed_at = CASE WHEN v.status IS NULL THEN c.status_observed_at
       ELSE greatest(c.status_observed_at, ${notInFuture('v.at')}) END,
     updated_at = now()
   FROM json_to_recordset($1) AS v("channelId" bigint, status text, "statusSince" timestamptz, at timestamptz, "lastLiveAt" timestamptz)
   WHERE c.id = v."channelId"`,
)

const writtenInstants: { readonly [Field in (typeof sessionFields)[number]]?: string } = {
  endedAt: 'CASE WHEN v."endedAt" > now() THEN greatest(v."startedAt", now()) ELSE v."endedAt" END',
  lastLiveAt: notInFuture('v."lastLiveAt"'),
  toldLiveAt: notInFuture('v."toldLiveAt"'),
  detailsObservedAt: notInFuture('v."detailsObservedAt"'),
}

// Ended sessions are written first, so that a channel never has two without an end.
const writeSessions = statement(
  'status_write_sessions',
  `INSERT INTO dm.stream_session AS s (${columnNames('StreamSession', sessionFields)})
   SELECT ${sessionFields.map((field) => writtenInstants[field] ?? `v."${field}"`).join(', ')}
   FROM json_to_recordset($1) AS v(ordinal integer, ${recordset('StreamSession', sessionFields)})
   ORDER BY v.ordinal
   ON CONFLICT (channel_id, started_at) DO UPDATE SET updated_at = now(),
     ${columnsOf('StreamSession', sessionFields.slice(2))
       .map(({ name }) => `${name} = excluded.${name}`)
       .join(', ')}`,
)

/** Held until the commit, so that the next id belongs to a later commit: id order is commit order. */
export const lockJournal = statement('journal_lock', `SELECT pg_advisory_xact_lock(hashtext('dm.status_event'))`)

/**
 * SQL for the three instants of an event: event_timestamp is when it happened on the platform, received_timestamp is when we
 * received it, and processed_timestamp is now. Here, and only here, they are put in order: of two clocks ours is believed before
 * the platform's, and the database's before ours.
 */
export const orderedInstants = (occurred: string, received: string, now: string): string =>
  [`least(${occurred}, ${received}, ${now})`, `least(${received}, ${now})`, now]
    .map((instant) => `date_trunc('milliseconds', ${instant})`)
    .join(', ')

const appendEvents = statement(
  'journal_append',
  `WITH told AS MATERIALIZED (SELECT clock_timestamp() AS now),
   appended AS (
     INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, platform_event_id,
       event_timestamp, received_timestamp, processed_timestamp, event_data)
     SELECT v."channelId", v."sessionStartedAt", v.type, v."previousStatus", v."newStatus", v.source, v."platformEventId",
       ${orderedInstants('v."occurredAt"', 'v."receivedAt"', 'told.now')}, v.data
     FROM json_to_recordset($1) AS v(ordinal integer, "channelId" bigint, "sessionStartedAt" timestamptz, type text, "previousStatus" text,
       "newStatus" text, source text, "platformEventId" text, "occurredAt" timestamptz, "receivedAt" timestamptz, data jsonb), told
     ORDER BY v.ordinal
     RETURNING id)
   SELECT max(id) AS "lastId", pg_notify('${statusNotifyChannel}', max(id)::text) FROM appended`,
)

type Decided = { seen: StatusObservation; decision: StatusDecision }

/** The instants of an observation that sessions may lie around. */
const namedInstants = (seen: StatusObservation): Date[] => {
  if (seen.kind === 'live') return seen.seenBefore ? [seen.startedAt, seen.seenBefore.startedAt] : [seen.startedAt]
  if (seen.kind === 'details') return [seen.reportedAt ?? seen.at]
  return seen.kind === 'ended' ? [seen.startedAt ?? seen.endedAt] : []
}

const readState = async (
  tx: Transaction,
  observations: readonly StatusObservation[],
): Promise<{ seen: StatusObservation; state: StatusState }[]> => {
  const ids = observations.map((seen) => seen.channelId)
  const statuses = new Map((await tx.query(lockChannels, [ids])).map(({ id, status }) => [id, status]))
  const latestProbes = new Map((await tx.query(readProbes, [ids])).map(({ channelId, ...row }) => [channelId, row]))
  const named = observations.flatMap((seen) => namedInstants(seen).map((at) => ({ id: seen.channelId, at })))
  const ended = observations.flatMap((seen) => (seen.kind === 'ended' && seen.platformStreamId ? [seen] : []))
  const values = [ids, ...columnsOfRows(named, 'id', 'at'), ...columnsOfRows(ended, 'channelId', 'platformStreamId')]
  const sessions = Map.groupBy(await tx.query(readSessions, values), (row) => row.channelId)
  const states = observations.flatMap((seen) => {
    const { channelId } = seen
    const status = statuses.get(channelId)
    if (!status) return []
    const found = { latestProbes: latestProbes.get(channelId) ?? noProbes, sessions: sessions.get(channelId) ?? [] }
    return { seen, state: { ...found, status } }
  })
  const broadcasts = states.flatMap(({ seen, state }) =>
    affectedBroadcasts(state, seen).map((broadcast) => ({ ...broadcast, channelId: seen.channelId })),
  )
  const ends = Map.groupBy(await findEnds(tx, broadcasts), (row) => row.channelId)
  const statements = Map.groupBy(await findStatements(tx, broadcasts), (row) => row.channelId)
  return states.map(({ seen, state }) => {
    const [told, said] = [ends.get(seen.channelId) ?? [], statements.get(seen.channelId) ?? []]
    return { seen, state: { ...state, ends: told, statements: said } }
  })
}

const findEnds = async (tx: Transaction, broadcasts: readonly (Broadcast & { channelId: bigint })[]) =>
  broadcasts.length === 0
    ? []
    : tx.query(readEnds, [
        ...columnsOfRows(broadcasts, 'channelId', 'startedAt', 'nextStartedAt'),
        broadcasts.map(({ platformStreamId }) => platformStreamId ?? null),
      ])

const channelRow = ({ seen, decision }: Decided): object => ({
  channelId: seen.channelId,
  status: decision.status,
  statusSince: decision.statusSince,
  at: seen.reportedAt ?? seen.at,
  lastLiveAt: seen.kind === 'live' ? seen.at : null,
})

const eventRow = (seen: StatusObservation, draft: StatusEventDraft): object => {
  const { channelId, source, platformEventId, receivedAt } = seen
  const { because: _, ...event } = draft
  const { occurredAt } = event
  // An end that follows from other observations was received with the last of them, and so not before it happened.
  const isOwn = event.type === 'stream_start' || (seen.kind === 'ended' && isSame(seen.endedAt, occurredAt))
  const received = isOwn ? receivedAt : later(receivedAt, occurredAt)
  return { ...event, channelId, source, platformEventId, receivedAt: received, data: eventData(seen, draft) }
}

const applyRound = async (tx: Transaction, observations: readonly StatusObservation[]): Promise<bigint[]> => {
  const states = await readState(tx, observations)
  const decided = states.map(({ seen, state }): Decided => ({ seen, decision: decideStatus(state, seen) }))
  const moved = decided.filter(({ decision }) => decision.statusSince !== undefined)
  if (moved.length > 0) await tx.query(writeChannels, [jsonRows(moved.map(channelRow))])
  const sessions = decided.flatMap(({ seen: { channelId }, decision }) =>
    decision.sessions.map((session, ordinal) => ({ ...session, channelId, ordinal })),
  )
  if (sessions.length > 0) await tx.query(writeSessions, [jsonRows(sessions)])
  const ends = decided.flatMap(({ seen: { channelId }, decision }) =>
    decision.ends.map((end) => ({ ...end, channelId })),
  )
  if (ends.length > 0) await tx.query(writeEnds, [jsonRows(ends)])
  await appendStatements(
    tx,
    decided.flatMap(({ seen: { channelId }, decision }) => decision.statements.map((one) => ({ ...one, channelId }))),
  )
  const events = decided.flatMap(({ seen, decision }) => decision.events.map((draft) => eventRow(seen, draft)))
  if (events.length > 0) {
    await tx.query(lockJournal)
    await tx.query(appendEvents, [jsonRows(events.map((event, ordinal) => ({ ordinal, ...event })))])
  }
  return decided.flatMap(({ seen, decision }) => (decision.status === undefined ? [] : [seen.channelId]))
}

/**
 * Applies observations inside `tx`: status, session and journal change together or not at all. The probe that made an
 * observation must be in dm.probe_schedule already. Returns the channels whose status changed. Each time that one channel
 * appears costs five statements when nothing changes, else at most twelve.
 */
export const applyStatus = async (tx: Transaction, observations: readonly StatusObservation[]): Promise<bigint[]> => {
  const changed = new Set<bigint>()
  for (const round of inRounds(observations, ({ channelId }) => channelId))
    for (const id of await applyRound(tx, round)) changed.add(id)
  return [...changed]
}
