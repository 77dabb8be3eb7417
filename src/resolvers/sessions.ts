import type { StreamSession } from '../../prisma/generated/client/client.ts'
import type { Clock } from '../lib/clock.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type Connection, connectionOf, type PageArguments, pageOf, pageRequest } from './page.ts'
import { byId, paddedIds } from './prisma-selection.ts'
import { requireRange } from './time-range.ts'

/** The list that cursors of sessions are signed for. */
export const sessionList = 'sessions by start'

// An open end is beyond every instant, so the same condition bounds the index scan with and without each limit.
const sessionsOf = (direction: 'DESC' | 'ASC', beyond: string) => `
SELECT s.id, s.channel_id AS "channelId", s.started_at AS "startedAt", s.ended_at AS "endedAt", s.end_source AS "endSource",
  s.platform_stream_id AS "platformStreamId", s.title, s.category, s.language, s.created_at AS "createdAt", s.updated_at AS "updatedAt"
FROM unnest($1::bigint[]) AS c (id)
CROSS JOIN LATERAL (
  SELECT * FROM dm.stream_session s
  WHERE s.channel_id = c.id AND ${beyond}
    AND s.started_at < coalesce($4::timestamptz, 'infinity')
    AND (s.started_at >= coalesce($3::timestamptz, '-infinity') OR coalesce(s.ended_at, 'infinity') > $3::timestamptz)
  ORDER BY s.started_at ${direction} LIMIT $2) s`

const newestFirst = statement(
  'sessions_of_channels',
  sessionsOf('DESC', `s.started_at < coalesce($5::timestamptz, 'infinity')`),
)
const oldestFirst = statement(
  'sessions_of_channels_backward',
  sessionsOf('ASC', `s.started_at > coalesce($5::timestamptz, '-infinity')`),
)

/** The sessions with these internal ids, in one statement; ids without a session are left out. */
export const findSessions = async ({ prisma }: Context, ids: readonly bigint[]): Promise<Map<bigint, StreamSession>> =>
  ids.length === 0 ? new Map() : byId(await prisma.streamSession.findMany({ where: { id: { in: paddedIds(ids) } } }))

/** The session with this global id; null when there is none. */
export const streamSession = async (context: Context, id: string): Promise<StreamSession | null> => {
  const key = requireNode('id', 'StreamSession', id)
  return (await findSessions(context, [key])).get(key) ?? null
}

/**
 * A page of a channel's sessions, newest first; with a range those that overlap it. One statement serves every channel of
 * the operation that asks for the same page.
 */
export const sessionsOfChannel = async (
  context: Context,
  channelId: bigint,
  { range, ...page }: PageArguments & { range?: TimeRange | null },
): Promise<Connection<StreamSession>> => {
  const span = range == null ? null : requireRange('range', range)
  const request = await pageRequest(context, sessionList, page)
  const rows = await context.loaders.load(sessionList, { request, span }, channelId, async (channelIds) =>
    Map.groupBy(
      await context.databases.dm.query<StreamSession>(request.backward ? oldestFirst : newestFirst, [
        channelIds,
        request.limit + 1,
        span?.from ?? null,
        span?.to ?? null,
        request.beyond?.[0] ?? null,
      ]),
      (row) => row.channelId,
    ),
  )
  return connectionOf(pageOf(rows ?? [], request), await context.cursors.known(), sessionList, (row) => [
    row.startedAt.toISOString(),
    row.id.toString(),
  ])
}

const largestInt = 2 ** 31 - 1

/** How long a session lasted, or has lasted until now, in whole seconds that an Int can carry. */
export const durationSeconds = ({ startedAt, endedAt }: StreamSession, now: Clock): number =>
  Math.min(Math.max(0, Math.floor(((endedAt?.getTime() ?? now()) - startedAt.getTime()) / 1000)), largestInt)
