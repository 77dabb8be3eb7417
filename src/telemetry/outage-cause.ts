import type { Outage } from './outages.ts'

/** Why there is an outage. */
type OutageCause =
  | 'NOT_TRACKED'
  | 'PAUSED'
  | 'POLL_FAILED'
  | 'PLATFORM_SILENT'
  | 'NODE_AWAY'
  | 'NOT_YET_SHIPPED'
  | 'LOST'
  | 'UNKNOWN'

/** Where to look for what the cause was judged by. */
export type OutageEvidence = {
  place: 'CALLS' | 'DELIVERIES' | 'AUDIT' | 'OPERATIONS'
  from: Date
  to: Date
  /** Of calls and deliveries. */
  platform: string | null
  /** Of calls: whether those that failed tell it. */
  failed: boolean | null
  /** Of the audit log: its side, and the target of the entries. */
  side: 'dm' | 'public' | null
  target: string | null
}

/** What an outage is explained with: the cause, one sentence, and where that can be seen. */
export type OutageExplanation = { cause: OutageCause; explanation: string; evidence: OutageEvidence | null }

/** A span in milliseconds since the epoch. */
type Span = { from: number; to: number }

/** A span in which nobody wanted the channel to be asked about. */
export type Unwatched = Span & {
  /** It was not tracked yet, somebody paused it, or the polling of its platform was off. */
  kind: 'never' | 'channel' | 'platform'
  /** Who did it; null where that is not known. */
  by: string | null
  /** The entry of the audit log. */
  side: 'dm' | 'public'
  target: string
}

/** Calls that failed alike. */
type FailedCalls = { status: number | null; error: string; count: number; isOfChannel: boolean }

/** The calls to the platform in an outage. */
export type CallsOfOutage = {
  well: number
  failed: readonly FailedCalls[]
  /** The longest stretch without a call; the whole outage where there was none. */
  silence: Span
}

/** What is known of the time of an outage. */
export type OutageFacts = {
  /** The name of the platform, as people write it. */
  platform: { name: string; title: string }
  now: number
  /** What is not there: probes of the channel, or deliveries. */
  of: 'probes' | 'deliveries'
  /** The last probe that had an answer, whether or not its row has arrived; null when there was none. */
  lastProbedAt: number | null
  unwatched: readonly Unwatched[]
  /** The first call that the log still has; everything since then is in it. */
  callsSince: number
  calls: CallsOfOutage
  /** The longest pause between two calls about a channel while a platform fails, in milliseconds. */
  longestPauseMs: number
  /** Known losses that the outage overlaps. */
  losses: readonly { source: 'clickhouse' | 'spool'; rows: number | null; isAccepted: boolean }[]
  /** Nodes that hold rows from before the end of the outage; the name is null of this process. */
  backlogs: readonly { node: string | null; oldestAt: number }[]
}

/** What the caller may be told: what is said of nodes and failed calls, and who did something. */
export type Sees = { details: boolean; people: boolean }

const months = 'January February March April May June July August September October November December'.split(' ')
const secondsUnderMs = 10 * 60_000
// An outage that ends this close to now is not over.
const stillOnMs = 5_000

const dayOf = (ms: number): string => {
  const date = new Date(ms)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}
const timeOf = (ms: number, seconds: boolean): string => new Date(ms).toISOString().slice(11, seconds ? 19 : 16)
const instantText = (ms: number, seconds = false): string => `${timeOf(ms, seconds)} UTC on ${dayOf(ms)}`

const spanText = ({ from, to }: Span, isOn: boolean): string => {
  const seconds = to - from < secondsUnderMs
  if (isOn) return `since ${instantText(from, seconds)}`
  if (dayOf(from) !== dayOf(to)) return `between ${instantText(from, seconds)} and ${instantText(to, seconds)}`
  return `between ${timeOf(from, seconds)} and ${instantText(to, seconds)}`
}

const within = (one: Span, { from, to }: Span): Span => ({ from: Math.max(one.from, from), to: Math.min(one.to, to) })
const lengthOf = ({ from, to }: Span): number => Math.max(0, to - from)
const number = (count: number): string => count.toLocaleString('en-US')

const callsText = (count: number, all: number): string => {
  if (count < all) return `${number(count)} of ${number(all)} calls`
  return all === 1 ? 'the only call' : all === 2 ? 'both calls' : `all ${number(all)} calls`
}

const failureText = (
  { status, error, count }: FailedCalls,
  { title, all, when, isOn, details }: { title: string; all: number; when: string; isOn: boolean; details: boolean },
): string => {
  const calls = callsText(count, all)
  const why = details ? ` (${error.replace(/^not sent: /, '')})` : ''
  if (error.startsWith('not sent: '))
    return `Because ${title} had failed before, ${calls} to it ${isOn ? 'have not been' : 'were not'} sent ${when}${why}`
  if (status === null) return `${title} ${isOn ? 'has given' : 'gave'} no complete answer to ${calls} ${when}${why}`
  if (status < 300)
    return `What ${title} ${isOn ? 'has answered' : 'answered'} to ${calls} ${when} could not be used${why}`
  return `${title} ${isOn ? 'has answered' : 'answered'} ${status} to ${calls} ${when}`
}

/** Why there is an outage, by what is known of its time. */
export const explainOutage = (outage: Outage, facts: OutageFacts, sees: Sees): OutageExplanation => {
  const { platform, now, of, unwatched, calls } = facts
  const { title } = platform
  const span = { from: outage.from.getTime(), to: outage.to.getTime() }
  const isOn = now - span.to <= stillOnMs
  const when = spanText(span, isOn)
  const explained = (
    cause: OutageCause,
    explanation: string,
    evidence: (Pick<OutageEvidence, 'place'> & Partial<OutageEvidence>) | null,
  ): OutageExplanation => ({
    cause,
    explanation,
    evidence: evidence && {
      from: outage.from,
      to: outage.to,
      ...{ platform: null, failed: null, side: null, target: null },
      ...evidence,
    },
  })

  if (outage.reason === 'lost') {
    const what = of === 'probes' ? 'Probes' : 'Deliveries'
    const [loss, ...more] = facts.losses
    const place = of === 'probes' ? ('OPERATIONS' as const) : ('DELIVERIES' as const)
    if (!loss) return explained('LOST', `${what} received ${when} are lost.`, { place })
    const lost = loss.source === 'spool' ? 'the spool of a node was damaged' : 'a part of ClickHouse was damaged'
    const rows = loss.rows === null ? 'nobody knows how many' : `${number(loss.rows)} rows`
    const others =
      more.length > 0 ? `, and ${number(more.length)} more such ${more.length === 1 ? 'loss' : 'losses'}` : ''
    const repair = loss.isAccepted ? 'it will not be repaired' : 'it may still be repaired'
    return explained('LOST', `${what} received ${when} are lost (${rows}): ${lost}${others}; ${repair}.`, { place })
  }

  const isFirst = unwatched.find((one) => one.kind === 'never' && lengthOf(within(one, span)) * 2 >= lengthOf(span))
  if (outage.reason === 'not tracked yet' || isFirst) {
    const since = isFirst?.to ?? span.to
    const evidence = isFirst ? { place: 'AUDIT' as const, side: isFirst.side, target: isFirst.target } : null
    const text = since < now - stillOnMs ? `before ${instantText(since)}` : 'until now'
    return explained('NOT_TRACKED', `Nobody tracked the channel ${text}.`, evidence)
  }

  const paused = unwatched.find((one) => one.kind !== 'never' && lengthOf(within(one, span)) * 2 >= lengthOf(span))
  if (paused) {
    const what =
      paused.kind === 'channel' ? 'Watching of the channel was paused' : `Polling of ${title} was switched off`
    const by = sees.people && paused.by !== null ? ` by ${paused.by}` : ''
    const end = paused.to >= now ? 'and still is' : `and went on at ${instantText(paused.to)}`
    const { side, target } = paused
    return explained('PAUSED', `${what}${by} at ${instantText(paused.from)}, ${end}.`, { place: 'AUDIT', side, target })
  }

  const known = { from: Math.max(span.from, facts.callsSince), to: span.to }
  const looksAt = { place: 'CALLS' as const, platform: platform.name }
  if (lengthOf(known) * 2 >= lengthOf(span)) {
    const failed = calls.failed.reduce((sum, { count }) => sum + count, 0)
    const all = calls.well + failed
    const silentMs = lengthOf(calls.silence)
    if (silentMs * 2 >= lengthOf(known) && (failed === 0 || silentMs > facts.longestPauseMs)) {
      const isStillSilent = isOn && now - calls.silence.to <= stillOnMs
      const quiet = spanText(calls.silence, isStillSilent)
      return explained(
        'NODE_AWAY',
        `No poller ${isStillSilent ? 'has asked' : 'asked'} ${title} anything ${quiet}: the program was stopped, restarted or cut off from its database.`,
        // What was asked before and after shows the hole.
        { ...looksAt, from: new Date(span.from - 60_000), to: new Date(span.to + 60_000) },
      )
    }
    const isOfChannel = calls.failed.some((one) => one.isOfChannel)
    if (failed > 0 && (isOfChannel || failed * 10 >= all)) {
      const sorted = calls.failed.toSorted(
        (a, b) => Number(isOfChannel && b.isOfChannel) - Number(isOfChannel && a.isOfChannel) || b.count - a.count,
      )
      const most = sorted[0]!
      const rest = failed - most.count
      const others = rest > 0 ? `, and ${number(rest)} more failed in other ways` : ''
      const text = failureText(most, { title, all, when, isOn, details: sees.details })
      return explained('POLL_FAILED', `${text}${others}.`, { ...looksAt, failed: true })
    }
    const backlog = backlogText(facts, span, sees)
    if (backlog) return explained('NOT_YET_SHIPPED', backlog, { place: 'OPERATIONS' })
    return explained(
      'PLATFORM_SILENT',
      `${title} ${isOn ? 'has answered' : 'answered'} ${callsText(calls.well, all)} ${when}, but no answer told of the channel.`,
      looksAt,
    )
  }
  const backlog = backlogText(facts, span, sees)
  if (backlog) return explained('NOT_YET_SHIPPED', backlog, { place: 'OPERATIONS' })
  return explained('UNKNOWN', 'Nothing is kept of that time that says why.', null)
}

/** Rows that a node still holds explain an outage only where the channel was probed after it. */
const backlogText = ({ backlogs, lastProbedAt }: OutageFacts, { to }: Span, { details }: Sees): string | null => {
  const held = backlogs.find(({ oldestAt }) => oldestAt < to)
  if (!held || lastProbedAt === null || lastProbedAt < to) return null
  const node = held.node === null ? 'this node' : details ? `node ${held.node}` : 'a node'
  return `Rows since ${instantText(held.oldestAt)} are still in the spool of ${node}: they come when it reaches ClickHouse.`
}
