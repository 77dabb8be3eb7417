import type { WebhookOutcome } from '../../generated/graphql.ts'
import { outcomeNames } from '../parts/delivery/outcome-names.ts'

export type Outcome = WebhookOutcome

type Words = {
  name: string
  /** What it means and what is to be done, in a sentence. */
  sentence: string
  /** Whether it had the effect that it should have; `none` for what should have none. */
  effect: 'used' | 'none' | 'not used'
}

/** Every outcome in words, those that were used first. */
export const outcomeWords: Record<Outcome, Words> = {
  PROJECTED: {
    name: outcomeNames.PROJECTED,
    effect: 'used',
    sentence: 'What it tells is in the stores. Nothing is to be done.',
  },
  LATE: {
    name: outcomeNames.LATE,
    effect: 'used',
    sentence:
      'It is stored, and came more than five minutes after it was sent. Many of them mean that the platform is behind.',
  },
  KEPT: {
    name: outcomeNames.KEPT,
    effect: 'used',
    sentence: 'Genuine, of a type that is kept as it came because nothing else stores it. Nothing is to be done.',
  },
  REPEATED: {
    name: outcomeNames.REPEATED,
    effect: 'none',
    sentence: 'The same delivery came before, and the first one counts. Nothing is to be done.',
  },
  TEST: {
    name: outcomeNames.TEST,
    effect: 'none',
    sentence: 'A test: it shows that deliveries arrive, and changes nothing.',
  },
  QUARANTINED: {
    name: outcomeNames.QUARANTINED,
    effect: 'not used',
    sentence:
      'Sent more than seven days before it came, or more than five minutes after that. It changed nothing. Replay it if it is to count.',
  },
  UNTRACKED: {
    name: outcomeNames.UNTRACKED,
    effect: 'not used',
    sentence:
      'About a channel that is not tracked, or by an event subscription that is not ours. It changed nothing. Track the channel, then replay it.',
  },
  UNSUPPORTED: {
    name: outcomeNames.UNSUPPORTED,
    effect: 'not used',
    sentence: 'Of a type or version that this version of the program does not read. Replay it after an upgrade.',
  },
  TYPE_MISMATCH: {
    name: outcomeNames.TYPE_MISMATCH,
    effect: 'not used',
    sentence:
      'The body is not what its type says. It changed nothing. Many of them mean that the platform has changed its format.',
  },
  MALFORMED: {
    name: outcomeNames.MALFORMED,
    effect: 'not used',
    sentence:
      'Its headers or its body can not be read, or tell an instant that can not be true. Many genuine ones mean that the platform has changed its format.',
  },
  FORGED: {
    name: outcomeNames.FORGED,
    effect: 'not used',
    sentence:
      'The signature is missing or wrong, so anybody may have sent it. It changed nothing. Many from the platform itself mean a wrong key or secret.',
  },
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
