import type { AlertKind } from '../../generated/graphql.ts'
import { kindNames } from './kind-names.ts'

type Kind = readonly [kind: AlertKind, means: string]

/** The same by what they are about, each with what it means. */
export const kindGroups: readonly (readonly [name: string, kinds: readonly Kind[]])[] = [
  [
    'Broadcasts',
    [
      ['WENT_LIVE', 'A channel goes live.'],
      ['ENDED', 'A broadcast ends.'],
      ['TITLE_CHANGED', 'Its title changes.'],
      ['CATEGORY_CHANGED', 'Its category changes.'],
      ['VIEWERS_PASSED', 'More watch than ever before in it.'],
      ['OUTAGE', 'It was not observed for over five minutes.'],
    ],
  ],
  [
    'Channels',
    [
      ['RENAMED', 'A channel has another handle.'],
      ['COLLIDED', 'Another channel has its handle now.'],
      ['BANNED', 'The platform no longer shows it.'],
      ['RETURNED', 'The platform shows it again.'],
      ['CLAIM_VERIFIED', 'The claim of a streamer is verified.'],
      ['CLAIM_LOST', 'A verified claim is gone.'],
      ['TRUST_FELL', 'Its trust score falls.'],
    ],
  ],
  [
    'This system',
    [
      ['JOB_FAILED', 'A job fails at its last try.'],
      ['DELIVERY_FAILED', 'An alert is given up, or a target paused.'],
    ],
  ],
]

/** Kinds in words, in the order of the groups: "Went live, ended". */
export const kindsText = (kinds: readonly AlertKind[]): string => {
  const names = kindGroups
    .flatMap(([, all]) => all.filter(([kind]) => kinds.includes(kind)))
    .map(([kind]) => kindNames[kind])
  return names.map((name, i) => (i === 0 ? name : name.toLowerCase())).join(', ')
}
