import { queryFromInfo } from '@pothos/plugin-prisma'
import { happeningKinds } from '../alerts/happening.ts'
import type { QuietHours } from '../alerts/quiet-hours.ts'
import type { Conditions } from '../alerts/rule.ts'
import { maxTargetsOfRule, maxTexts } from '../alerts/rule-input.ts'
import { maxRules, maxToldLately, type StoredRule } from '../alerts/rules.ts'
import {
  createRule,
  type DeleteRuleSuccess,
  deleteRule,
  type RuleConflict,
  ruleOf,
  type SaveRuleSuccess,
  targetsOf,
  timeOfDay,
  toldLately,
  updateRule,
} from '../resolvers/alert-rules.ts'
import { knownChannels } from '../resolvers/channels.ts'
import { knownStreamer } from '../resolvers/claims.ts'
import { AlertKindEnum } from './alert-enums.ts'
import { AlertTargetType } from './alert-targets.ts'
import { builder, operatorMutation } from './builder.ts'
import { ChannelType } from './channel.ts'
import { StreamerType } from './claims.ts'
import { PlatformEnum, stored } from './enums.ts'
import { InvalidInputType, NotFoundType, Problem, resultOf } from './problem.ts'

const ConditionsType = builder.objectRef<Conditions>('AlertConditions').implement({
  description: 'What more must be true, each for the kind that it is about.',
  authScopes: { operator: true },
  fields: (t) => ({
    titleContains: t.stringList({
      nullable: true,
      extensions: { listSize: () => maxTexts },
      description: 'Of TITLE_CHANGED: the new title has one of these in it, in any case. Null: any title.',
      resolve: ({ titleContains }) => titleContains && [...titleContains],
    }),
    categories: t.stringList({
      nullable: true,
      extensions: { listSize: () => maxTexts },
      description: 'Of CATEGORY_CHANGED: the new category is one of these, in any case. Null: any category.',
      resolve: ({ categories }) => categories && [...categories],
    }),
    viewers: t.exposeInt('viewers', {
      nullable: true,
      description: 'Of VIEWERS_PASSED: the first time in a broadcast that so many watch. Null: no number.',
    }),
    timesUsual: t.exposeFloat('timesUsual', {
      nullable: true,
      description:
        'Of VIEWERS_PASSED: the first time in a broadcast that so many times the usual watch: the median of the average viewers of the last ten sessions before, if there are three. Null: no factor.',
    }),
    scoreBelow: t.exposeInt('scoreBelow', {
      nullable: true,
      description: 'Of TRUST_FELL: the score was not below it, and is now. Null: any fall.',
    }),
    jobs: t.stringList({
      nullable: true,
      extensions: { listSize: () => maxTexts },
      description: 'Of JOB_FAILED: the names of jobs. Null: any job.',
      resolve: ({ jobs }) => jobs && [...jobs],
    }),
  }),
})

const QuietType = builder.objectRef<QuietHours>('AlertQuietHours').implement({
  description: 'Hours in which nothing is told, by the clock on the wall of a time zone, in summer and in winter.',
  authScopes: { operator: true },
  fields: (t) => ({
    timezone: t.expose('timezone', { type: 'TimeZone' }),
    from: t.string({ description: 'A time of day, such as 22:00.', resolve: ({ from }) => timeOfDay(from) }),
    until: t.string({
      description: 'A time of day, such as 07:00; on the next day where it is not later than from.',
      resolve: ({ until }) => timeOfDay(until),
    }),
    days: t.intList({
      extensions: { listSize: () => 7 },
      description: 'The days of the week on which they begin, from 1 for Monday; empty for every day.',
      resolve: ({ days }) => [...days],
    }),
  }),
})

/** What is told; operators only. */
export const AlertRuleType = builder.objectRef<StoredRule>('AlertRule').implement({
  description: 'Which happenings of which channels are told to which targets.',
  authScopes: { operator: true },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A ULID.' }),
    name: t.exposeString('name'),
    isEnabled: t.exposeBoolean('isEnabled'),
    since: t.expose('since', {
      type: 'DateTime',
      description: 'It tells only what was recorded from then on: when it was made, or enabled again.',
    }),
    kinds: t.field({
      type: [AlertKindEnum],
      extensions: { listSize: () => happeningKinds.length },
      resolve: ({ kinds }) => kinds as never,
    }),
    channels: t.field({
      type: [ChannelType],
      nullable: true,
      description: 'Only these channels; null for all. Empty once all of them were deleted: then it tells nothing.',
      extensions: { listSize: () => 100 },
      resolve: ({ channelIds }, _, context, info) =>
        channelIds && knownChannels(context, channelIds, queryFromInfo({ context, info })),
    }),
    channelCount: t.int({
      nullable: true,
      description: 'How many these are; null for all.',
      resolve: ({ channelIds }) => channelIds?.length,
    }),
    platform: t.expose('platform', {
      type: stored(PlatformEnum),
      nullable: true,
      description: 'Only channels of this platform; null for all.',
    }),
    streamer: t.field({
      type: StreamerType,
      nullable: true,
      description: 'Only channels that this streamer claims; null for all.',
      resolve: ({ streamerId }, _, context) => (streamerId === null ? null : knownStreamer(context, streamerId)),
    }),
    conditions: t.field({ type: ConditionsType, resolve: ({ conditions }) => conditions as Conditions }),
    quiet: t.field({
      type: QuietType,
      nullable: true,
      description: 'Null where it tells at any hour.',
      resolve: ({ quiet }) => quiet as QuietHours | null,
    }),
    windowSeconds: t.exposeInt('windowSeconds', {
      nullable: true,
      description: 'It tells of a channel and a kind at most once in as many seconds; null where it tells all.',
    }),
    targets: t.field({
      type: [AlertTargetType],
      extensions: { listSize: () => maxTargetsOfRule },
      resolve: ({ targetIds }, _, context) => targetsOf(context, targetIds),
    }),
    toldLately: t.int({
      description: `How many alerts it told in the last seven days; at most ${maxToldLately} are counted.`,
      resolve: async (rule, _, context) => (await toldLately(context, rule))?.toldLately ?? 0,
    }),
    lastToldAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it last told something; null where nothing that it told is kept.',
      resolve: async (rule, _, context) => (await toldLately(context, rule))?.lastToldAt,
    }),
    version: t.exposeInt('version', { description: 'Counts the changes, from 1.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    updatedBy: t.exposeString('updatedBy'),
  }),
})

const ConditionsInput = builder.inputType('AlertConditionsInput', {
  description: 'What more must be true, each for the kind that it is about.',
  fields: (t) => ({
    titleContains: t.stringList({ description: 'Of TITLE_CHANGED: 1 to 20 texts.' }),
    categories: t.stringList({ description: 'Of CATEGORY_CHANGED: 1 to 20 names.' }),
    viewers: t.int({
      description: 'Of VIEWERS_PASSED: one digit and zeros, or 15 or 25 and zeros, at least 10; such as 250 or 1000.',
    }),
    timesUsual: t.float({ description: 'Of VIEWERS_PASSED: 1.5, 2, 3, 5 or 10.' }),
    scoreBelow: t.int({ description: 'Of TRUST_FELL: from 1 to 100.' }),
    jobs: t.stringList({ description: 'Of JOB_FAILED: names of jobs.' }),
  }),
})

const QuietInput = builder.inputType('AlertQuietHoursInput', {
  description: 'Hours in which nothing is told.',
  fields: (t) => ({
    timezone: t.field({ type: 'TimeZone', required: true }),
    from: t.string({ required: true, description: 'A time of day, such as 22:00.' }),
    until: t.string({ required: true, description: 'A time of day; on the next day where it is not later than from.' }),
    days: t.intList({
      description: 'The days of the week on which they begin, from 1 for Monday; left out, every day.',
    }),
  }),
})

/** A rule as callers write it. */
export const AlertRuleInput = builder.inputType('AlertRuleInput', {
  description: 'Which happenings of which channels are told to which targets.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 100 characters.' }),
    isEnabled: t.boolean({
      description: 'Left out, a new rule is, and one that is replaced stays as it is.',
    }),
    kinds: t.field({ type: [AlertKindEnum], required: true }),
    channels: t.idList({
      description: 'Global ids, ULIDs or decimal channelIds, at most 1,000; left out, all channels.',
    }),
    platform: t.field({ type: PlatformEnum, description: 'Left out, channels of all platforms.' }),
    streamer: t.id({ description: 'Only channels that this streamer claims.' }),
    conditions: t.field({ type: ConditionsInput }),
    quiet: t.field({ type: QuietInput }),
    windowSeconds: t.int({
      description: 'At most once in as many seconds for each channel and kind, at most a month.',
    }),
    targets: t.idList({ required: true, description: 'At most 20.' }),
  }),
})

const SaveRuleSuccessType = builder
  .objectRef<SaveRuleSuccess>('SaveAlertRuleSuccess')
  .implement({ authScopes: { operator: true }, fields: (t) => ({ rule: t.expose('rule', { type: AlertRuleType }) }) })

const DeleteRuleSuccessType = builder.objectRef<DeleteRuleSuccess>('DeleteAlertRuleSuccess').implement({
  authScopes: { operator: true },
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id that it had.' }) }),
})

const RuleConflictType = builder.objectRef<RuleConflict>('AlertRuleConflict').implement({
  description: 'The rule is not the version that was to be replaced.',
  authScopes: { operator: true },
  interfaces: [Problem],
  fields: (t) => ({ current: t.expose('current', { type: AlertRuleType }) }),
})

builder.queryFields((t) => ({
  alertRules: t.field({
    type: [AlertRuleType],
    description: `What is told, by name; at most ${maxRules}.`,
    authScopes: { operator: true },
    extensions: { listSize: () => maxRules },
    resolve: (_, _args, { alerts }) => alerts.rules.list(),
  }),
  alertRule: t.field({
    type: AlertRuleType,
    nullable: true,
    description: 'One rule; null where there is none with this id.',
    authScopes: { operator: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => ruleOf(context, id),
  }),
}))

builder.mutationFields((t) => ({
  createAlertRule: t.field({
    type: resultOf('CreateAlertRuleResult', [SaveRuleSuccessType, InvalidInputType]),
    description: 'Makes a rule. It tells what happens from now on.',
    ...operatorMutation,
    args: { rule: t.arg({ type: AlertRuleInput, required: true }) },
    resolve: (_, args, context) => createRule(context, args),
  }),
  updateAlertRule: t.field({
    type: resultOf('UpdateAlertRuleResult', [SaveRuleSuccessType, InvalidInputType, NotFoundType, RuleConflictType]),
    description: 'Replaces a rule. One that was not enabled tells what happens from now on.',
    ...operatorMutation,
    args: {
      id: t.arg.id({ required: true }),
      rule: t.arg({ type: AlertRuleInput, required: true }),
      expectedVersion: t.arg.int({ description: 'The version that is to be replaced; left out, whatever there is.' }),
    },
    resolve: (_, args, context) => updateRule(context, args),
  }),
  deleteAlertRule: t.field({
    type: resultOf('DeleteAlertRuleResult', [DeleteRuleSuccessType, NotFoundType]),
    description: 'Removes a rule with what still waits of it. What it told stays known.',
    ...operatorMutation,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, args, context) => deleteRule(context, args),
  }),
}))
