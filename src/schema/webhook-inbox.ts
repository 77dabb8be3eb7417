import { parseJson } from '../platforms/parse-json.ts'
import { lagOf, type ReplayWebhookSuccess, replayWebhook, webhookInbox } from '../resolvers/webhook-inbox.ts'
import type { InboxDelivery } from '../telemetry/webhook-inbox.ts'
import { adminMutation, builder } from './builder.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { NotFoundType, resultOf } from './problem.ts'
import { TimeRangeInput } from './time-range.ts'

const WebhookDeliveryType = builder.objectRef<InboxDelivery>('WebhookDelivery').implement({
  description: 'A delivery of a platform as it came, or what claimed to be one.',
  authScopes: { operator: true },
  fields: (t) => ({
    messageId: t.exposeString('messageId', { description: 'The platform’s id of the delivery.' }),
    source: t.exposeString('source', { description: 'The platform.' }),
    eventType: t.exposeString('eventType', { description: 'As claimed.' }),
    verified: t.exposeBoolean('verified', { description: 'Whether the platform signed it.' }),
    outcome: t.exposeString('outcome', { description: 'What became of it.' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime' }),
    lagMs: t.int({
      nullable: true,
      description: 'Time from the platform’s timestamp to the receipt; null where that is unreadable.',
      resolve: lagOf,
    }),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The body; null where it is not JSON.',
      // JSON that is nested too deep counts as none.
      resolve: ({ payload }) => parseJson(payload) ?? null,
    }),
  }),
})

builder.queryField('webhookInbox', (t) =>
  t.field({
    type: connectionOfType(WebhookDeliveryType),
    description: 'Deliveries of the platforms, genuine or not, newest first; range is about receivedAt.',
    authScopes: { operator: true },
    args: {
      range: t.arg({ type: TimeRangeInput }),
      eventType: t.arg.string(),
      verified: t.arg.boolean(),
      ...forwardArguments,
    },
    resolve: (_, args, context) => webhookInbox(context, args),
  }),
)

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

builder.mutationField('replayWebhook', (t) =>
  t.field({
    type: resultOf('ReplayWebhookResult', [ReplayWebhookSuccessType, NotFoundType]),
    description:
      'Projects a stored genuine delivery once more: releases one that was quarantined, reads one again that an older version did not know.',
    ...adminMutation,
    args: { messageId: t.arg.string({ required: true }) },
    resolve: (_, args, context) => replayWebhook(context, args),
  }),
)
