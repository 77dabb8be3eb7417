import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { countChat } from './chat-counts.ts'
import { countFollows } from './follow-series.ts'
import { judgeProbes, type LostSpan } from './outages.ts'
import {
  observedSpan,
  type SessionKey,
  type SessionProbes,
  type SessionSummary,
  type SummariesOptions,
  sessionProbes,
} from './session-summaries.ts'

/** An ended broadcast of a channel that is known since `firstSeenAt`. */
export type EndedSession = SessionKey & { channelId: bigint; endedAt: Date; firstSeenAt: Date }

/** What the rows of a broadcast add up to. */
export type SessionAggregates = SessionSummary & {
  /** The share of the expected probes that was made; null for a broadcast without a length. */
  coverage: number | null
  messages: number
  chatters: number
  follows: number
}

export type AggregatesOptions = Omit<SummariesOptions, 'pool'> & {
  /** Spans of which probes are lost. */
  lostProbes: readonly LostSpan[]
}

/**
 * The coverage of a series over the broadcast, as the probes of its own time alone say it: so it stays the same whatever comes
 * after the end. The last probe carries the interval that was planned.
 */
const coverageOf = (
  { from, to }: { from: number; to: number },
  { probes }: SessionProbes,
  { firstSeenAt }: EndedSession,
  lost: readonly LostSpan[],
): number | null => {
  if (to <= from) return null
  const timing = { firstSeenAt, lastProbedAt: null, intervalSeconds: probes.interval }
  return judgeProbes({ from, to, now: to, completeThrough: to, lost }, timing, probes, undefined).coverage
}

/**
 * Adds up the rows of ended broadcasts, in their order: one query of probes, one statement of follows, and one query of chat
 * for all whose times do not overlap within a channel. Queries run one after the other, so that others who wait for the heavy
 * pool get their turn. Rejects when a store does not answer.
 */
export const aggregateSessions = async (
  store: ClickHouse,
  db: Transaction,
  sessions: readonly EndedSession[],
  { lostProbes, ...options }: AggregatesOptions,
): Promise<SessionAggregates[]> => {
  const { env, now, signal } = options
  const spans = sessions.map((session) => observedSpan(session, now) ?? { from: 0, to: 0 })
  const edges = spans.map(({ from, to }, index) => ({
    channelId: sessions[index]!.channelId,
    from,
    to,
    edges: to > from ? [from, to] : [],
  }))
  const probes = await sessionProbes(store, sessions, { ...options, pool: 'heavy' })
  const chat = await countChat(store, { env, spans: edges, chatters: true, pool: 'heavy', signal })
  const follows = await countFollows(db, edges)
  return sessions.map((session, index) => ({
    ...probes[index]!.summary,
    coverage: coverageOf(spans[index]!, probes[index]!, session, lostProbes),
    messages: chat[index]!.messages[0] ?? 0,
    chatters: chat[index]!.chatters[0] ?? 0,
    follows: follows[index]!.follows[0] ?? 0,
  }))
}
