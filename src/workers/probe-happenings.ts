import { passesMark } from '../sessions/viewer-marks.ts'
import type { NewHappening } from '../stores/postgres/happenings.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { CompletedProbe, ProbeLease } from './probe-queue.ts'

/** Sessions whose average viewers make the usual, and how many there must be. */
const usualSessions = 10
const fewestSessions = 3

const usual = statement(
  'probe_usual_viewers',
  sql`SELECT ${expressions<{ channelId: bigint; usual: number }>({ channelId: 'v.id', usual: 'u.usual' })}
   FROM unnest($1::bigint[]) AS v(id)
   CROSS JOIN LATERAL (
     SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY s.average_viewers) AS usual
     FROM (SELECT average_viewers FROM dm.stream_session
       WHERE channel_id = v.id AND ended_at IS NOT NULL AND average_viewers IS NOT NULL
       ORDER BY started_at DESC LIMIT ${usualSessions}) s
     HAVING count(*) >= ${fewestSessions}) u`,
)

/** The usual viewers of channels: the median of the averages of their last ten sessions that are over; none for fewer than three. */
export const readUsualViewers = async (
  db: Transaction,
  channelIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, number>> =>
  channelIds.length === 0
    ? new Map()
    : new Map((await db.query(usual, [channelIds])).map((row) => [row.channelId, row.usual]))

/** A probe that saw a broadcast, with what was stored before it. */
type Sighting = {
  lease: ProbeLease
  at: Date
  seen: { startedAt: Date; viewerCount: number | null }
  completed: CompletedProbe
}

/** Whether the latest probe before saw the same broadcast. */
export const isSameBroadcast = ({ liveStartedAt }: Pick<ProbeLease, 'liveStartedAt'>, startedAt: Date): boolean =>
  liveStartedAt?.getTime() === startedAt.getTime()

/** A hole is as long at least. */
const shortestOutageMs = 5 * 60_000

const outage = ({ lease, at, seen: { startedAt } }: Sighting): NewHappening | null => {
  const { channelId, lastLiveAt, lastMissedAt, intervalSeconds } = lease
  if (!isSameBroadcast(lease, startedAt) || lastLiveAt === null) return null
  const from = lastMissedAt !== null && lastMissedAt > lastLiveAt ? lastMissedAt : lastLiveAt
  if (at.getTime() - from.getTime() <= Math.max(shortestOutageMs, 2_500 * intervalSeconds)) return null
  return { kind: 'outage', channelId, at, facts: { from, until: at, startedAt } }
}

const viewersPassed = ({ lease, at, seen, completed }: Sighting): NewHappening | null => {
  const { channelId, topViewers } = lease
  const { startedAt, viewerCount: viewers } = seen
  const before = isSameBroadcast(lease, startedAt) ? topViewers : null
  const { usualViewers } = completed
  if (viewers === null || !passesMark(before, viewers, usualViewers)) return null
  const facts = {
    ...{ viewers, startedAt },
    ...(before !== null && { viewersBefore: before }),
    ...(usualViewers !== null && { usualViewers }),
  }
  return { kind: 'viewers-passed', channelId, at, facts }
}

/** What sightings make happen: viewers passed a mark, or a broadcast was not observed for a while. */
export const probeHappenings = (sightings: readonly Sighting[]): NewHappening[] => {
  const happenings: NewHappening[] = []
  for (const sighting of sightings)
    for (const happening of [outage(sighting), viewersPassed(sighting)]) if (happening) happenings.push(happening)
  return happenings
}
