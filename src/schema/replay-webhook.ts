import { type ReplayWebhookSuccess, replayWebhook } from '../resolvers/replay-webhook.ts'
import { builder } from './builder.ts'
import { NotFoundType, resultOf } from './problem.ts'
import { WebhookDeliveryType } from './webhook-inbox.ts'

const ReplayWebhookSuccessType = builder.objectRef<ReplayWebhookSuccess>('ReplayWebhookSuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({
    delivery: t.field({
      type: WebhookDeliveryType,
      description: 'The delivery that the replay has left in the inbox, with what became of it.',
      resolve: ({ delivery }) => delivery,
    }),
  }),
})

const ReplayWebhookResult = resultOf('ReplayWebhookResult', [ReplayWebhookSuccessType, NotFoundType])

builder.mutationField('replayWebhook', (t) =>
  t.field({
    type: ReplayWebhookResult,
    description:
      'Projects a stored genuine delivery once more: releases one that was quarantined, reads one again that an older version did not know.',
    skipTypeScopes: true,
    authScopes: { admin: true },
    args: { messageId: t.arg.string({ required: true }) },
    resolve: (_, args, context) => replayWebhook(context, args),
  }),
)
