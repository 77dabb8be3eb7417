import { encodeJournalCursor, type JournalCursor } from './journal-cursor.ts'
import type { StatusChange, StatusGap, StatusSnapshot } from './message.ts'
import { SharedSnapshot, type SnapshotPart } from './shared-snapshot.ts'
import type { JournalEvent, SnapshotPage, StatusSource } from './status-source.ts'
import type { Contained, Subscriber } from './subscriber.ts'

/** The epoch of the journal and the id up to which its events are in the feed. */
export type JournalPosition = { readonly epoch: string; readonly position: number }

/** The cursor from which a caller wants to go on, as text and decoded. */
export type ResumePoint = { readonly text: string; readonly cursor: JournalCursor }

/** What a subscriber has after a part of its backfill. `gap` says why events are missing; null means that it was closed. */
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

/** One part of the snapshots: channels of the interest with an id above `after`. */
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
 * Sends snapshots of the channels, part by part. Each part is true for the instant of its reading, and is shared by all who ask
 * for the same. All carry the cursor of the first, so that a subscription that goes on from any of them misses nothing.
 */
const giveSnapshots = async (
  subscriber: Subscriber,
  source: StatusSource,
  journal: JournalPosition,
): Promise<Given> => {
  const { epoch, position } = journal
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

/** Sends the events of the journal after `at` up to the position of the feed. */
const replay = async (
  subscriber: Subscriber,
  source: StatusSource,
  at: number,
  journal: JournalPosition,
): Promise<Given> => {
  const target = Math.max(at, journal.position)
  for (let through = at, first = true; first || through < target; first = false) {
    const { events, more, head, prunedThrough } = await source.readEvents(subscriber.interest, through, target)
    if (prunedThrough > through) return { gap: pruned }
    if (head < through) return { gap: ahead }
    through = more ? Number(events.at(-1)!.event.id) : target
    const missed = events.filter(({ event }) =>
      subscriber.wants({ seq: Number(event.id), channelId: Number(event.channelId) }),
    )
    if (!(await subscriber.push(missed.map((event) => changeMessage(journal.epoch, event))))) return null
  }
  return { through: target }
}

/**
 * Sends a subscriber what comes before live items: snapshots, or with `after` the events since then. It must have joined
 * already, so that no item is missed in between. Items that the feed drops meanwhile are read from the journal.
 */
export const backfillStatus = async (
  subscriber: Subscriber,
  after: ResumePoint | null,
  source: StatusSource,
  journal: () => JournalPosition,
): Promise<void> => {
  const sendGap = (reason: string): Promise<boolean> => {
    const { epoch, position } = journal()
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
    if (after.cursor.epoch === journal().epoch && after.cursor.id <= Number.MAX_SAFE_INTEGER)
      at = Number(after.cursor.id)
    else if (!(await sendGap(after.cursor.epoch === journal().epoch ? ahead : anotherJournal))) return
  }
  for (;;) {
    const now = journal()
    const backfilled: Given =
      at !== null ? await replay(subscriber, source, at, now) : await giveSnapshots(subscriber, source, now)
    if (!backfilled) return
    if ('gap' in backfilled) {
      at = null
      if (!(await sendGap(backfilled.gap))) return
      continue
    }
    at = backfilled.through
    if (subscriber.release(backfilled.through, backfilled.contained)) return
  }
}
