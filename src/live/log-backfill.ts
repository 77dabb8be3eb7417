import { encodeJournalCursor, type JournalCursor } from './journal-cursor.ts'
import type { StatusGap } from './message.ts'
import type { FeedItem } from './recent-items.ts'
import type { Contained } from './shared-snapshot.ts'
import type { Subscriber } from './subscriber.ts'

/** The epoch of a log and the id up to which its items are in the feed. */
export type LogPosition = { readonly epoch: string; readonly position: number }

/** The cursor from which a caller wants to go on, as text and decoded. */
export type ResumePoint = { readonly text: string; readonly cursor: JournalCursor }

/** Items of a log in order, seen when `head` was its last id. `next` is where the next page begins; null after the last one. */
export type LogPage = {
  items: FeedItem[]
  next: number | null
  head: number
  prunedThrough: number
  /** The last id that was read, also where it made no item. */
  lastId: number
}

/** What a subscriber has after a part of its backfill. `gap` says why items are missing; null means that it was closed. */
export type Given = { through: number; contained?: Contained } | { gap: string } | null

/** A log that subscriptions begin in. */
export type FollowedLog = {
  position(): LogPosition
  /** A page of the items with after < id <= through that the subscriber is interested in. */
  read(subscriber: Subscriber, after: number, through: number): Promise<LogPage>
  /** What a subscriber gets that does not go on from a cursor. */
  first(subscriber: Subscriber, at: LogPosition): Promise<Given>
}

const anotherLog = 'The cursor belongs to another journal: the database was replaced or restored.'
const pruned = 'Events after the cursor are older than the retention and were removed.'
const ahead = 'The cursor is ahead of the journal: the database was replaced or restored.'

/** Sends the items of the log after `at` up to the position of the feed. */
const replay = async (
  subscriber: Subscriber,
  log: FollowedLog,
  at: number,
  { position }: LogPosition,
): Promise<Given> => {
  const target = Math.max(at, position)
  for (let through = at, first = true; first || through < target; first = false) {
    const { items, next, head, prunedThrough } = await log.read(subscriber, through, target)
    if (prunedThrough > through) return { gap: pruned }
    if (head < through) return { gap: ahead }
    through = next ?? target
    const missed = items.filter((item) => subscriber.wants(item))
    if (!(await subscriber.push(missed.map(({ message }) => message)))) return null
  }
  return { through: target }
}

/**
 * Sends a subscriber what comes before live items: what one gets first, or with `after` the items since then. It must have joined
 * already, so that no item is missed in between. Items that the feed drops meanwhile are read from the log.
 */
export const backfill = async (subscriber: Subscriber, after: ResumePoint | null, log: FollowedLog): Promise<void> => {
  const sendGap = (reason: string): Promise<boolean> => {
    const { epoch, position } = log.position()
    const gap: StatusGap = {
      kind: 'StatusGap',
      after: after?.text ?? null,
      cursor: encodeJournalCursor(epoch, position),
      reason,
    }
    return subscriber.push([gap])
  }
  let at: number | null = null
  if (after) {
    const { epoch } = log.position()
    if (after.cursor.epoch === epoch && after.cursor.id <= Number.MAX_SAFE_INTEGER) at = Number(after.cursor.id)
    else if (!(await sendGap(after.cursor.epoch === epoch ? ahead : anotherLog))) return
  }
  for (;;) {
    const now = log.position()
    const given: Given = at !== null ? await replay(subscriber, log, at, now) : await log.first(subscriber, now)
    if (!given) return
    if ('gap' in given) {
      at = null
      if (!(await sendGap(given.gap))) return
      continue
    }
    at = given.through
    if (subscriber.release(given.through, given.contained)) return
  }
}
