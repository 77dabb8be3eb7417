import { unavailable } from '../lib/errors.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { type InboxDelivery, readInbox } from '../telemetry/webhook-inbox.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import { type NotFound, notFound } from './problems.ts'
import { requireRange } from './time-range.ts'
import { requireWellFormed } from './well-formed.ts'

export type WebhookInboxArguments = Pick<PageArguments, 'first' | 'after'> & {
  range?: TimeRange | null
  eventType?: string | null
  verified?: boolean | null
}

const list = 'webhook deliveries by receipt'

/** The range of all stored deliveries. */
const always: TimeRange = { from: new Date(0), to: new Date(8.64e15) }

/** A page of the received deliveries, genuine or not, newest first. */
export const webhookInbox = async (
  context: Context,
  { range, eventType, verified, ...page }: WebhookInboxArguments,
): Promise<Connection<InboxDelivery>> => {
  const span = range == null ? always : requireRange('range', range)
  const { store, env } = context.history
  const read = ({ beyond, limit }: PageRequest) =>
    readInbox(store, {
      env,
      ...span,
      eventType: eventType == null ? null : requireWellFormed('eventType', eventType),
      verified: verified ?? null,
      beyond: beyond && { receivedAt: new Date(Number(beyond[0])), messageId: beyond[1] },
      limit,
    })
  return readPage(context, list, page, read, ({ receivedAt, messageId }) => [String(receivedAt.getTime()), messageId])
}

const maxInt32 = 2 ** 31 - 1

/** Milliseconds from the platform's timestamp to the receipt, cut at 32 bits; null when the timestamp is unreadable. */
export const lagOf = ({ sentAt, receivedAt }: InboxDelivery): number | null =>
  sentAt && Math.min(Math.max(receivedAt.getTime() - sentAt.getTime(), -maxInt32), maxInt32)

export type ReplayWebhookSuccess = { __typename: 'ReplayWebhookSuccess'; delivery: InboxDelivery }

/** Projects a stored genuine delivery once more. Effects that it had before stay as they are. */
export const replayWebhook = async (
  context: Context,
  { messageId }: { messageId: string },
): Promise<ReplayWebhookSuccess | NotFound> => {
  const { replayDelivery } = context
  if (!replayDelivery) throw unavailable('This server projects no webhooks; ask one that receives them.')
  const delivery = await replayDelivery(requireWellFormed('messageId', messageId), context)
  if (delivery === null) return notFound('No genuine delivery with this messageId is stored.')
  return { __typename: 'ReplayWebhookSuccess', delivery }
}
