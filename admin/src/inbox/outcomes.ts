import type { WebhookOutcome } from '../../generated/graphql.ts'
import { outcomeNames } from '../parts/delivery/outcome-names.ts'

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
    sentence: 'It was read, and what it tells is stored.',
  },
  LATE: {
    name: outcomeNames.LATE,
    effect: 'used',
    sentence: 'It is stored, although it came more than five minutes after it was sent.',
    next: 'If there are many, the platform is behind: look at its status page.',
  },
  KEPT: {
    name: outcomeNames.KEPT,
    effect: 'used',
    sentence: 'It is genuine, and kept as it came, because nothing else stores this type.',
  },
  REPEATED: {
    name: outcomeNames.REPEATED,
    effect: 'none',
    sentence: 'The same delivery came before, and the first one counts.',
  },
  TEST: {
    name: outcomeNames.TEST,
    effect: 'none',
    sentence: 'It is a test: it shows that deliveries arrive, and changes nothing.',
  },
  QUARANTINED: {
    name: outcomeNames.QUARANTINED,
    effect: 'not used',
    sentence: 'It was not used, because it was sent more than seven days before it came, or after it came.',
    next: 'Replay it if it should count.',
  },
  UNTRACKED: {
    name: outcomeNames.UNTRACKED,
    effect: 'not used',
    sentence: 'It was not used, because its channel is not tracked, or its event subscription is not ours.',
    next: 'Track the channel, then replay it.',
  },
  UNSUPPORTED: {
    name: outcomeNames.UNSUPPORTED,
    effect: 'not used',
    sentence: 'It was not used, because this version of the program does not read this type or version.',
    next: 'Upgrade the program, then replay it.',
  },
  TYPE_MISMATCH: {
    name: outcomeNames.TYPE_MISMATCH,
    effect: 'not used',
    sentence: 'It was not used, because its body is not what its type says.',
    next: 'If there are many, the platform has changed its format: upgrade the program, then replay them.',
  },
  MALFORMED: {
    name: outcomeNames.MALFORMED,
    effect: 'not used',
    sentence:
      'It was not used, because its headers or body can not be read, or because it names a time that can not be true.',
    next: 'If it is signed, the platform may have changed its format: upgrade the program, then replay it.',
  },
  FORGED: {
    name: outcomeNames.FORGED,
    effect: 'not used',
    sentence: 'It was not used, because its signature is missing or wrong: anybody may have sent it.',
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
