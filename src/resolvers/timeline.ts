import type { Bucket } from '../telemetry/buckets.ts'
import { type SessionTimeline, sessionTimelines } from '../telemetry/session-timeline.ts'
import type { Context } from './context.ts'
import { probedSessions, warnOfImpossible } from './probed-rows.ts'
import { defaultMaxPoints } from './series.ts'
import { loadAllTold } from './told-rows.ts'

const kinds = ['probes', 'chat', 'follows'] as const

/** Viewers, chat and follows of a session in the same buckets; all sessions of the operation with the same arguments share one query of each kind. */
export const timelineOf = async (
  context: Context,
  { id }: { id: bigint },
  args: { bucket?: Bucket | null; maxPoints?: number | null; chatters: boolean },
): Promise<SessionTimeline> => {
  const { databases, history, clock, loaders } = context
  const asked = {
    bucket: args.bucket ?? ('AUTO' as const),
    maxPoints: args.maxPoints ?? defaultMaxPoints,
    chatters: args.chatters,
  }
  const timeline = await loaders.load('session timelines', asked, id, async (ids) => {
    const completeThrough = new Date(Math.min(...kinds.map((kind) => history.completeThrough(kind).getTime())))
    const lost = kinds.flatMap(history.lost)
    const sessions = await loadAllTold(context, probedSessions, ids)
    warnOfImpossible(context, sessions)
    const now = new Date(clock())
    const known = { env: history.env, sessions, now, completeThrough, lost }
    return sessionTimelines(history.store, databases.dm, { ...asked, ...known })
  })
  if (!timeline) throw new Error(`session ${id} is gone`)
  if (timeline instanceof Error) throw timeline
  return timeline
}
