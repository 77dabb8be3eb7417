import type { ModelRows } from '../../prisma/generated/models.ts'
import { type FactOf, factsOf } from '../stores/postgres/model.ts'
import { earlier, isSame, later } from './instants.ts'
import type { StatusSource } from './status-observation.ts'

/** What a statement says about a broadcast; absent or null where it does not say. */
export type Details = Partial<Pick<ModelRows['StreamSession'], FactOf<'StreamSession'>>>

/** The fields of `Details`. */
export const saidFields = factsOf('StreamSession')

/** Something that was said about the details of a broadcast, as it was said. */
export type DetailStatement = Details & {
  /** The start of the broadcast; null where the statement names none, and so is about the one that was on at that time. */
  startedAt: Date | null
  saidAt: Date
  source: StatusSource
}

/** A stretch of a broadcast in which all of its details stay the same. */
export type Chapter = Required<Details> & {
  from: Date
  /** The start of the next chapter, else the end of the broadcast; null while that lasts. */
  until: Date | null
  /** Who said what it began with. */
  source: StatusSource
}

/** When a broadcast was on, and when the channel's next one began. */
export type Extent = { startedAt: Date; endedAt: Date | null; nextStartedAt: Date | null }

/**
 * So many statements name one broadcast at most, and so many of a day name none. More of them change what a session shows, and
 * are no chapters.
 */
export const maxStatements = 250

/** Whether a statement is about a broadcast: it names its start, or it names none and was said while it was on. */
export const isAbout = (
  { startedAt, saidAt }: DetailStatement,
  { endedAt, nextStartedAt, ...one }: Extent,
): boolean => {
  if (startedAt) return isSame(startedAt, one.startedAt)
  const isOver = (endedAt !== null && saidAt > endedAt) || (nextStartedAt !== null && saidAt >= nextStartedAt)
  return saidAt >= one.startedAt && !isOver
}

/** What is said, without what is not. */
export const saidOf = (details: Details): Details =>
  Object.fromEntries(saidFields.flatMap((field) => (details[field] == null ? [] : [[field, details[field]]])))

/** Of two values that were said at the same instant the greater one counts, so that their order does not matter. */
const greater = <Value extends string | boolean>(a: Value | null | undefined, b: Value | null | undefined) =>
  a == null || (b != null && b > a) ? b : a

/** What two statements of the same instant say together. */
export const together = (a: Details, b: Details): Details =>
  saidOf(Object.fromEntries(saidFields.map((field) => [field, greater<string | boolean>(a[field], b[field])])))

/** Whether both say the same; what is not said is null. */
export const saySame = (a: Details, b: Details): boolean =>
  saidFields.every((field) => (a[field] ?? null) === (b[field] ?? null))

/** Whether two statements are the same one, told twice. */
export const isSameStatement = (a: DetailStatement, b: DetailStatement): boolean =>
  isSame(a.startedAt, b.startedAt) && isSame(a.saidAt, b.saidAt) && a.source === b.source && saySame(a, b)

/** What `said` changes of `known`: blanks never overwrite. */
const carried = (known: Details, said: Details): Required<Details> =>
  Object.fromEntries(saidFields.map((field) => [field, said[field] ?? known[field] ?? null])) as Required<Details>

/** The statements of each instant as one, in the order of instants. Of sources that say the same the first in the alphabet counts. */
const byInstant = (statements: readonly DetailStatement[]): { at: Date; source: StatusSource; said: Details }[] =>
  [...Map.groupBy(statements, ({ saidAt }) => saidAt.getTime())]
    .sort(([a], [b]) => a - b)
    .map(([ms, same]) => ({
      at: new Date(ms),
      source: same.map(({ source }) => source).sort()[0]!,
      said: same.reduce<Details>(together, {}),
    }))

/**
 * The chapters of a broadcast, oldest first, from everything that was said about it, in any order and with repetitions. What was
 * first said of a field counts from the start, because nobody said otherwise before. What was said before the start or after the
 * end counts as said then. A broadcast of which nothing was said has none.
 */
export const chaptersOf = (statements: readonly DetailStatement[], extent: Extent): Chapter[] => {
  const told = byInstant(statements.filter((one) => isAbout(one, extent)))
  if (told.length === 0) return []
  let known = told.reduceRight<Details>((first, { said }) => carried(first, said), {})
  const begun: Omit<Chapter, 'until'>[] = [{ ...carried({}, known), from: extent.startedAt, source: told[0]!.source }]
  for (const { at, source, said } of told) {
    const next = carried(known, said)
    if (saySame(next, known)) continue
    known = next
    const from = earlier(later(extent.startedAt, at), extent.endedAt)
    // A chapter without a length is left out, unless it is the last.
    if (isSame(begun.at(-1)!.from, from)) begun.pop()
    const before = begun.at(-1)
    if (!before || !saySame(before, next)) begun.push({ ...next, from, source })
  }
  return begun.map((chapter, index) => ({ ...chapter, until: begun[index + 1]?.from ?? extent.endedAt }))
}

/** The chapter at an instant; the last one also at the end. Undefined outside of the broadcast. */
export const chapterAt = (chapters: readonly Chapter[], at: Date): Chapter | undefined => {
  const begun = chapters.findLast(({ from }) => from <= at)
  return begun && (begun.until === null || at <= begun.until) ? begun : undefined
}

/** What is known of a broadcast after everything that was said about it. */
export const latestDetails = (statements: readonly DetailStatement[], extent: Extent): Details =>
  byInstant(statements.filter((one) => isAbout(one, extent))).reduce<Details>(
    (known, { said }) => carried(known, said),
    {},
  )
