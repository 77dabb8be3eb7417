import { queryFromInfo } from '@pothos/plugin-prisma'
import { type Attempt, type Delivery, type DeliveryCounts, maxReplayed } from '../alerts/deliveries.ts'
import type { DryRun } from '../alerts/dry-run.ts'
import type { Message } from '../alerts/message.ts'
import {
  alertDeliveries,
  alertDeliveryCounts,
  attemptsOf,
  type ReplaySuccess,
  replayDeliveries,
} from '../resolvers/alert-deliveries.ts'
import { alertDryRun, maxSamples, ruleOf, targetsOf } from '../resolvers/alert-rules.ts'
import { knownChannels } from '../resolvers/channels.ts'
import { AlertDecisionEnum, AlertDeliveryStateEnum, AlertKindEnum, AlertOutcomeEnum } from './alert-enums.ts'
import { AlertRuleInput, AlertRuleType } from './alert-rules.ts'
import { AlertTargetType } from './alert-targets.ts'
import { builder, operatorMutation } from './builder.ts'
import { ChannelType } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { InvalidInputType, resultOf } from './problem.ts'
import { TimeRangeInput } from './time-range.ts'

const AttemptType = builder.objectRef<Attempt>('AlertAttempt').implement({
  description: 'One try to bring an alert to its target.',
  authScopes: { operator: true },
  fields: (t) => ({
    number: t.exposeInt('number', {
      description: 'From 1. A number that is missing is of an attempt whose node ended before it knew the outcome.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it ended.' }),
    outcome: t.expose('outcome', { type: AlertOutcomeEnum }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'The status of the answer; null where there was none.',
    }),
    answer: t.exposeString('answer', { description: 'The beginning of the answer, or why there was none.' }),
    durationMs: t.exposeInt('ms'),
  }),
})

const DeliveryType = builder.objectRef<Delivery>('AlertDelivery').implement({
  description: 'An alert for a target.',
  authScopes: { operator: true },
  fields: (t) => ({
    id: t.exposeID('messageId', { description: 'What the target knows it by; the same at every attempt.' }),
    kind: t.expose('kind', { type: AlertKindEnum }),
    text: t.string({ description: 'What it says, one sentence.', resolve: ({ message }) => message.text }),
    message: t.expose('message', { type: 'JSON', description: 'All that it says.' }),
    rule: t.field({
      type: AlertRuleType,
      nullable: true,
      description: 'The rule that told it; null where it was deleted since. Its name of then is in message.',
      resolve: ({ ruleId }, _, context) => (ruleId === null ? null : ruleOf(context, ruleId)),
    }),
    target: t.field({
      type: AlertTargetType,
      resolve: async ({ targetId }, _, context) => (await targetsOf(context, [targetId]))[0]!,
    }),
    channel: t.field({
      type: ChannelType,
      nullable: true,
      description: 'Null where it is about none.',
      resolve: async ({ channelId }, _, context, info) =>
        channelId === null ? null : (await knownChannels(context, [channelId], queryFromInfo({ context, info })))[0],
    }),
    happenedAt: t.expose('happenedAt', { type: 'DateTime' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When we knew it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was decided.' }),
    state: t.expose('state', { type: AlertDeliveryStateEnum }),
    attemptCount: t.exposeInt('attempts', { description: 'How often it was tried in all.' }),
    dueAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried next, at the earliest; null where it is not.',
      resolve: ({ state, dueAt }) => (state === 'waiting' ? dueAt : null),
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was delivered or given up; null while it waits.',
    }),
    lastAttempt: t.field({
      type: AttemptType,
      nullable: true,
      description: 'Null before the first one has ended.',
      resolve: async (delivery, _, context) => (await attemptsOf(context, delivery)).at(-1),
    }),
    attempts: t.field({
      type: [AttemptType],
      description: 'The first one first.',
      extensions: { listSize: () => 40 },
      resolve: (delivery, _, context) => attemptsOf(context, delivery),
    }),
  }),
})

const DeliveryFilterInput = builder.inputType('AlertDeliveryFilter', {
  description: 'What is left out does not matter.',
  fields: (t) => ({
    ids: t.idList({ description: 'At most 1,000.' }),
    target: t.id(),
    rule: t.id(),
    channel: t.id({ description: 'A global id, a ULID or a decimal channelId.' }),
    kind: t.field({ type: AlertKindEnum }),
    state: t.field({ type: AlertDeliveryStateEnum }),
    range: t.field({ type: TimeRangeInput, description: 'About createdAt.' }),
  }),
})

const CountsType = builder.objectRef<DeliveryCounts>('AlertDeliveryCounts').implement({
  description: `How many there are in each state. At most ${maxReplayed.toLocaleString('en-US')} of each are counted.`,
  authScopes: { operator: true },
  fields: (t) => ({
    waiting: t.exposeInt('waiting'),
    delivered: t.exposeInt('delivered'),
    dead: t.exposeInt('dead'),
  }),
})

const DaysType = builder.objectRef<DryRun['days'][number]>('AlertDryRunDay').implement({
  authScopes: { operator: true },
  fields: (t) => ({
    day: t.exposeString('day', { description: 'As YYYY-MM-DD, in the time zone that was asked for.' }),
    told: t.exposeInt('told'),
  }),
})

const DecisionsType = builder.objectRef<DryRun['reasons'][number]>('AlertDryRunDecision').implement({
  authScopes: { operator: true },
  fields: (t) => ({
    decision: t.field({ type: AlertDecisionEnum, resolve: ({ reason }) => reason as never }),
    count: t.exposeInt('count'),
  }),
})

const DryRunAlertType = builder.objectRef<Message>('AlertDryRunAlert').implement({
  description: 'What would have been told. What it says beside the event is as known now.',
  authScopes: { operator: true },
  fields: (t) => ({
    kind: t.field({ type: AlertKindEnum, resolve: ({ kind }) => kind as never }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => new Date(at) }),
    text: t.exposeString('text'),
    message: t.field({
      type: 'JSON',
      description: 'All that targets would have been told, in the form of `Alert.message`.',
      resolve: (message) => message,
    }),
  }),
})

const DryRunType = builder.objectRef<DryRun>('AlertDryRun').implement({
  description: 'What a rule would have told.',
  authScopes: { operator: true },
  fields: (t) => ({
    told: t.exposeInt('told', { description: 'How many happenings it would have told.' }),
    decisions: t.field({
      type: [DecisionsType],
      extensions: { listSize: () => 5 },
      description: 'The happenings of its kinds, by what was decided.',
      resolve: ({ reasons }) => reasons,
    }),
    days: t.field({
      type: [DaysType],
      description: 'Days on which it would have told something.',
      extensions: { listSize: () => 400 },
      resolve: ({ days }) => days,
    }),
    newest: t.field({
      type: [DryRunAlertType],
      description: 'The newest first.',
      extensions: { listSize: () => maxSamples },
      resolve: ({ newest }) => newest,
    }),
  }),
})

const ReplaySuccessType = builder.objectRef<ReplaySuccess>('ReplayAlertDeliveriesSuccess').implement({
  authScopes: { operator: true },
  fields: (t) => ({ count: t.exposeInt('count', { description: 'How many are tried again.' }) }),
})

builder.queryFields((t) => ({
  alertDeliveries: t.field({
    type: connectionOfType(DeliveryType, { operator: true }),
    description: 'What was told to targets and what became of it, newest first.',
    authScopes: { operator: true },
    args: { filter: t.arg({ type: DeliveryFilterInput }), ...forwardArguments },
    resolve: (_, args, context) => alertDeliveries(context, args),
  }),
  alertDeliveryCounts: t.field({
    type: CountsType,
    description: 'How many deliveries a filter names, for whoever wants to replay them.',
    authScopes: { operator: true },
    args: { filter: t.arg({ type: DeliveryFilterInput }) },
    extensions: { scanCost: () => 10_000 },
    resolve: (_, args, context) => alertDeliveryCounts(context, args),
  }),
  alertDryRun: t.field({
    type: DryRunType,
    description:
      'What a rule would have told in a range, decided as the live run decides. Claims are those of now. It begins with nothing told.',
    authScopes: { operator: true },
    args: {
      id: t.arg.id({ description: 'A rule that is saved.' }),
      rule: t.arg({ type: AlertRuleInput, description: 'A rule that need not be saved.' }),
      range: t.arg({ type: TimeRangeInput, required: true }),
      timezone: t.arg({ type: 'TimeZone', required: true, defaultValue: 'UTC', description: 'Where days begin.' }),
      newest: t.arg.int({ required: true, defaultValue: 20, description: `At most ${maxSamples}.` }),
    },
    extensions: { scanCost: () => 50_000 },
    resolve: (_, args, context) => alertDryRun(context, args),
  }),
}))

builder.mutationField('replayAlertDeliveries', (t) =>
  t.field({
    type: resultOf('ReplayAlertDeliveriesResult', [ReplaySuccessType, InvalidInputType]),
    description:
      'Has deliveries that were delivered or given up tried again, under the ids that they had; of more than 10,000 the oldest. Those that wait are left.',
    ...operatorMutation,
    args: { filter: t.arg({ type: DeliveryFilterInput, required: true }) },
    resolve: (_, args, context) => replayDeliveries(context, args),
  }),
)
