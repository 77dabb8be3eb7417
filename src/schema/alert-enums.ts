import type { Reason } from '../alerts/decide.ts'
import type { DeliveryState } from '../alerts/deliveries.ts'
import type { HappeningKind } from '../alerts/happening.ts'
import type { Outcome, TargetKind } from '../targets/target.ts'
import { builder } from './builder.ts'

/** The name of a value in an enumeration: the word in capitals. */
const nameOf = (word: string): string => word.toUpperCase().replaceAll('-', '_')

/** An enumeration whose values are the words of the program in capitals; says what each means. */
const wordEnum = <Word extends string>(name: string, words: Readonly<Record<Word, string>>, description?: string) =>
  builder.enumType(name, {
    ...(description !== undefined && { description }),
    values: Object.fromEntries(
      Object.entries<string>(words).map(([word, text]) => [nameOf(word), { value: word as Word, description: text }]),
    ) as { [name: string]: { value: Word; description: string } },
  })

/** Kinds of happenings. */
export const AlertKindEnum = wordEnum<HappeningKind>(
  'AlertKind',
  {
    'went-live': 'A channel went live.',
    ended: 'A broadcast ended.',
    'title-changed': 'The title changed, while the channel was on or before.',
    'category-changed': 'The category changed, while the channel was on or before.',
    'viewers-passed':
      'More watch a broadcast than ever before in it, and that passes a number or a factor of the usual.',
    renamed: 'A channel has another slug.',
    collided: 'A channel lost its slug to another channel.',
    banned: 'The platform does not show a channel any more.',
    returned: 'The platform shows a channel again.',
    outage: 'A broadcast was not observed for more than five minutes, and is observed again.',
    'claim-verified': 'The claim of a channel was verified.',
    'claim-lost': 'The verified claim of a channel is gone.',
    'trust-fell': 'The trust score of a channel fell below a whole point.',
    'job-failed': 'A job failed at its last try.',
    'delivery-failed': 'An alert was given up, or a target is paused because it failed for a day.',
  },
  'What happened.',
)

/** Kinds of targets. */
export const AlertTargetKindEnum = wordEnum<TargetKind>('AlertTargetKind', {
  http: 'An HTTP endpoint that gets signed requests.',
  discord: 'A webhook of Discord.',
  slack: 'An incoming webhook of Slack.',
  email: 'A mail server.',
})

/** States of deliveries. */
export const AlertDeliveryStateEnum = wordEnum<DeliveryState>('AlertDeliveryState', {
  waiting: 'It is tried, or waits for its next attempt, for an earlier one or for its target.',
  delivered: 'The target took it.',
  dead: 'The target refused it, or it was tried too often. It can be replayed.',
})

/** How attempts end. */
export const AlertOutcomeEnum = wordEnum<Outcome['kind']>('AlertOutcome', {
  delivered: 'The target took it.',
  retry: 'It may go better later.',
  refused: 'It will not go better later.',
})

/** What is decided about a happening. */
export const AlertDecisionEnum = wordEnum<Exclude<Reason, 'other-kind' | 'before-rule' | 'history'>>('AlertDecision', {
  told: 'It is told.',
  'other-channel': 'It is about a channel that the rule is not about.',
  condition: 'It does not meet the conditions.',
  'quiet-hours': 'It was in the quiet hours.',
  'too-soon': 'The rule told of this channel and kind within its window.',
})

/** How messages are signed. */
export const SignatureSchemeEnum = builder.enumType('AlertSignatureScheme', {
  description: 'How an HTTP endpoint knows that an alert is ours, as Standard Webhooks calls it.',
  values: {
    V1: { value: 'v1', description: 'HMAC-SHA256, with a secret that both sides have.' },
    V1A: { value: 'v1a', description: 'Ed25519, with a public key for receivers.' },
  } as const,
})
