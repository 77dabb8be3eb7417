import { zoneClock } from '../lib/zone-clock.ts'
import { createStates, stateKeyOf } from './alert-store.ts'
import type { Sides } from './cursor.ts'
import { decide, historyMs, type Reason } from './decide.ts'
import { describe, type PageUrl } from './describe.ts'
import type { Happening } from './happening.ts'
import type { Log } from './log.ts'
import { logs } from './logs.ts'
import type { Message } from './message.ts'
import type { Rule } from './rule.ts'

export type DryRunOptions = {
  databases: Sides
  rule: Rule
  /** What happened from then on, and before then. */
  from: Date
  to: Date
  /** By whose days the told are counted. */
  timezone?: string
  /** How many of the newest that were told are described. */
  samples?: number
  pageUrl: PageUrl
  signal?: AbortSignal
}

/** What a rule would have told. */
export type DryRun = {
  told: number
  /** Happenings of its kinds, by what was decided, the most first. */
  reasons: { reason: Reason; count: number }[]
  /** Days on which something was told, in order, each as YYYY-MM-DD. */
  days: { day: string; told: number }[]
  /** The newest that were told, the newest first. */
  newest: Message[]
}

const dayMs = 86_400_000

/** Counts by a key. */
const createCounts = <Key>() => {
  const counts = new Map<Key, number>()
  return { counts, add: (key: Key) => void counts.set(key, (counts.get(key) ?? 0) + 1) }
}

/** What was put in long after it happened is tried as if it had been recorded at once. */
const inTime = (happening: Happening): Happening =>
  happening.recordedAt - happening.at > historyMs ? { ...happening, recordedAt: happening.at } : happening

const newestFirst = (a: Happening, b: Happening): number =>
  b.at - a.at || a.log.localeCompare(b.log) || b.position - a.position

/** Decides on the past as the live run would have, beginning with nothing told yet. It writes nothing. */
export const dryRun = async (options: DryRunOptions): Promise<DryRun> => {
  const { databases, from, to, timezone = 'UTC', samples = 20, pageUrl, signal } = options
  const rule: Rule = { ...options.rule, since: Number.NEGATIVE_INFINITY }
  const clock = zoneClock(timezone)
  const states = createStates()
  const reasons = createCounts<Reason>()
  const days = createCounts<number>()
  let newest: Happening[] = []
  let told = 0
  const asked = { from, to, kinds: rule.kinds, channelIds: rule.channelIds, withPlatform: rule.platform !== null }
  const stop = new AbortController()
  const stopping = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])])
  const tryLog = async (log: Log): Promise<void> => {
    for await (const page of log.past(databases[log.side], asked)) {
      stopping.throwIfAborted()
      const toldOfPage: Happening[] = []
      for (const found of page) {
        if (!rule.kinds.has(found.kind)) continue
        const happening = inTime(found)
        const key = rule.windowMs === null ? null : stateKeyOf(rule, happening)
        const decision = decide(rule, key && states.of(key), happening)
        reasons.add(decision.reason)
        if (!decision.tells) continue
        if (key) states.set(key, decision.state)
        told++
        days.add(Math.floor((happening.at + clock.offsetAt(happening.at)) / dayMs))
        toldOfPage.push(happening)
      }
      newest = [...newest, ...toldOfPage].sort(newestFirst).slice(0, samples)
    }
  }
  // At once: as the kinds of a topic are in one log, the order between logs changes nothing.
  const tried = logs.filter(({ kinds }) => kinds.some((kind) => rule.kinds.has(kind))).map(tryLog)
  await Promise.all(tried).finally(() => stop.abort())
  const messageOf = await describe(databases.dm, pageUrl, newest)
  return {
    told,
    reasons: Array.from(reasons.counts, ([reason, count]) => ({ reason, count })).sort(
      (a, b) => b.count - a.count || a.reason.localeCompare(b.reason),
    ),
    days: [...days.counts]
      .sort(([a], [b]) => a - b)
      .map(([day, count]) => ({ day: new Date(day * dayMs).toISOString().slice(0, 10), told: count })),
    newest: newest.map((happening) => messageOf(happening, rule)),
  }
}
