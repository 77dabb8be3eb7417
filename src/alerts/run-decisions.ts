import type { Postgres } from '../stores/postgres/postgres.ts'
import { announce } from './alert-notice.ts'
import { type NewAlert, readStates, type StateKey, stateKeyOf, writeAlerts, writeStates } from './alert-store.ts'
import { type Cursor, lockCursor, type Positions, readCursor, readHeads, writeCursor } from './cursor.ts'
import { decide } from './decide.ts'
import { describe, type PageUrl } from './describe.ts'
import { type Happening, happeningId } from './happening.ts'
import type { Log } from './log.ts'
import { logs } from './logs.ts'
import { mergeLogs } from './merge-logs.ts'
import { type RuleWithTargets, readEnabledRules } from './rule-store.ts'

export type DecisionOptions = {
  databases: { dm: Postgres; public: Postgres }
  /** Of the logs of `dm`, as they are now. */
  epoch: string
  /** Whether `dm` moves or has moved from here. */
  isAway?: () => Promise<boolean>
  pageUrl: PageUrl
  /** Entries of a log that are decided on at a time. */
  pageSize?: number
}

/**
 * What a run did. `again` says that more waits; `begun` that the logs are new here, and that the cursor stands at their ends now; `isAway` that nothing
 * was decided, because `dm` moves or has moved from here: whoever is at its new place decides.
 */
export type DecisionRun = {
  alerts: number
  deliveries: number
  again: boolean
  begun: boolean
  isAway: boolean
  lastRecordedAt: number | null
}

const nothing: DecisionRun = {
  alerts: 0,
  deliveries: 0,
  again: false,
  begun: false,
  isAway: false,
  lastRecordedAt: null,
}

const isSame = (a: Cursor | null, b: Cursor | null): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Whether the logs have become other ones, or lost entries that were decided on. */
const isBehind = ({ epoch, positions }: Cursor, now: string, heads: Positions): boolean =>
  epoch !== now || Object.entries(heads).some(([name, head]) => head < positions[name as keyof Positions])

type Pair = { rule: RuleWithTargets; happening: Happening; key: StateKey }

/** The rules and happenings that are about each other, whatever the states are. */
const pairsOf = (rules: readonly RuleWithTargets[], happenings: readonly Happening[]): Pair[] =>
  happenings.flatMap((happening) =>
    rules.flatMap((rule) => {
      if (!decide(rule, null, happening).tells) return []
      return [{ rule, happening, key: stateKeyOf(rule, happening) }]
    }),
  )

/**
 * What is decided at a time at most. More rules than usual, each about everything, would make one transaction as large as all that they tell:
 * then fewer entries are read at a time.
 */
const mostPairs = 5_000

/** Writes the cursor and what was decided, unless another node has moved it since it was read. */
const commit = (
  { public: db }: DecisionOptions['databases'],
  from: Cursor | null,
  to: Cursor,
  pairs: readonly Pair[],
  alertOf: (pair: Pair) => NewAlert,
  begins = false,
) =>
  db.transaction<'busy' | 'moved' | { alerts: number; deliveries: number }>(async (tx) => {
    const found = await lockCursor(tx)
    if (found === undefined) return 'busy'
    if (!isSame(found, from)) return 'moved'
    const remembering = pairs.filter(({ rule }) => rule.windowMs !== null)
    const states = await readStates(
      tx,
      remembering.map(({ key }) => key),
    )
    const alerts = pairs.flatMap((pair) => {
      const { tells, state } = decide(pair.rule, states.of(pair.key), pair.happening)
      if (pair.rule.windowMs !== null && tells) states.set(pair.key, state)
      return tells ? [alertOf(pair)] : []
    })
    const written = await writeAlerts(tx, alerts)
    await writeStates(tx, states)
    await writeCursor(tx, to, begins)
    if (written.alerts > 0) await tx.query(announce)
    return written
  })

/**
 * Decides on the next entries of all logs, and writes the alerts with the cursor. Any node may do it at any time: of two that do at once one
 * changes nothing. Logs that are new here are followed from their ends on.
 */
export const runDecisions = async (options: DecisionOptions): Promise<DecisionRun> => {
  const { databases, epoch, pageUrl, pageSize = 500 } = options
  const from = await readCursor(databases.public)
  // After the cursor was read: whoever is at the new place moves it from then on only, and a cursor that was moved is not written here.
  if (await options.isAway?.()) return { ...nothing, isAway: true }
  // The ends are read before the rules. So an entry that no rule was about came before any rule that is made meanwhile.
  const heads = await readHeads(databases)
  if (from === null || isBehind(from, epoch, heads)) {
    const begins = from !== null
    const begun = await commit(databases, from, { epoch, positions: heads }, [], () => undefined as never, begins)
    return { ...nothing, again: begun === 'moved', begun: typeof begun === 'object' && begins }
  }
  const rules = await readEnabledRules(databases.public)
  const positions: Record<string, number> = { ...from.positions }
  let again = false
  const isAsked = ({ kinds }: Log) => kinds.some((kind) => rules.some((rule) => rule.kinds.has(kind)))
  const read = async (log: Log): Promise<Happening[]> => {
    if (heads[log.name] === from.positions[log.name]) return []
    positions[log.name] = heads[log.name]
    if (!isAsked(log)) return []
    const page = await log.read(databases[log.side], from.positions[log.name], pageSize)
    positions[log.name] = page.last
    again ||= page.more
    return page.happenings
  }
  const pages = await Promise.all(logs.map(read))
  const to = { epoch, positions: positions as Positions }
  if (isSame(from, to)) return nothing
  const pairs = pairsOf(rules, mergeLogs(pages))
  if (pairs.length > mostPairs && pageSize > 1)
    return runDecisions({ ...options, pageSize: Math.max(1, Math.floor((pageSize * mostPairs) / pairs.length)) })
  const messageOf = await describe(databases.dm, pageUrl, [...new Set(pairs.map(({ happening }) => happening))])
  const written = await commit(databases, from, to, pairs, ({ rule, happening }) => ({
    ...{ ruleId: rule.id, happening, targetIds: rule.targetIds },
    happeningId: happeningId(happening, epoch),
    message: messageOf(happening, rule),
  }))
  // Who has the cursor was notified of the same entries, and will be of those that come meanwhile.
  if (typeof written === 'string') return { ...nothing, again: written === 'moved' }
  return { ...nothing, ...written, again, lastRecordedAt: pairs.at(-1)?.happening.recordedAt ?? null }
}
