import type { WebhookOutcome } from '../../generated/graphql.ts'
import { outcomeNames } from '../parts/delivery/outcome-names.ts'
import { exactNumber } from '../view/format.ts'

export type Outcome = WebhookOutcome

type Words = {
  name: string
  /** What it means, and why it was not used, in a sentence. */
  sentence: string
  /** What to do about it; absent where there is nothing to do. */
  next?: string
  /** Whether it had the effect that it should have; `none` for what should have none. */
  effect: 'used' | 'none' | 'not used'
}

/** Every outcome in words, those that were used first. */
export const outcomeWords: Record<Outcome, Words> = {
  PROJECTED: {
    name: outcomeNames.PROJECTED,
    effect: 'used',
    sentence: 'It was processed and its content is stored.',
  },
  LATE: {
    name: outcomeNames.LATE,
    effect: 'used',
    sentence: 'It was stored, though it arrived more than five minutes after it was sent.',
    next: 'If there are many, the platform is lagging: check its status page.',
  },
  KEPT: {
    name: outcomeNames.KEPT,
    effect: 'used',
    sentence: 'It is genuine and was kept as received. Nothing else uses this type.',
  },
  REPEATED: {
    name: outcomeNames.REPEATED,
    effect: 'none',
    sentence: 'The same delivery arrived before. Only the first one counts.',
  },
  TEST: {
    name: outcomeNames.TEST,
    effect: 'none',
    sentence: 'A test: it shows that deliveries arrive and changes nothing.',
  },
  QUARANTINED: {
    name: outcomeNames.QUARANTINED,
    effect: 'not used',
    sentence: 'It was not used because its timestamp is more than seven days old or in the future.',
    next: 'Replay it if it should count.',
  },
  UNTRACKED: {
    name: outcomeNames.UNTRACKED,
    effect: 'not used',
    sentence: 'It was not used because its channel is not tracked or its event subscription is not ours.',
    next: 'Track the channel, then replay it.',
  },
  UNSUPPORTED: {
    name: outcomeNames.UNSUPPORTED,
    effect: 'not used',
    sentence: 'It was not used because this version of Channelscope does not support this type or version.',
    next: 'Upgrade Channelscope, then replay it.',
  },
  TYPE_MISMATCH: {
    name: outcomeNames.TYPE_MISMATCH,
    effect: 'not used',
    sentence: 'It was not used because its body does not match its type.',
    next: 'If there are many, the platform has changed its format: upgrade Channelscope, then replay them.',
  },
  MALFORMED: {
    name: outcomeNames.MALFORMED,
    effect: 'not used',
    sentence: 'It was not used because its headers or body cannot be read, or it names an impossible time.',
    next: 'If it is signed, the platform may have changed its format: upgrade Channelscope, then replay it.',
  },
  FORGED: {
    name: outcomeNames.FORGED,
    effect: 'not used',
    sentence: 'It was not used because its signature is missing or wrong: anyone may have sent it.',
    next: 'If the platform sent it, check the secret or the public key in the settings. Otherwise there is nothing to do.',
  },
}

/** What an outcome means and what to do, in one text. */
export const outcomeText = (outcome: Outcome): string => {
  const { sentence, next } = outcomeWords[outcome]
  return next === undefined ? sentence : `${sentence} ${next}`
}

export const allOutcomes = Object.keys(outcomeWords) as Outcome[]

const notUsed = allOutcomes.filter((outcome) => outcomeWords[outcome].effect === 'not used')

/** One outcome, or all of those that changed nothing although they came. */
export type OutcomeFilter = Outcome | 'NOT_USED'

export const outcomeFilters: readonly OutcomeFilter[] = ['NOT_USED', ...allOutcomes]

/** The outcomes of a filter, as the API takes them; undefined for all. */
export const outcomesOf = (filter: OutcomeFilter | undefined): Outcome[] | undefined =>
  filter === undefined ? undefined : filter === 'NOT_USED' ? notUsed : [filter]

const isUnused = (outcome: Outcome): boolean => outcomeWords[outcome].effect === 'not used'

/** How many of these counts were not used. */
export const countUnused = (counts: readonly { outcome: Outcome; count: number }[]): number =>
  counts.reduce((sum, { outcome, count }) => sum + (isUnused(outcome) ? count : 0), 0)

/** What is said beside a count of 0 that were not used. What is only kept was not refused, and has no further use either. */
export const unusedNote = (counts: readonly { outcome: Outcome; count: number }[]): string => {
  const kept = counts.find(({ outcome }) => outcome === 'KEPT')?.count ?? 0
  return kept > 0 ? `none refused; ${exactNumber(kept)} only kept as received` : 'none refused'
}
