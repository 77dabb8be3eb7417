import { encodeJournalCursor, type JournalCursor } from './journal-cursor.ts'
import type { StatusChange, StatusGap, StatusSnapshot } from './message.ts'
import { SharedSnapshot, type SnapshotPart } from './shared-snapshot.ts'
import type { JournalEvent, SnapshotPage, StatusSource } from './status-source.ts'
import type { Contained, Subscriber } from './subscriber.ts'

/** The journal as far as it was told to the lanes. */
export type JournalPosition = { readonly epoch: string; readonly position: number }

/** Where a caller wants to go on: the text it sent and what it means. */
export type ResumePoint = { readonly text: string; readonly cursor: JournalCursor }

/** What a subscriber has after a part of its start; `gap` says why events are missing, null that it was closed. */
type Given = { through: number; contained?: Contained } | { gap: string } | null

const anotherJournal = 'The cursor belongs to another journal: the database was replaced or restored.'
const pruned = 'Events after the cursor are older than the retention and were removed.'
const ahead = 'The cursor is ahead of the journal: the database was replaced or restored.'

/** The message about an event. */
export const changeMessage = (epoch: string, { event, channel, session }: JournalEvent): StatusChange => ({
  kind: 'StatusChange',
  event,
  channel,
  session,
  cursor: encodeJournalCursor(epoch, event.id),
})

const snapshotMessages = ({ channels, asOf }: SnapshotPage, cursor: string): StatusSnapshot[] =>
  channels.map(({ channel, session }) => ({ kind: 'StatusSnapshot', channel, session, cursor, asOf }))

/** One part of the snapshots: the channels of the interest with id > after. */
const takePart = async (
  subscriber: Subscriber,
  source: StatusSource,
  epoch: string,
  after: number,
  cursor: string | null,
): Promise<SnapshotPart> => {
  const page = await source.readChannels(subscriber.interest, after)
  const first = cursor ?? encodeJournalCursor(epoch, page.head)
  return {
    head: page.head,
    cursor: first,
    lastId: page.more ? Number(page.channels.at(-1)!.channel.id) : Number.POSITIVE_INFINITY,
    bodies: await subscriber.render(snapshotMessages(page, first)),
    next: page.more ? new SharedSnapshot() : null,
  }
}

/**
 * Snapshots of the channels, part by part, each with what was true when it was read, and shared by everyone who asks for the
 * same. All carry the cursor of the first, so that whoever goes on from any of them misses nothing.
 */
const giveSnapshots = async (subscriber: Subscriber, source: StatusSource, place: JournalPosition): Promise<Given> => {
  const { epoch, position } = place
  const parts: { lastId: number; head: number }[] = []
  let cursor: string | null = null
  for (let shared: SharedSnapshot | null = subscriber.audience.snapshot; shared; ) {
    const [after, known]: [number, string | null] = [parts.at(-1)?.lastId ?? 0, cursor]
    const part: SnapshotPart = await shared.get(position, () => takePart(subscriber, source, epoch, after, known))
    if (!(await subscriber.pushBodies(part.bodies))) return null
    parts.push({ lastId: part.lastId, head: part.head })
    cursor ??= part.cursor
    shared = part.next
  }
  const contained = {
    through: parts.at(-1)!.head,
    has: (channelId: number, seq: number) => seq <= parts.find(({ lastId }) => channelId <= lastId)!.head,
  }
  return { through: parts[0]!.head, ...(parts.length > 1 && { contained }) }
}

/** The events after `at` up to where the lanes are, from the journal. */
const replay = async (
  subscriber: Subscriber,
  source: StatusSource,
  at: number,
  place: JournalPosition,
): Promise<Given> => {
  const target = Math.max(at, place.position)
  for (let through = at, first = true; first || through < target; first = false) {
    const { events, more, head, prunedThrough } = await source.readEvents(subscriber.interest, through, target)
    if (prunedThrough > through) return { gap: pruned }
    if (head < through) return { gap: ahead }
    through = more ? Number(events.at(-1)!.event.id) : target
    const missed = events.filter(({ event }) =>
      subscriber.wants({ seq: Number(event.id), channelId: Number(event.channelId) }),
    )
    if (!(await subscriber.push(missed.map((event) => changeMessage(place.epoch, event))))) return null
  }
  return { through: target }
}

/**
 * Gives a subscriber what comes before live items: snapshots, or with `after` the events since then. It joined before, so
 * that no item falls between; when the feed loses some that it still has to wait for, the journal has them.
 */
export const backfillStatus = async (
  subscriber: Subscriber,
  after: ResumePoint | null,
  source: StatusSource,
  place: () => JournalPosition,
): Promise<void> => {
  const tellGap = (reason: string): Promise<boolean> => {
    const { epoch, position } = place()
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
    if (after.cursor.epoch === place().epoch && after.cursor.id <= Number.MAX_SAFE_INTEGER) at = Number(after.cursor.id)
    else if (!(await tellGap(after.cursor.epoch === place().epoch ? ahead : anotherJournal))) return
  }
  for (;;) {
    const now = place()
    const given: Given =
      at !== null ? await replay(subscriber, source, at, now) : await giveSnapshots(subscriber, source, now)
    if (!given) return
    if ('gap' in given) {
      at = null
      if (!(await tellGap(given.gap))) return
      continue
    }
    at = given.through
    if (subscriber.release(given.through, given.contained)) return
  }
}
