import type { AlertKind, AlertRuleInput, AlertRuleWholeFragment, Platform } from '../../../generated/graphql.ts'
import { channelName, type ToldRule } from './rule-words.ts'

type Named = { id: string; name: string }

/** A rule as it stands in the form. Texts of a list stand one a line. */
export type RuleDraft = {
  name: string
  isEnabled: boolean
  kinds: readonly AlertKind[]
  platform: Platform | ''
  streamer: Named | null
  /** Whether only these channels are meant, and not all. */
  hasChannels: boolean
  channels: readonly Named[]
  titles: string
  categories: string
  viewers: string
  timesUsual: string
  scoreBelow: string
  jobs: string
  hasQuiet: boolean
  quietFrom: string
  quietUntil: string
  quietZone: string
  /** Empty for every day. */
  quietDays: readonly number[]
  /** Empty for every time. */
  windowSeconds: string
  targets: readonly string[]
}

/** A rule that nobody has made yet. */
export const emptyDraft = (zone: string): RuleDraft => ({
  ...{
    name: '',
    isEnabled: true,
    kinds: ['WENT_LIVE'],
    platform: '',
    streamer: null,
    hasChannels: false,
    channels: [],
  },
  ...{ titles: '', categories: '', viewers: '', timesUsual: '', scoreBelow: '', jobs: '' },
  ...{ hasQuiet: false, quietFrom: '22:00', quietUntil: '07:00', quietZone: zone, quietDays: [] },
  ...{ windowSeconds: '', targets: [] },
})

const lines = (texts: readonly string[] | null): string => (texts ?? []).join('\n')
const text = (value: number | null): string => (value === null ? '' : String(value))

/** A rule that there is, to be changed. */
export const draftOf = (rule: AlertRuleWholeFragment, zone: string): RuleDraft => {
  const { name, isEnabled, kinds, platform, streamer, channels, conditions, quiet, windowSeconds, targets } = rule
  const { titleContains, categories, viewers, timesUsual, scoreBelow, jobs } = conditions
  return {
    ...{
      name,
      isEnabled,
      kinds,
      platform: platform ?? '',
      streamer: streamer && { id: streamer.id, name: streamer.name },
    },
    hasChannels: channels !== null,
    channels: (channels ?? []).map((channel) => ({ id: channel.id, name: channelName(channel) })),
    ...{ titles: lines(titleContains), categories: lines(categories), jobs: lines(jobs) },
    ...{ viewers: text(viewers), timesUsual: text(timesUsual), scoreBelow: text(scoreBelow) },
    hasQuiet: quiet !== null,
    quietFrom: quiet?.from ?? '22:00',
    quietUntil: quiet?.until ?? '07:00',
    quietZone: quiet?.timezone ?? zone,
    quietDays: quiet?.days ?? [],
    windowSeconds: text(windowSeconds),
    targets: targets.map(({ id }) => id),
  }
}

const textsOf = (value: string): string[] | null => {
  const texts = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return texts.length === 0 ? null : texts
}

const numberOf = (value: string): number | null => (value.trim() === '' ? null : Number(value))

const conditionsOf = ({ kinds, ...draft }: RuleDraft): ToldRule['conditions'] => {
  const of = <Value>(kind: AlertKind, value: Value): Value | null => (kinds.includes(kind) ? value : null)
  return {
    __typename: 'AlertConditions',
    titleContains: of('TITLE_CHANGED', textsOf(draft.titles)),
    categories: of('CATEGORY_CHANGED', textsOf(draft.categories)),
    viewers: of('VIEWERS_PASSED', numberOf(draft.viewers)),
    timesUsual: of('VIEWERS_PASSED', numberOf(draft.timesUsual)),
    scoreBelow: of('TRUST_FELL', numberOf(draft.scoreBelow)),
    jobs: of('JOB_FAILED', textsOf(draft.jobs)),
  }
}

const quietOf = ({ hasQuiet, quietFrom, quietUntil, quietZone, quietDays }: RuleDraft) =>
  hasQuiet ? { timezone: quietZone, from: quietFrom, until: quietUntil, days: quietDays } : null

/** The rule that a form means, as the API takes it. Conditions of kinds that were not chosen are left out. */
export const inputOf = (draft: RuleDraft): AlertRuleInput => {
  const { __typename, ...conditions } = conditionsOf(draft)
  return {
    name: draft.name.trim(),
    isEnabled: draft.isEnabled,
    kinds: draft.kinds,
    channels: draft.hasChannels ? draft.channels.map(({ id }) => id) : null,
    platform: draft.platform || null,
    streamer: draft.streamer?.id ?? null,
    conditions,
    quiet: quietOf(draft),
    windowSeconds: numberOf(draft.windowSeconds),
    targets: draft.targets,
  }
}

/** A rule as it would have to be sent again to stay as it is, but for whether it is enabled. Null where it is about channels that were all deleted. */
export const switched = (rule: AlertRuleWholeFragment, isEnabled: boolean): AlertRuleInput | null =>
  rule.channels?.length === 0 ? null : inputOf({ ...draftOf(rule, 'UTC'), isEnabled })

/** The rule that a form means, to be told in words. `targets` are all that there are. */
export const toldOf = (draft: RuleDraft, targets: readonly Named[]): ToldRule => {
  const quiet = quietOf(draft)
  const channels = draft.channels.map(({ id, name }) => ({ displayName: name, slug: null, channelId: id }))
  return {
    ...{ name: draft.name.trim(), isEnabled: draft.isEnabled, kinds: draft.kinds },
    ...{ channels, channelCount: draft.hasChannels ? channels.length : null },
    ...{ platform: draft.platform || null, streamer: draft.streamer, conditions: conditionsOf(draft) },
    quiet: quiet && { __typename: 'AlertQuietHours', ...quiet },
    windowSeconds: numberOf(draft.windowSeconds),
    targets: targets.filter(({ id }) => draft.targets.includes(id)),
  }
}
