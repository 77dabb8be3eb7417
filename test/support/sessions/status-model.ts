import { decideStatus } from '../../../src/sessions/decide-status.ts'
import type { StatusEventDraft } from '../../../src/sessions/derive-status-events.ts'
import { type LatestProbes, lastSighting, noProbes, withProbe } from '../../../src/sessions/latest-probes.ts'
import type { ReportedEnd } from '../../../src/sessions/reported-end.ts'
import type { Session, Status, StatusObservation } from '../../../src/sessions/status-observation.ts'

/** One channel's rows, reduced to what deciding needs, changed the way the store changes them. */
export const createStatusModel = () => {
  const sessions = new Map<number, Session>()
  const events: StatusEventDraft[] = []
  const ends: ReportedEnd[] = []
  let status: Status = 'unknown'
  let looks: LatestProbes = noProbes

  const neighbourhood = () => {
    const ordered = [...sessions.values()].toSorted((a, b) => +a.startedAt - +b.startedAt)
    return ordered.map((session, i) => ({ ...session, nextStartedAt: ordered[i + 1]?.startedAt ?? null }))
  }

  return {
    sessions,
    events,
    get status() {
      return status
    },
    get looks() {
      return looks
    },
    /** What a poll or a webhook showed; a poll's look is kept before it is decided about. */
    observe(seen: StatusObservation) {
      let observation = seen
      if (seen.source === 'poll' && (seen.kind === 'live' || seen.kind === 'not-live')) {
        if (seen.kind === 'live') observation = { ...seen, seenBefore: lastSighting(looks) }
        looks = withProbe(looks, seen.at, seen.kind === 'live' ? seen.startedAt : null)
      }
      const decision = decideStatus({ status, latestProbes: looks, sessions: neighbourhood(), ends }, observation)
      status = decision.status ?? status
      for (const session of decision.sessions) {
        if (
          session.endedAt === null &&
          [...sessions.values()].some((one) => one.endedAt === null && +one.startedAt !== +session.startedAt)
        )
          throw new Error('two sessions without an end')
        sessions.set(+session.startedAt, session)
      }
      ends.push(...decision.ends)
      events.push(...decision.events)
      return decision
    },
  }
}
