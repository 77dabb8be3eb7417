import type { AlertDecision, AlertRuleLineFragment } from '../../../generated/graphql.ts'
import { counted, exactNumber } from '../../view/format.ts'
import { platformNames } from '../../view/platforms.ts'
import { isolated } from '../../view/seen-text.ts'
import { kindsText } from '../kinds.ts'

type Named = { slug: string | null; displayName: string | null; channelId: string }

/** What of a rule is told in words. `channels` are those of `channelCount`, where they are known. */
export type ToldRule = Pick<
  AlertRuleLineFragment,
  'name' | 'kinds' | 'channelCount' | 'platform' | 'conditions' | 'quiet' | 'windowSeconds'
> & {
  isEnabled: boolean
  streamer: { name: string } | null
  targets: readonly { name: string }[]
  channels?: readonly Named[] | null
}

export const channelName = ({ displayName, slug, channelId }: Named): string => displayName ?? slug ?? channelId

/** "a", "a or b", "a, b or c" */
const listed = (names: readonly string[], last: 'or' | 'and'): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`

const named = 3

/** Which channels a rule is about: "All channels", "Anna and Bob", "12 channels on Kick that Anna claims". */
export const aboutText = ({ channels, channelCount, platform, streamer }: ToldRule): string => {
  const some =
    channelCount === null
      ? platform === null && streamer === null
        ? 'All channels'
        : 'Channels'
      : channels && channels.length > 0 && channels.length <= named
        ? listed(
            channels.map((one) => isolated(channelName(one))),
            'and',
          )
        : channelCount === 0
          ? 'No channel any more'
          : counted(channelCount, 'channels')
  const on = platform === null ? '' : ` on ${platformNames[platform]}`
  return `${some}${on}${streamer ? ` that ${isolated(streamer.name)} claims` : ''}`
}

const quoted = (texts: readonly string[]): string =>
  listed(
    texts.map((text) => `“${isolated(text)}”`),
    'or',
  )

/** What more must be true, each as a phrase; none where nothing must. */
export const conditionTexts = ({ kinds, conditions }: Pick<ToldRule, 'kinds' | 'conditions'>): string[] => {
  const { titleContains, categories, viewers, timesUsual, scoreBelow, jobs } = conditions
  const ofViewers = [
    ...(viewers === null ? [] : [exactNumber(viewers)]),
    ...(timesUsual === null ? [] : [`${timesUsual} times the usual`]),
  ]
  return [
    ...(kinds.includes('TITLE_CHANGED') && titleContains ? [`title has ${quoted(titleContains)}`] : []),
    ...(kinds.includes('CATEGORY_CHANGED') && categories ? [`category is ${quoted(categories)}`] : []),
    ...(kinds.includes('VIEWERS_PASSED') && ofViewers.length > 0 ? [`viewers reach ${ofViewers.join(' or ')}`] : []),
    ...(kinds.includes('TRUST_FELL') && scoreBelow !== null ? [`score falls below ${scoreBelow}`] : []),
    ...(kinds.includes('JOB_FAILED') && jobs ? [`job is ${quoted(jobs)}`] : []),
  ]
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** The days of the week by their numbers, 1 for Monday, with their names. */
export const weekDays = dayNames.map((name, i) => [i + 1, name] as const)

/** "22:00 to 07:00, Fri and Sat, Europe/Berlin"; null where it tells at any hour. */
export const quietText = ({ quiet }: Pick<ToldRule, 'quiet'>): string | null => {
  if (!quiet) return null
  const { from, until, days, timezone } = quiet
  const on =
    days.length === 0 || days.length === 7
      ? 'every day'
      : listed(
          days.map((day) => dayNames[day - 1]!),
          'and',
        )
  return `${from} to ${until}, ${on}, ${timezone}`
}

const windowNames: Record<number, string> = { 60: 'a minute', 3600: 'an hour', 86400: 'a day', 604800: 'a week' }
const units = [
  [604_800, 'weeks'],
  [86_400, 'days'],
  [3_600, 'hours'],
  [60, 'minutes'],
  [1, 'seconds'],
] as const

/** "an hour", "10 minutes" */
export const spanText = (seconds: number): string => {
  const [size, unit] = units.find(([one]) => seconds % one === 0)!
  return windowNames[seconds] ?? counted(seconds / size, unit)
}

/** How often a rule tells of one channel and kind; null where always. */
export const windowText = ({ windowSeconds }: Pick<ToldRule, 'windowSeconds'>): string | null =>
  windowSeconds === null ? null : `at most once in ${spanText(windowSeconds)} for each channel and event`

/** All of a rule in words, each part with its name. */
export const ruleFacts = (rule: ToldRule): (readonly [name: string, text: string])[] => [
  ['Name', isolated(rule.name)],
  ['Enabled', rule.isEnabled ? 'yes' : 'no'],
  ['Events', kindsText(rule.kinds) || 'none'],
  ['Channels', aboutText(rule)],
  ['Only if', conditionTexts(rule).join('; ') || 'nothing more'],
  ['Quiet hours', quietText(rule) ?? 'none'],
  ['How often', windowText(rule) ?? 'every time'],
  [
    'Targets',
    listed(
      rule.targets.map(({ name }) => isolated(name)),
      'and',
    ) || 'none',
  ],
]

const untold: Record<Exclude<AlertDecision, 'TOLD'>, string> = {
  CONDITION: 'did not meet the conditions',
  OTHER_CHANNEL: 'were about other channels',
  QUIET_HOURS: 'were in quiet hours',
  TOO_SOON: 'came too soon after another',
}

/** What of the happenings would not have been told, and why: "12 were in quiet hours". */
export const untoldTexts = (decisions: readonly { decision: AlertDecision; count: number }[]): string[] =>
  decisions.flatMap(({ decision, count }) => (decision === 'TOLD' ? [] : [`${exactNumber(count)} ${untold[decision]}`]))
