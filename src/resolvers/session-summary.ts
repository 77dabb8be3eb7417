import { statement } from '../stores/postgres/statement.ts'
import { type SessionKey, type SessionSummary, sessionSummaries } from '../telemetry/session-summaries.ts'
import type { Context } from './context.ts'

const sessionKeys = statement(
  'session_keys',
  `SELECT s.id, c.platform, c.platform_user_id AS "platformUserId", s.started_at AS "startedAt", s.ended_at AS "endedAt"
   FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id
   WHERE s.id = ANY ($1::bigint[])`,
)

/** What the probes of a session add up to; all sessions of the operation share one query of each store. */
export const summaryOf = async (
  { databases, history, clock, loaders }: Context,
  { id }: { id: bigint },
): Promise<SessionSummary> => {
  const summary = await loaders.load('session summaries', null, id, async (ids) => {
    const sessions = await databases.dm.query<SessionKey & { id: bigint }>(sessionKeys, [ids])
    const found = await sessionSummaries(history.store, { env: history.env, sessions, now: new Date(clock()) })
    return new Map(sessions.map((session, index) => [session.id, found[index]!]))
  })
  if (!summary) throw new Error(`session ${id} is gone`)
  return summary
}
