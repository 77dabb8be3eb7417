import type { Channel } from '../../prisma/generated/client/client.ts'
import { type ChannelIdentity, channelIdentity, channelIdsByPlatformUserIds } from '../channels/channel-lookup.ts'
import { unavailable } from '../lib/errors.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { inboxKey, readHeaders, type WebhookHeader } from '../telemetry/webhook-headers.ts'
import { firstDelivery, type InboxDelivery, readInbox } from '../telemetry/webhook-inbox.ts'
import type { Outcome } from '../telemetry/webhook-outcome.ts'
import { cutLag } from '../telemetry/webhook-statistics.ts'
import { parseChannelReference } from './channel-reference.ts'
import { channelIdOf, findChannels } from './channels.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import type { PrismaSelection } from './prisma-selection.ts'
import { type NotFound, notFound } from './problems.ts'
import { requireRange } from './time-range.ts'
import { requireWellFormed } from './well-formed.ts'

export type WebhookInboxArguments = Pick<PageArguments, 'first' | 'after'> & {
  range?: TimeRange | null
  channel?: string | null
  eventType?: string | null
  verified?: boolean | null
  outcome?: Outcome | null
  outcomes?: readonly Outcome[] | null
}

const list = 'webhook deliveries by receipt'

/** The range of all stored deliveries. */
const always: TimeRange = { from: new Date(0), to: new Date(8.64e15) }

/** The account behind the id of a channel; null where there is no such channel. */
export const accountOf = async (context: Context, channel: string): Promise<ChannelIdentity | null> => {
  const id = await channelIdOf(context, parseChannelReference('channel', channel))
  return id === null ? null : channelIdentity(context.databases.dm, id)
}

/** The outcomes that both arguments let through; null for all. */
const wantedOutcomes = (outcome: Outcome | null = null, outcomes: readonly Outcome[] | null = null) => {
  if (outcome === null) return outcomes
  return outcomes === null || outcomes.includes(outcome) ? [outcome] : []
}

/** A page of the received deliveries, genuine or not, newest first; none of a channel that is not known. */
export const webhookInbox = async (
  context: Context,
  { range, channel, eventType, verified, outcome, outcomes, ...page }: WebhookInboxArguments,
): Promise<Connection<InboxDelivery>> => {
  const span = range == null ? always : requireRange('range', range)
  const { store, env } = context.history
  const account = channel == null ? null : await accountOf(context, channel)
  const isNowhere = channel != null && account === null
  const read = async ({ beyond, limit }: PageRequest) => {
    if (isNowhere) return []
    return readInbox(store, {
      env,
      ...span,
      channel: account,
      eventType: eventType == null ? null : requireWellFormed('eventType', eventType),
      verified: verified ?? null,
      outcomes: wantedOutcomes(outcome, outcomes),
      beyond: beyond && { receivedAt: new Date(Number(beyond[0])), messageId: beyond[1] },
      limit,
    })
  }
  return readPage(context, list, page, read, ({ receivedAt, messageId }) => [String(receivedAt.getTime()), messageId])
}

/** The headers of a delivery; null where none were kept. One query for all of an operation. */
export const headersOf = async (context: Context, delivery: InboxDelivery): Promise<WebhookHeader[] | null> => {
  const { store, env } = context.history
  const found = await context.loaders.load('webhook headers', null, inboxKey(delivery), (keys) =>
    readHeaders(
      store,
      env,
      keys.map((key) => {
        const space = key.indexOf(' ')
        return { receivedAt: new Date(Number(key.slice(0, space))), messageId: key.slice(space + 1) }
      }),
    ),
  )
  return found ?? null
}

/** The delivery with this id that was received at this instant, or without one the first that is genuine; null when there is none. */
export const webhookDelivery = async (
  { history: { store, env } }: Context,
  { messageId, receivedAt }: { messageId: string; receivedAt?: Date | null },
): Promise<InboxDelivery | null> => {
  const id = requireWellFormed('messageId', messageId)
  if (receivedAt == null) return firstDelivery(store, env, id)
  const [found] = await readInbox(store, {
    ...{ env, from: receivedAt, to: receivedAt, channel: null, eventType: null, verified: null, outcomes: null },
    // The next text after the id: of the instant the delivery itself comes first, if it is there.
    beyond: { receivedAt, messageId: `${id}\u0001` },
    limit: 1,
  })
  return found?.messageId === id ? found : null
}

/** The channel that a delivery is about; null where it names none or one that is not tracked. Two statements for all of a platform. */
export const channelOfDelivery = async (
  context: Context,
  { source, channelUserId }: InboxDelivery,
  selection: PrismaSelection,
): Promise<Channel | null> => {
  if (channelUserId === '') return null
  const channelId = await context.loaders.load('channel by account', source, channelUserId, (userIds) =>
    channelIdsByPlatformUserIds(context.databases.dm, source, userIds),
  )
  if (channelId === undefined) return null
  const found = await context.loaders.load('channel', selection, channelId, (ids) =>
    findChannels(context, ids, selection),
  )
  // It may have been deleted since.
  return found ?? null
}

/** Milliseconds from the platform's timestamp to the receipt, cut at 32 bits; null when the timestamp is unreadable. */
export const lagOf = ({ sentAt, receivedAt }: InboxDelivery): number | null =>
  sentAt && cutLag(receivedAt.getTime() - sentAt.getTime())

/** Why a delivery was not used, as a sentence; null where nothing was wrong. */
export const reasonOf = ({ reason }: InboxDelivery): string | null =>
  reason === '' ? null : `${reason[0]!.toUpperCase()}${reason.slice(1)}${reason.endsWith('.') ? '' : '.'}`

export type ReplayWebhookSuccess = { __typename: 'ReplayWebhookSuccess'; delivery: InboxDelivery }

/** Projects a stored genuine delivery once more. Effects that it had before stay as they are. */
export const replayWebhook = async (
  context: Context,
  { messageId }: { messageId: string },
): Promise<ReplayWebhookSuccess | NotFound> => {
  const { replayDelivery } = context
  if (!replayDelivery) throw unavailable('This server projects no webhooks; ask one that receives them.')
  const delivery = await replayDelivery(requireWellFormed('messageId', messageId), context)
  if (delivery === null) return notFound('No genuine delivery with this messageId is stored with its payload.')
  return { __typename: 'ReplayWebhookSuccess', delivery }
}
