import { unavailable } from '../lib/errors.ts'
import type { InboxDelivery } from '../telemetry/webhook-inbox.ts'
import type { Context } from './context.ts'
import { type NotFound, notFound } from './problems.ts'
import { requireWellFormed } from './well-formed.ts'

export type ReplayWebhookSuccess = { __typename: 'ReplayWebhookSuccess'; delivery: InboxDelivery }
export type ReplayWebhookResult = ReplayWebhookSuccess | NotFound

/** Projects a stored genuine delivery once more. Effects that it had before stay as they are. */
export const replayWebhook = async (
  context: Context,
  { messageId }: { messageId: string },
): Promise<ReplayWebhookResult> => {
  const { replayDelivery } = context
  if (!replayDelivery) throw unavailable('This server projects no webhooks; ask one that receives them.')
  const delivery = await replayDelivery(requireWellFormed('messageId', messageId), context)
  if (delivery === null) return notFound('No genuine delivery with this messageId is stored.')
  return { __typename: 'ReplayWebhookSuccess', delivery }
}
