import type { UntoldChange } from '../event-subscriptions/untold-changes.ts'
import { lostDeliveries, sessionOfLost } from '../resolvers/lost-deliveries.ts'
import { wholeScanCost } from '../resolvers/scan-cost.ts'
import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { PlatformEnum, StatusEventTypeEnum, StatusSourceEnum } from './enums.ts'
import { StreamSessionType } from './session.ts'
import { TimeRangeInput } from './time-range.ts'

const operator = { authScopes: { operator: true } } as const

const LostDeliveryType = builder.objectRef<UntoldChange>('LostDelivery').implement({
  description: 'A delivery that should have told the start or the end of a broadcast, and did not come.',
  ...operator,
  fields: (t) => ({
    channel: t.field(channelOfRow),
    session: t.field({
      type: StreamSessionType,
      nullable: true,
      description: 'The broadcast that began or ended; null where it is gone since.',
      resolve: (lost, _, context) => sessionOfLost(context, lost),
    }),
    change: t.expose('change', { type: StatusEventTypeEnum, description: 'Whether it began or ended.' }),
    eventType: t.exposeString('event', { description: 'The type of the missing delivery, as the platform names it.' }),
    occurredAt: t.expose('at', { type: 'DateTime', description: 'When the broadcast began or ended.' }),
    noticedAt: t.expose('noticedAt', {
      type: 'DateTime',
      description: 'When we received what made us notice it: the answer of the platform to a poll.',
    }),
    noticedBy: t.field({
      type: StatusSourceEnum,
      description: 'What noticed it. POLL, because a change that a delivery has told is not lost.',
      resolve: () => 'poll' as const,
    }),
  }),
})

builder.queryField('lostDeliveries', (t) =>
  t.field({
    type: connectionOfType(LostDeliveryType, { operator: true }),
    description:
      'The deliveries that webhookStatistics counts as untold, newest first; range is about occurredAt. Each is judged 30 minutes after that.',
    ...operator,
    args: {
      range: t.arg({ type: TimeRangeInput, required: true }),
      channel: t.arg.id({ description: 'Only those of this channel: a global id, a ULID or a decimal channelId.' }),
      platform: t.arg({ type: PlatformEnum }),
      eventType: t.arg.string(),
      ...forwardArguments,
    },
    extensions: { scanCost: wholeScanCost },
    resolve: (_, args, context) => lostDeliveries(context, args),
  }),
)
