import { isOneLine } from '../lib/one-line.ts'
import { zoneClock } from '../lib/zone-clock.ts'
import { isViewerMark, usualFactors } from '../sessions/viewer-marks.ts'
import { type HappeningKind, happeningKinds } from './happening.ts'
import type { QuietHours } from './quiet-hours.ts'
import type { Conditions } from './rule.ts'

/** A rule as somebody wants it. */
export type RuleInput = {
  name: string
  /** Null: a new rule is, and one that is replaced stays as it is. */
  isEnabled: boolean | null
  kinds: readonly HappeningKind[]
  /** Null for all channels. */
  channelIds: readonly bigint[] | null
  platform: string | null
  streamerId: number | null
  conditions: Conditions
  quiet: QuietHours | null
  windowSeconds: number | null
  targetIds: readonly string[]
}

/** What is wrong with an argument, as a sentence that begins with its name. */
export type Invalid = { kind: 'invalid'; argument: string; message: string }

const maxChannels = 1_000
/** The most targets of a rule. */
export const maxTargetsOfRule = 20
/** The most texts of a condition. */
export const maxTexts = 20
const maxTextLength = 200
/** A month. */
const maxWindowSeconds = 31 * 86_400
const dayMinutes = 1_440

/** Why a name of a rule or a target can not be used, a sentence that begins with "name"; null where it can. */
export const nameProblem = (name: string): string | null =>
  isOneLine(name, 100) ? null : 'name must be 1 to 100 characters, in one line.'

const textsProblem = (argument: string, texts: readonly string[] | undefined): string | null => {
  if (texts === undefined) return null
  const isText = (text: string) =>
    text.trim() !== '' && text.length <= maxTextLength && !text.includes('\0') && text.isWellFormed()
  if (texts.length > 0 && texts.length <= maxTexts && texts.every(isText)) return null
  return `${argument} must be 1 to ${maxTexts} texts of 1 to ${maxTextLength} characters.`
}

const kindOfCondition: Readonly<Record<keyof Conditions, HappeningKind>> = {
  titleContains: 'title-changed',
  categories: 'category-changed',
  viewers: 'viewers-passed',
  timesUsual: 'viewers-passed',
  scoreBelow: 'trust-fell',
  jobs: 'job-failed',
}

const conditionsProblem = (given: Conditions, kinds: ReadonlySet<HappeningKind>): string | null => {
  const { titleContains, categories, viewers, timesUsual, scoreBelow, jobs } = given
  const strange = Object.entries(kindOfCondition).find(
    ([name, kind]) => given[name as keyof Conditions] !== undefined && !kinds.has(kind),
  )
  if (strange)
    return `conditions.${strange[0]} is about the kind ${strange[1]}: add the kind, or leave the condition out.`
  if (kinds.has('viewers-passed') && viewers === undefined && timesUsual === undefined)
    return 'conditions must have viewers or timesUsual for the kind viewers-passed.'
  if (viewers !== undefined && !(Number.isSafeInteger(viewers) && viewers <= 100_000_000 && isViewerMark(viewers)))
    return 'conditions.viewers must be one digit and zeros, or 15 or 25 and zeros, from 10 to 100000000: 10, 15, 20, 25, 30 … 900, 1000, 1500 and so on.'
  if (timesUsual !== undefined && !usualFactors.includes(timesUsual))
    return `conditions.timesUsual must be one of ${usualFactors.join(', ')}.`
  if (scoreBelow !== undefined && !(Number.isInteger(scoreBelow) && scoreBelow >= 1 && scoreBelow <= 100))
    return 'conditions.scoreBelow must be a whole number from 1 to 100.'
  return (
    textsProblem('conditions.titleContains', titleContains) ??
    textsProblem('conditions.categories', categories) ??
    textsProblem('conditions.jobs', jobs)
  )
}

const isMinute = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < dayMinutes

const quietProblem = ({ timezone, from, until, days }: QuietHours): string | null => {
  try {
    zoneClock(timezone)
  } catch {
    return 'quiet.timezone must be the IANA name of a time zone, such as Europe/Berlin.'
  }
  if (!isMinute(from) || !isMinute(until)) return 'quiet.from and quiet.until must be times of day, such as 22:00.'
  if (days.some((day) => !Number.isInteger(day) || day < 1 || day > 7) || new Set(days).size < days.length)
    return 'quiet.days must be days of the week from 1 for Monday to 7, each once.'
  if (from === until && [0, 7].includes(days.length))
    return 'quiet.from and quiet.until must differ: from a time to the same one is the whole day, and nothing would be told.'
  return null
}

/** The first thing that is wrong with a rule; null where nothing is. Whether channels, streamer and targets exist is not looked up here. */
export const checkRule = (rule: RuleInput): Invalid | null => {
  const { name, kinds, channelIds, conditions, quiet, windowSeconds, targetIds } = rule
  const invalid = (argument: string, message: string | null): Invalid | null =>
    message === null ? null : { kind: 'invalid', argument, message }
  const known: ReadonlySet<string> = new Set(happeningKinds)
  return (
    invalid('name', nameProblem(name)) ??
    invalid(
      'kinds',
      kinds.length > 0 && kinds.every((kind) => known.has(kind)) ? null : 'kinds must name one at least.',
    ) ??
    invalid(
      'channels',
      channelIds === null || (channelIds.length > 0 && channelIds.length <= maxChannels)
        ? null
        : `channels must be 1 to ${maxChannels} channels; left out, all are meant.`,
    ) ??
    invalid('conditions', conditionsProblem(conditions, new Set(kinds))) ??
    invalid('quiet', quiet && quietProblem(quiet)) ??
    invalid(
      'windowSeconds',
      windowSeconds === null ||
        (Number.isInteger(windowSeconds) && windowSeconds >= 1 && windowSeconds <= maxWindowSeconds)
        ? null
        : `windowSeconds must be from 1 to ${maxWindowSeconds}.`,
    ) ??
    invalid('targets', targetIds.length <= maxTargetsOfRule ? null : `targets must be at most ${maxTargetsOfRule}.`)
  )
}
