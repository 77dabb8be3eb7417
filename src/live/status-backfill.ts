import { encodeJournalCursor } from './journal-cursor.ts'
import type { FollowedLog, Given, LogPosition } from './log-backfill.ts'
import type { StatusChange, StatusSnapshot } from './message.ts'
import type { FeedItem } from './recent-items.ts'
import { SharedSnapshot, type SnapshotPart } from './shared-snapshot.ts'
import type { JournalEvent, SnapshotPage, StatusSource } from './status-source.ts'
import type { Subscriber } from './subscriber.ts'

/** An event as an item of the feed. */
export const feedItem = (epoch: string, { event, channel, session }: JournalEvent): FeedItem => {
  const cursor = encodeJournalCursor(epoch, event.id)
  const message: StatusChange = { kind: 'StatusChange', event, channel, session, cursor }
  return { seq: Number(event.id), channelId: Number(event.channelId), platform: channel.platform, message }
}

const snapshotMessages = ({ channels, asOf, more }: SnapshotPage, cursor: string): StatusSnapshot[] =>
  channels.map(({ channel, session }, index) => {
    const isLast = !more && index === channels.length - 1
    return { kind: 'StatusSnapshot', channel, session, cursor, asOf, isLast }
  })

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
const giveSnapshots = async (subscriber: Subscriber, source: StatusSource, journal: LogPosition): Promise<Given> => {
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
    has: ({ channelId, seq }: FeedItem) => seq <= parts.find(({ lastId }) => channelId <= lastId)!.head,
  }
  return { through: parts[0]!.head, ...(parts.length > 1 && { contained }) }
}

/** The journal as subscriptions begin in it: with snapshots, or with the events after a cursor. */
export const journalLog = (source: StatusSource, position: () => LogPosition): FollowedLog => ({
  position,
  async read({ interest }, after, through) {
    const { events, more, head, prunedThrough } = await source.readEvents(interest, after, through)
    const lastId = Number(events.at(-1)?.event.id ?? 0)
    const items = events.map((event) => feedItem(position().epoch, event))
    return { items, next: more ? lastId : null, head, prunedThrough, lastId }
  },
  first: (subscriber, at) => giveSnapshots(subscriber, source, at),
})
