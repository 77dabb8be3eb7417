import { type SessionSummary, sessionSummaries } from '../telemetry/session-summaries.ts'
import type { Context } from './context.ts'
import { loadProbed, probedSessions, warnOfImpossible } from './probed-rows.ts'

/** What the probes of a session add up to; all sessions of the operation share one query of each store. */
export const summaryOf = async (context: Context, { id }: { id: bigint }): Promise<SessionSummary> => {
  const { history, clock, loaders } = context
  const summary = await loaders.load('session summaries', null, id, async (ids) => {
    const sessions = await loadProbed(context, probedSessions, ids)
    warnOfImpossible(context, sessions)
    const found = await sessionSummaries(history.store, { env: history.env, sessions, now: new Date(clock()) })
    return new Map(sessions.map((session, index) => [session.sessionId, found[index]!]))
  })
  if (!summary) throw new Error(`session ${id} is gone`)
  return summary
}
