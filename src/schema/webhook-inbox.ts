import { queryFromInfo } from '@pothos/plugin-prisma'
import { parseJson } from '../platforms/parse-json.ts'
import {
  channelOfDelivery,
  headersOf,
  lagOf,
  type ReplayWebhookSuccess,
  reasonOf,
  replayWebhook,
  webhookDelivery,
  webhookInbox,
} from '../resolvers/webhook-inbox.ts'
import type { WebhookHeader } from '../telemetry/webhook-headers.ts'
import type { InboxDelivery } from '../telemetry/webhook-inbox.ts'
import { type Outcome, outcomeMeanings } from '../telemetry/webhook-outcome.ts'
import { adminMutation, builder } from './builder.ts'
import { ChannelType } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { NotFoundType, resultOf } from './problem.ts'
import { TimeRangeInput } from './time-range.ts'

/** What became of a delivery, with a sentence each. */
export const WebhookOutcomeEnum = builder.enumType('WebhookOutcome', {
  description: 'What became of a delivery.',
  values: Object.fromEntries(
    Object.entries(outcomeMeanings).map(([outcome, description]) => [outcome, { description }]),
  ) as Record<Outcome, { description: string }>,
})

const WebhookHeaderType = builder.objectRef<WebhookHeader>('WebhookHeader').implement({
  description: 'A header of a delivery.',
  authScopes: { operator: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'In lower case.' }),
    value: t.exposeString('value', { description: 'As it came, its first 512 characters.' }),
  }),
})

const WebhookDeliveryType = builder.objectRef<InboxDelivery>('WebhookDelivery').implement({
  description: 'A delivery of a platform as it came, or what claimed to be one.',
  authScopes: { operator: true },
  fields: (t) => ({
    messageId: t.exposeString('messageId', { description: 'The platform’s id of the delivery.' }),
    source: t.exposeString('source', { description: 'The platform.' }),
    channelUserId: t.string({
      nullable: true,
      description:
        'The channel that it says it is about, as the platform identifies it; null where it names none that can be read.',
      resolve: ({ channelUserId }) => channelUserId || null,
    }),
    channel: t.field({
      type: ChannelType,
      nullable: true,
      description: 'The channel that it says it is about; null where it names none or one that is not tracked.',
      resolve: (delivery, _, context, info) => channelOfDelivery(context, delivery, queryFromInfo({ context, info })),
    }),
    eventType: t.exposeString('eventType', { description: 'As claimed.' }),
    verified: t.exposeBoolean('verified', { description: 'Whether the platform signed it.' }),
    outcome: t.expose('outcome', { type: WebhookOutcomeEnum, description: 'What became of it.' }),
    reason: t.string({
      nullable: true,
      description: 'Why it was rejected, kept aside or not used, in a sentence; null where nothing was wrong.',
      resolve: reasonOf,
    }),
    repeatOf: t.string({
      nullable: true,
      description:
        'Of a REPEATED one the messageId of the delivery that came first, which has the payload: its own where the platform sent it again. Null for others, and where the first is not known any more.',
      resolve: ({ repeatOf }) => repeatOf || null,
    }),
    leftOut: t.exposeInt('leftOut', {
      description:
        'How many more with this outcome came since the one before and were not kept, because too many came at once.',
    }),
    replay: t.exposeBoolean('replay', {
      description: 'Whether it is no receipt: an operator had a stored delivery projected once more.',
    }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime' }),
    lagMs: t.int({
      nullable: true,
      description: 'Time from the platform’s timestamp to the receipt; null where that is unreadable.',
      resolve: lagOf,
    }),
    headers: t.field({
      type: [WebhookHeaderType],
      nullable: true,
      description:
        'The headers of the platform as they came, with content-type and user-agent; none of those who forwarded it. Null of deliveries that were received before headers were kept, and of tests that an operator sent. One query more for all deliveries of the operation.',
      extensions: { listSize: () => 8 },
      resolve: (delivery, _, context) => headersOf(context, delivery),
    }),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The body; null where it is not JSON, and where it is that of the delivery in repeatOf.',
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
      channel: t.arg.id({
        description: 'Those that say they are about it: a global id, a ULID or a decimal channelId.',
      }),
      eventType: t.arg.string(),
      verified: t.arg.boolean(),
      outcome: t.arg({ type: WebhookOutcomeEnum }),
      outcomes: t.arg({ type: [WebhookOutcomeEnum], description: 'Any of these; left out, all outcomes.' }),
      ...forwardArguments,
    },
    resolve: (_, args, context) => webhookInbox(context, args),
  }),
)

builder.queryField('webhookDelivery', (t) =>
  t.field({
    type: WebhookDeliveryType,
    nullable: true,
    description:
      'One delivery of the inbox; null when there is none with this messageId, that was received at this instant where one is given.',
    authScopes: { operator: true },
    args: {
      messageId: t.arg.string({ required: true }),
      receivedAt: t.arg({
        type: 'DateTime',
        description: 'Its receivedAt, to the millisecond. Left out, the first one that the platform signed is found.',
      }),
    },
    resolve: (_, args, context) => webhookDelivery(context, args),
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
