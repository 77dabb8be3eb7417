import { tooLong } from '../../parts/control/too-long.ts'
import { isZone } from '../../view/zone.ts'
import type { RuleDraft } from './rule-draft.ts'

/** How many characters the name of a rule has at most. */
export const longestName = 100

const mostViewers = 100_000_000

/** Why a text is no number of viewers that a rule can wait for, as a sentence; null where it is one, or empty. */
export const viewersProblem = (value: string): string | null => {
  const number = Number(value)
  if (value.trim() === '') return null
  return number >= 10 && number <= mostViewers && /^(?:[1-9]|15|25)0*$/.test(String(number))
    ? null
    : 'Write one digit and zeros, or 15 or 25 and zeros, from 10 to 100,000,000: 20, 250, 1500.'
}

/** The same of a score. */
export const scoreProblem = (value: string): string | null => {
  const number = Number(value)
  if (value.trim() === '') return null
  return Number.isInteger(number) && number >= 1 && number <= 100 ? null : 'Write a whole number from 1 to 100.'
}

/** The same of a time zone, which is never empty. */
export const zoneProblem = (name: string): string | null =>
  isZone(name) ? null : 'Write a time zone such as Europe/Berlin.'

/** Why one of the fields is not taken, in the words that stand at it; null where all are. Fields that are not shown are not asked. */
const fieldProblem = ({ kinds, ...draft }: RuleDraft): string | null =>
  tooLong(draft.name, longestName) ??
  (kinds.includes('VIEWERS_PASSED') ? viewersProblem(draft.viewers) : null) ??
  (kinds.includes('TRUST_FELL') ? scoreProblem(draft.scoreBelow) : null) ??
  (draft.hasQuiet ? zoneProblem(draft.quietZone) : null)

/** What a rule lacks before anything can be done with it, as a sentence; null where it lacks nothing. */
export const lackOf = (draft: RuleDraft): string | null => {
  const { kinds, hasChannels, channels, viewers, timesUsual, hasQuiet, quietFrom, quietUntil } = draft
  if (kinds.length === 0) return 'Choose what is told.'
  if (kinds.includes('VIEWERS_PASSED') && viewers.trim() === '' && timesUsual === '')
    return 'Say how many viewers, or how many times the usual.'
  if (hasChannels && channels.length === 0) return 'Add a channel, or choose all channels.'
  if (hasQuiet && (quietFrom === '' || quietUntil === '')) return 'Say when the quiet hours begin and end.'
  return fieldProblem(draft) && 'Mend what is marked in red.'
}
