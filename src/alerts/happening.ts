/** What can happen. */
export const happeningKinds = [
  'went-live',
  'ended',
  'title-changed',
  'category-changed',
  'viewers-passed',
  'renamed',
  'collided',
  'banned',
  'returned',
  'outage',
  'claim-verified',
  'claim-lost',
  'trust-fell',
  'job-failed',
  'delivery-failed',
] as const

/** What a happening is, by the words in which it is stored. */
export type HappeningKind = (typeof happeningKinds)[number]

/** The logs that happenings are read from: those of `dm`, and that of the environment. */
export type LogName = 'journal' | 'details' | 'happenings' | 'own'

/** What a log says of a happening, by the names that conditions and messages have for it. It never changes. */
export type Facts = Readonly<Record<string, unknown>>

/** One thing that happened. */
export type Happening = {
  kind: HappeningKind
  log: LogName
  /** Its position in the log: the order of positions is the order of commits. */
  position: number
  /** Null where it is about no channel. */
  channelId: bigint | null
  /** The platform of the channel. */
  platform: string | null
  /** When it happened, in milliseconds since the epoch. */
  at: number
  /** When it was written into its log, by the clock of the database. */
  recordedAt: number
  /** Start of the broadcast that it is about; null where it is about none. */
  sessionStartedAt: number | null
  facts: Facts
}

/** What names a happening for good. The logs of `dm` begin anew with another epoch. */
export const happeningId = ({ kind, log, position }: Happening, epoch: string): string =>
  log === 'own' ? `own:${position}:${kind}` : `${epoch}:${log}:${position}:${kind}`

/** What happenings are alike in, of which a rule may tell only one in a while. All of a topic are in one log. */
export const topicOf = ({ kind, log, facts }: Happening): string => {
  if (kind === 'job-failed') return `${kind} ${log} ${facts.job}`
  if (kind === 'delivery-failed') return `${kind} ${(facts.target as { id?: string } | undefined)?.id}`
  return kind
}
