import type { DetailStatement } from '../../../src/sessions/chapters.ts'
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
  const statements: DetailStatement[] = []
  let status: Status = 'unknown'
  let since: Date | null = null
  let looks: LatestProbes = noProbes

  const neighbourhood = () => {
    const ordered = [...sessions.values()].toSorted((a, b) => +a.startedAt - +b.startedAt)
    return ordered.map((session, i) => ({ ...session, nextStartedAt: ordered[i + 1]?.startedAt ?? null }))
  }

  return {
    sessions,
    statements,
    events,
    get status() {
      return status
    },
    /** Since when the channel has its status on the platform. */
    get since() {
      return since
    },
    get looks() {
      return looks
    },
    /** What a poll or a webhook showed; a poll's look is kept before it is decided about. */
    observe(seen: StatusObservation) {
      let observation = seen
      if (seen.source === 'poll' && (seen.kind === 'live' || seen.kind === 'not-live')) {
        if (seen.kind === 'live') observation = { ...seen, seenBefore: lastSighting(looks) }
        const [startedAt, details] = seen.kind === 'live' ? [seen.startedAt, seen.details] : [null, {}]
        looks = withProbe(looks, seen.at, startedAt, details)
      }
      const decision = decideStatus(
        { status, latestProbes: looks, sessions: neighbourhood(), ends, statements },
        observation,
      )
      status = decision.status ?? status
      since = decision.statusSince ?? since
      for (const session of decision.sessions) {
        if (
          session.endedAt === null &&
          [...sessions.values()].some((one) => one.endedAt === null && +one.startedAt !== +session.startedAt)
        )
          throw new Error('two sessions without an end')
        sessions.set(+session.startedAt, session)
      }
      ends.push(...decision.ends)
      statements.push(...decision.statements)
      events.push(...decision.events)
      return decision
    },
  }
}
