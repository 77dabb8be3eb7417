import {
  chaptersOf,
  type DetailStatement,
  type Details,
  type Extent,
  isAbout,
  isSameStatement,
  latestDetails,
  saidOf,
  saySame,
} from './chapters.ts'
import { isSame, later } from './instants.ts'
import { type LatestProbes, lastSighting } from './latest-probes.ts'
import type { SessionDraft, Sighting, StatusObservation } from './status-observation.ts'

/** A probe speaks of whole seconds, because its row in ClickHouse has no more. */
const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1_000) * 1_000)

const statementOf = (
  details: Details,
  { startedAt, saidAt, source }: Omit<DetailStatement, keyof Details>,
): DetailStatement[] => {
  const said = saidOf(details)
  return Object.keys(said).length === 0 ? [] : [{ startedAt, saidAt, source, ...said }]
}

const sightingOf = (sighting: Sighting | null | undefined): DetailStatement[] =>
  sighting
    ? statementOf(sighting.details ?? {}, {
        startedAt: sighting.startedAt,
        saidAt: wholeSecond(sighting.at),
        source: 'poll',
      })
    : []

/** What an observation says about the details of a broadcast. An end that names no start says nothing of them. */
const ownStatement = (seen: StatusObservation): DetailStatement[] => {
  if (seen.kind === 'not-live' || (seen.kind === 'ended' && !seen.startedAt)) return []
  const { source } = seen
  const saidAt = source === 'poll' ? wholeSecond(seen.at) : (seen.reportedAt ?? seen.at)
  return statementOf(seen.details, { startedAt: seen.kind === 'details' ? null : seen.startedAt, saidAt, source })
}

/** Whether a statement makes other chapters of any of the broadcasts. */
const makesDifference = (
  statements: readonly DetailStatement[],
  one: DetailStatement,
  sessions: readonly SessionDraft[],
): boolean =>
  sessions.some((session) => {
    if (!isAbout(one, session)) return false
    const theirs = statements.filter((other) => isAbout(other, session))
    if (theirs.every(({ saidAt }) => saidAt < one.saidAt)) {
      const latest = latestDetails(theirs, session)
      return !saySame(latest, { ...latest, ...saidOf(one) })
    }
    const [before, after] = [chaptersOf(theirs, session), chaptersOf([...theirs, one], session)]
    return (
      before.length !== after.length ||
      before.some((chapter, index) => !saySame(chapter, after[index]!) || !isSame(chapter.from, after[index]!.from))
    )
  })

/**
 * The statements to add to the log of those that are known. What a delivery says is always kept. What a probe says is kept
 * where it makes a difference: the probes that only confirm are in ClickHouse. The last probe before another broadcast is kept as
 * the word that a later delivery about the time before can not overwrite.
 */
const newStatements = (
  known: readonly DetailStatement[],
  seen: StatusObservation,
  sessions: readonly SessionDraft[],
  probes: LatestProbes,
): DetailStatement[] => {
  const added: DetailStatement[] = []
  const add = (one: DetailStatement, isKept: (all: readonly DetailStatement[]) => boolean): void => {
    const all = [...known, ...added]
    if (!all.some((other) => isSameStatement(other, one)) && isKept(all)) added.push(one)
  }
  const differs = (one: DetailStatement) => (all: readonly DetailStatement[]) => makesDifference(all, one, sessions)
  if (seen.kind === 'live' && seen.seenBefore && !isSame(seen.seenBefore.startedAt, seen.startedAt))
    for (const one of sightingOf(seen.seenBefore)) add(one, () => true)
  for (const one of ownStatement(seen)) add(one, seen.source === 'poll' ? differs(one) : () => true)
  for (const one of sightingOf(lastSighting(probes))) add(one, differs(one))
  return added
}

/** What a session shows, and the latest instant at which that was said. */
export type ShownDetails = Details & { detailsObservedAt: Date }

/** What the row of a session shows, where that is newer than every statement: its session has as many as it may, or lost them. */
const shownBy = (stored: ShownDetails | null, startedAt: Date, newest: Date | undefined): DetailStatement[] =>
  stored && !(newest && newest >= stored.detailsObservedAt)
    ? statementOf(stored, { startedAt, saidAt: stored.detailsObservedAt, source: 'poll' })
    : []

/**
 * What a session shows once the statements `added` are known beside those that were; null where nothing was said of it. `stored`
 * is what its row shows, null when it has none yet.
 */
export const shownDetails = (
  extent: Extent,
  { stored, known, added }: Record<'known' | 'added', readonly DetailStatement[]> & { stored: ShownDetails | null },
): ShownDetails | null => {
  const { startedAt } = extent
  const theirs = known.filter((one) => isAbout(one, extent))
  const newest = theirs.reduce<Date | undefined>((latest, { saidAt }) => later(saidAt, latest), undefined)
  const own = added.filter((one) => isAbout(one, extent))
  const all = [...theirs, ...shownBy(stored, startedAt, newest), ...own]
  if (all.length === 0) return null
  const blank: Details = { title: null, category: null, language: null, isMature: null }
  const named = all.map((one) => ({ ...one, startedAt }))
  const detailsObservedAt = all.reduce((latest, { saidAt }) => later(latest, saidAt), all[0]!.saidAt)
  return { ...blank, ...latestDetails(named, extent), detailsObservedAt }
}

/**
 * Sets the details of the sessions from everything that was said about them, and returns the statements that are new. The order
 * in which statements come does not matter.
 */
export const mergeDetails = (
  sessions: readonly SessionDraft[],
  known: readonly DetailStatement[],
  seen: StatusObservation,
  probes: LatestProbes,
): DetailStatement[] => {
  const added = newStatements(known, seen, sessions, probes)
  for (const session of sessions)
    Object.assign(session, shownDetails(session, { stored: session.stored, known, added }))
  return added
}
