import { meets } from './conditions.ts'
import type { Happening } from './happening.ts'
import { isQuiet } from './quiet-hours.ts'
import type { Rule } from './rule.ts'

/** What a rule remembers of one channel and one topic: when that happened which it told last; null before the first time. */
export type RuleState = number | null

/** Why a rule tells a happening, or does not. */
export type Reason =
  | 'told'
  | 'other-kind'
  | 'other-channel'
  | 'history'
  | 'before-rule'
  | 'condition'
  | 'quiet-hours'
  | 'too-soon'

export type Decision = { tells: boolean; reason: Reason; state: RuleState }

/** What is recorded so long after it happened was put in afterwards, and is no news. */
export const historyMs = 86_400_000

const reasonOf = (rule: Rule, state: RuleState, happening: Happening): Reason => {
  const { kind, channelId, platform, at, recordedAt } = happening
  if (!rule.kinds.has(kind)) return 'other-kind'
  if (rule.channelIds !== null && (channelId === null || !rule.channelIds.has(channelId))) return 'other-channel'
  if (rule.platform !== null && rule.platform !== platform) return 'other-channel'
  if (recordedAt - at > historyMs) return 'history'
  if (recordedAt < rule.since) return 'before-rule'
  if (!meets(rule.conditions, happening)) return 'condition'
  if (rule.quiet !== null && isQuiet(rule.quiet, at)) return 'quiet-hours'
  if (rule.windowMs !== null && state !== null && at - state < rule.windowMs) return 'too-soon'
  return 'told'
}

/**
 * Whether a rule tells a happening. The live run and the dry run both ask this, and nothing else decides. The state is that of the rule for the
 * channel and topic of the happening; a topic has one log, so its happenings come in the same order always.
 */
export const decide = (rule: Rule, state: RuleState, happening: Happening): Decision => {
  const reason = reasonOf(rule, state, happening)
  const tells = reason === 'told'
  return { tells, reason, state: tells ? happening.at : state }
}
