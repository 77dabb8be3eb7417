import { wholeScanCost } from '../resolvers/scan-cost.ts'
import { defaultMaxPoints } from '../resolvers/series.ts'
import {
  type WebhookCounts,
  type WebhookPoint,
  type WebhookStatistics,
  type WebhookTypeCounts,
  webhookStatistics,
} from '../resolvers/webhook-statistics.ts'
import { outcomes } from '../telemetry/webhook-outcome.ts'
import { type Lag, maxTypes, type OutcomeCount } from '../telemetry/webhook-statistics.ts'
import { builder } from './builder.ts'
import { PlatformEnum } from './enums.ts'
import { OutageType } from './outage.ts'
import { pointsOf, SeriesMetaType, seriesArguments } from './series.ts'
import { WebhookOutcomeEnum } from './webhook-inbox.ts'

const operator = { authScopes: { operator: true } } as const

const WebhookOutcomeCountType = builder.objectRef<OutcomeCount>('WebhookOutcomeCount').implement({
  ...operator,
  fields: (t) => ({
    outcome: t.expose('outcome', { type: WebhookOutcomeEnum }),
    count: t.exposeInt('count', { description: 'How many came, with those that were left out.' }),
    leftOut: t.exposeInt('leftOut', {
      description:
        'How many of them the inbox did not keep because too many came at once. They count when the next one was kept.',
    }),
  }),
})

const WebhookLagType = builder.objectRef<Lag>('WebhookLag').implement({
  description:
    'Milliseconds from the platform’s timestamp to the receipt, of what the platform signed and sent for the first time. Negative where its clock runs ahead of ours.',
  ...operator,
  fields: (t) => ({
    p50: t.exposeInt('p50', { description: 'Half of them were at most as late; right to one percent.' }),
    p95: t.exposeInt('p95', { description: '95 percent of them were at most as late; right to one percent.' }),
    max: t.exposeInt('max', { description: 'The longest, exactly.' }),
  }),
})

const WebhookCountsInterface = builder.interfaceRef<WebhookCounts>('WebhookCounts').implement({
  description: 'What came, and what did not although it should have. Replays are not counted.',
  ...operator,
  fields: (t) => ({
    received: t.exposeInt('received', { description: 'What came, genuine or not, with what was left out.' }),
    leftOut: t.exposeInt('leftOut', {
      description: 'How many of them the inbox did not keep because too many came at once.',
    }),
    outcomes: t.expose('outcomes', {
      type: [WebhookOutcomeCountType],
      description:
        'What became of them. Every list of an answer has the outcomes that came in its range, in one order.',
      extensions: { listSize: () => outcomes.length },
    }),
    lag: t.expose('lag', {
      type: WebhookLagType,
      nullable: true,
      description: 'How late they came; null where nothing genuine came for the first time.',
    }),
    expected: t.exposeInt('expected', {
      description:
        'Starts and ends of broadcasts that a delivery should have told, because an event subscription for them was active. Each is judged after 30 minutes.',
    }),
    untold: t.exposeInt('untold', {
      description:
        'How many of the expected no delivery told, so that only polling saw them: their deliveries are lost.',
    }),
  }),
})

const counts = { ...operator, interfaces: [WebhookCountsInterface] }

const WebhookTotalType = builder.objectRef<WebhookCounts>('WebhookTotal').implement(counts)

const WebhookPointType = builder.objectRef<WebhookPoint>('WebhookPoint').implement({
  ...counts,
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime' }),
    end: t.expose('end', { type: 'DateTime' }),
  }),
})

const WebhookTypeType = builder.objectRef<WebhookTypeCounts>('WebhookTypeTotal').implement({
  ...counts,
  fields: (t) => ({
    source: t.exposeString('source', { description: 'The platform.' }),
    eventType: t.exposeString('eventType', {
      nullable: true,
      description:
        'As the platform names it; null for everything that the platform has not signed, whose type is only claimed.',
    }),
    lastAt: t.expose('lastAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last one of the range came; null where none did.',
    }),
  }),
})

const WebhookStatisticsType = builder.objectRef<WebhookStatistics>('WebhookStatistics').implement({
  ...operator,
  fields: (t) => ({
    meta: t.expose('meta', { type: SeriesMetaType }),
    keptSince: t.expose('keptSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'The first receipt that the inbox still has: what came before is counted nowhere. Null where it has none.',
    }),
    total: t.expose('total', { type: WebhookTotalType, description: 'Of the whole range.' }),
    points: t.expose('points', { type: [WebhookPointType], description: 'By bucket, zero where nothing came.' }),
    byType: t.expose('byType', {
      type: [WebhookTypeType],
      description: `At most ${maxTypes}: first types of which none came although one was expected, then those of which most came.`,
      extensions: { listSize: () => maxTypes },
    }),
    outages: t.expose('outages', {
      type: [OutageType],
      description: 'Spans of which deliveries are known to be lost.',
    }),
  }),
})

builder.queryField('webhookStatistics', (t) =>
  t.field({
    type: WebhookStatisticsType,
    description:
      'The deliveries received in a range by bucket, by type and all in all: how many, what became of them, how late they were and what is missing. RAW is refused: deliveries are counted.',
    ...operator,
    args: {
      ...seriesArguments,
      maxPoints: t.arg.int({ defaultValue: defaultMaxPoints }),
      channel: t.arg.id({
        description: 'Only those that say they are about it: a global id, a ULID or a decimal channelId.',
      }),
      platform: t.arg({ type: PlatformEnum }),
      eventType: t.arg.string(),
    },
    extensions: { listSize: pointsOf, scanCost: wholeScanCost },
    resolve: (_, args, context) => webhookStatistics(context, args),
  }),
)
