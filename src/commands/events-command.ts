import { z } from 'zod'
import { UsageError } from '../lib/errors.ts'
import { readJournalState } from '../live/journal.ts'
import { decodeJournalCursor, encodeJournalCursor } from '../live/journal-cursor.ts'
import type { JournalEvent } from '../live/status-source.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import type { Answer } from './answer.ts'
import type { Command } from './command.ts'
import { findChannel, handleArgument, platformOf } from './find-channel.ts'
import { followEvents, type JournalPosition } from './follow-events.ts'
import { type EventFilter, type NamedEvent, newestEvents, nextEvents } from './read-events.ts'
import { type StoreContext, storeCommand } from './store-command.ts'
import { instant, matching, oneOf } from './values.ts'
import { instantOrNull } from './words.ts'

/** How many events are shown unless an option says another number or where to begin. */
const usual = 20

const pageSize = 500

const types = ['stream_start', 'stream_end', 'connection_test'] as const

const result = z.object({
  cursor: z.string().describe('its place in the journal, for --after and for subscriptions'),
  type: z.string().describe(types.join(', ')),
  channel: z
    .object({
      id: z.string(),
      channelId: z.string(),
      platform: z.string(),
      slug: z.string().nullable(),
    })
    .describe('the channel: id (its ULID), channelId, platform and slug'),
  previousStatus: z.string().describe('the status before it: online, offline or unknown'),
  newStatus: z.string().describe('the status from it on; the previous one where it is about a past broadcast'),
  source: z.string().describe('who told it: poll, webhook or operator'),
  occurredAt: z.iso.datetime().describe('when it happened on the platform'),
  receivedAt: z.iso.datetime().describe('when we received it'),
  processedAt: z.iso.datetime().describe('when the database was updated'),
  sessionStartedAt: z.iso.datetime().nullable().describe('the start of the broadcast that it is about; null for none'),
  platformEventId: z.string().nullable().describe('the id of the message of the platform; null without one'),
  data: z.unknown().describe('what is known of it besides, an object or null'),
})

const lineOf = ({ eventTimestamp, eventType, previousStatus, newStatus, source, channel }: NamedEvent): string =>
  [
    eventTimestamp.toISOString(),
    eventType.padEnd(15),
    (previousStatus === newStatus ? newStatus : `${previousStatus} → ${newStatus}`).padEnd(18),
    source.padEnd(8),
    `${channel.currentSlug ?? `account ${channel.platformUserId}`} (${channel.platform})`,
  ].join('  ')

type Tell = (event: NamedEvent) => void

const teller =
  ({ tell }: Answer<z.infer<typeof result>>, epoch: () => string): Tell =>
  (event) =>
    tell(
      {
        cursor: encodeJournalCursor(epoch(), event.id),
        type: event.eventType,
        channel: {
          id: event.channel.externalId,
          channelId: event.channel.id.toString(),
          platform: event.channel.platform,
          slug: event.channel.currentSlug,
        },
        previousStatus: event.previousStatus,
        newStatus: event.newStatus,
        source: event.source,
        occurredAt: event.eventTimestamp.toISOString(),
        receivedAt: event.receivedTimestamp.toISOString(),
        processedAt: event.processedTimestamp.toISOString(),
        sessionStartedAt: instantOrNull(event.sessionStartedAt),
        platformEventId: event.platformEventId,
        data: event.eventData,
      },
      lineOf(event),
    )

/** Whether an event that has just come is one of those that were asked for. */
const isWanted = ({ event, channel }: JournalEvent, { channelId, platform, type, since }: EventFilter): boolean =>
  (channelId === undefined || channel.id === channelId) &&
  (platform === undefined || channel.platform === platform) &&
  (type === undefined || event.eventType === type) &&
  (since === undefined || event.eventTimestamp >= since)

type Start = { filter: EventFilter; after: { epoch: string; id: bigint } | undefined; limit: number | undefined }

/** Tells what the journal holds up to a position: from where it was asked on, or the newest ones. */
const tellPast = async (
  { services: { db }, signal }: StoreContext,
  { filter, after, limit }: Start,
  { epoch, head }: JournalPosition,
  tell: Tell,
): Promise<void> => {
  if (after && after.epoch !== epoch)
    throw new UsageError('--after is a cursor of another journal: the database was replaced or restored.')
  const through = head
  if (!after && !filter.since) {
    for (const event of await newestEvents(db, { filter, after: 0, through, limit: limit ?? usual })) tell(event)
    return
  }
  let pending = limit ?? Number.POSITIVE_INFINITY
  for (let last = Number(after?.id ?? 0); pending > 0 && !signal.aborted; ) {
    const asked = Math.min(pageSize, pending)
    const page = await nextEvents(db, { filter, after: last, through, limit: asked })
    for (const event of page) tell(event)
    if (page.length < asked) return
    pending -= page.length
    last = Number(page.at(-1)!.id)
  }
}

/** Tells the journal of status events. */
export const eventsCommand = storeCommand({
  name: 'events',
  summary: 'tell what began and ended, as the journal has it, and follow it',
  details: [
    `They come in the order in which we learned of them. Without --since and --after it begins with the newest ${usual}.`,
    'With --follow it goes on until Ctrl-C; a script goes on later with --after and the last cursor that it got.',
  ],
  arguments: { handle: handleArgument },
  options: {
    platform: {
      about: 'only events of this platform; with a name, where the channel is',
      value: oneOf(builtInPlatforms.map(({ name }) => name)),
    },
    type: { about: 'only events of this type', value: oneOf(types) },
    since: { about: 'only events that happened at this instant or later', value: instant },
    until: { about: 'only events that happened before this instant', value: instant },
    after: {
      about: 'only events after this place in the journal',
      value: matching('<cursor>', /^[\w-]{1,120}$/, 'the cursor of an event, as --json tells it'),
    },
    limit: {
      about: 'at most so many of those that are there already',
      value: matching('<number>', /^[1-9]\d{0,4}$/, 'a whole number from 1 to 99999'),
    },
    follow: { about: 'go on with what comes' },
  },
  check({ since, until, after, follow }) {
    if (since && after) return 'Give --since or --after, not both.'
    if (until && follow) return 'Give --until or --follow, not both.'
    return since && until && until <= since ? '--until must be after --since.' : undefined
  },
  examples: [
    { call: 'events --follow', about: 'the newest 20, and then everything as it happens' },
    { call: 'events astral_walrus29 --since now-24h', about: 'one channel in the last day' },
    { call: 'events --since 2026-11-22 --until 2026-11-23', about: 'everything of a day' },
    { call: 'events --type stream_start --follow --json', about: 'starts for a script, one JSON object a line' },
  ],
  result,
  async run({ handle, platform, type, since, until, after, limit, follow }, context) {
    const { services, signal } = context
    const { db, log } = services
    const channel = handle && (await findChannel(db, handle, platformOf(handle, platform)))
    const filter = { channelId: channel?.id, platform: channel ? undefined : platform, type, since, until }
    const start: Start = {
      filter,
      after: after === undefined ? undefined : decodeJournalCursor(after),
      limit: limit === undefined ? undefined : Number(limit),
    }
    let epoch = ''
    const tell = teller(context, () => epoch)
    if (!follow) {
      const position = await readJournalState(db.query)
      epoch = position.epoch
      await tellPast(context, start, position, tell)
      return true
    }
    const begin = async (position: JournalPosition): Promise<void> => {
      const isFirst = epoch === ''
      epoch = position.epoch
      if (isFirst) await tellPast(context, start, position, tell)
      else context.say('The journal was replaced or lost its newest events; it goes on from here.')
    }
    await followEvents({ db, log, signal }, begin, (events) => {
      for (const { event, channel } of events.filter((one) => isWanted(one, filter))) tell({ ...event, channel })
    })
    return true
  },
}) satisfies Command<StoreContext>
