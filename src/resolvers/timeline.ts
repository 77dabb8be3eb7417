import { statement } from '../stores/postgres/statement.ts'
import type { Bucket } from '../telemetry/buckets.ts'
import { type SessionTimeline, sessionTimelines, type WatchedSession } from '../telemetry/session-timeline.ts'
import type { Context } from './context.ts'
import { defaultMaxPoints } from './series.ts'

const watchedSessions = statement(
  'watched_sessions',
  `SELECT s.id AS "sessionId", s.started_at AS "startedAt", s.ended_at AS "endedAt", c.id AS "channelId", c.platform,
     c.platform_user_id AS "platformUserId", c.first_seen_at AS "firstSeenAt", p.last_probed_at AS "lastProbedAt",
     CASE WHEN p.active THEN p.interval_seconds END AS "intervalSeconds"
   FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id
     LEFT JOIN dm.probe_schedule p ON p.channel_id = c.id
   WHERE s.id = ANY ($1::bigint[])`,
)

const kinds = ['probes', 'chat', 'follows'] as const

/** Viewers, chat and follows of a session on one axis; all sessions of the operation that ask the same share one query of each kind. */
export const timelineOf = async (
  { databases, history, clock, loaders }: Context,
  { id }: { id: bigint },
  args: { bucket?: Bucket | null; maxPoints?: number | null; chatters: boolean },
): Promise<SessionTimeline> => {
  const asked = {
    bucket: args.bucket ?? ('AUTO' as const),
    maxPoints: args.maxPoints ?? defaultMaxPoints,
    chatters: args.chatters,
  }
  const timeline = await loaders.load('session timelines', asked, id, async (ids) => {
    const completeThrough = new Date(Math.min(...kinds.map((kind) => history.completeThrough(kind).getTime())))
    const sessions = await databases.dm.query<WatchedSession>(watchedSessions, [ids])
    const now = new Date(clock())
    return sessionTimelines(history.store, databases.dm, { ...asked, env: history.env, sessions, now, completeThrough })
  })
  if (!timeline) throw new Error(`session ${id} is gone`)
  if (timeline instanceof Error) throw timeline
  return timeline
}
