import { callsOf, type LoggedCall, logCalls } from '../calls/log-calls.ts'
import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { isAnswered } from '../platforms/failure.ts'
import type { CallFailure, CallResult, EventSubscriptions, Platform, PlatformName } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { createSubscriptions } from './create-subscriptions.ts'
import { graceMs, planSubscriptions, type Removal } from './plan-subscriptions.ts'
import { everything, judgeSilence } from './silence.ts'
import { knownUsers, readState, recordRemovals, writePlan } from './subscription-store.ts'

type EndDeps = {
  db: Postgres
  platform: PlatformName
  api: EventSubscriptions
  /** Waits for a call and notes it for the log. */
  ask: <T>(call: Promise<CallResult<T>>) => Promise<CallResult<T>>
  /** Whether the budget allows another call. */
  mayCall: () => boolean
  clock: Clock
  signal: AbortSignal | undefined
}

/**
 * Ends subscriptions with the platform, in batches, and records each batch at once: its rows are removed, or stay to be
 * asked for again. A refused batch is halved until the refused id is alone. A single id that is refused counts as gone; if it
 * is not, the list will show it. A single id with an unreadable answer is left to the next run. It stops at a failure of the
 * connection or of our rights, and at the end of the budget.
 */
const endSubscriptions = async (
  { db, platform, api, ask, mayCall, clock, signal }: EndDeps,
  removals: readonly Removal[],
): Promise<{ removed: number; failure: CallFailure | null }> => {
  const batches: (readonly Removal[])[] = []
  for (let start = 0; start < removals.length; start += api.removeBatchSize)
    batches.push(removals.slice(start, start + api.removeBatchSize))
  let removed = 0
  for (let batch = batches.shift(); batch !== undefined && mayCall(); batch = batches.shift()) {
    const ids = batch.map(({ platformSubscriptionId }) => platformSubscriptionId)
    const result = await ask(api.remove(ids, signal))
    if (!result.ok && result.failure.kind !== 'rejected' && !isAnswered(result.failure))
      return { removed, failure: result.failure }
    if (!result.ok && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2)
      batches.unshift(batch.slice(0, middle), batch.slice(middle))
      continue
    }
    if (!result.ok && result.failure.kind !== 'rejected') continue
    const ended = batch
    await db.transaction((tx) => recordRemovals(tx, platform, ended, new Date(clock())))
    removed += batch.length
  }
  return { removed, failure: null }
}

export type ReconcileOptions = {
  db: Postgres
  /** Without event subscriptions it has nothing to reconcile. */
  platform: Platform
  clock: Clock
  steady?: Steady
  log: Log
  signal?: AbortSignal
  /** Bounds of one run. Calls go out one at a time, so that other users of the platform's pacer get every second turn. */
  budget?: { calls: number; ms: number }
}

/** What one run did. `waiting` channels remain for the next run; `calls` are those of the log, oldest first. */
export type ReconcileSummary = {
  listed: number
  adopted: number
  created: number
  removed: number
  refused: number
  waiting: number
  /** Types of which nothing at all arrives. */
  silent: string[]
  /** How many silent subscriptions were ended to be asked for again. */
  renewed: number
  /** Why the run ended early. */
  failure: CallFailure | null
  calls: LoggedCall[]
}

/** A run ends when the platform fails for so many channels in a row. */
const mostBroken = 3

const ordinaryBudget = { calls: 500, ms: 50_000 }

/**
 * Makes the platform deliver what is wanted of its subscription targets: lists what it holds, ends duplicates and what is not
 * wanted, and asks for what is missing, live channels first. It may be repeated, interrupted and run twice at once. What does
 * not fit into the budget waits for the next run.
 */
export const reconcileEventSubscriptions = async (options: ReconcileOptions): Promise<ReconcileSummary> => {
  const calls: LoggedCall[] = []
  try {
    return await reconcile(options, calls)
  } finally {
    // Also those of a run that failed.
    await logCalls(options.db, calls)
  }
}

const reconcile = async (options: ReconcileOptions, calls: LoggedCall[]): Promise<ReconcileSummary> => {
  const { db, platform, clock, steady = systemSteady, log, signal, budget = ordinaryBudget } = options
  const summary: ReconcileSummary = {
    listed: 0,
    adopted: 0,
    created: 0,
    removed: 0,
    refused: 0,
    waiting: 0,
    silent: [],
    renewed: 0,
    failure: null,
    calls,
  }
  const { eventSubscriptions: api, name } = platform
  if (api === undefined) return summary
  const startedAt = steady()

  const mayCall = (): boolean =>
    signal?.aborted !== true && summary.calls.length < budget.calls && steady() - startedAt < budget.ms

  const ask = async <T>(call: Promise<CallResult<T>>, channelId?: bigint): Promise<CallResult<T>> => {
    const result = await call
    calls.push(...callsOf(result, channelId === undefined ? [] : [channelId]))
    return result
  }

  /** How many were ended; null when no more calls are possible in this run. */
  const end = async (removals: readonly Removal[]): Promise<number | null> => {
    const ended = await endSubscriptions({ db, platform: name, api, ask, mayCall, clock, signal }, removals)
    summary.removed += ended.removed
    summary.failure = ended.failure
    return ended.failure === null && mayCall() ? ended.removed : null
  }

  const list = await ask(api.list(signal))
  if (!list.ok) return { ...summary, failure: list.failure }
  summary.listed = list.value.length
  const now = clock()
  const { channels, stored, removed, watches: before } = await readState(db, name, new Date(now - graceMs))
  const listedUsers = new Set(list.value.map(({ platformUserId }) => platformUserId))
  const known = await knownUsers(db, name, [...listedUsers])
  for (const { platformUserId } of [...channels, ...stored]) known.add(platformUserId)
  const plan = planSubscriptions({ now, types: api.types, channels, stored, listed: list.value, known, removed })
  const silence = judgeSilence({ now, types: api.types, before, stored, channels })
  summary.silent = silence.silentEvents
  summary.adopted = plan.adopted.length
  summary.waiting = plan.creations.length
  for (const event of silence.begun)
    if (event === everything)
      log.error(
        { platform: name },
        'nothing at all arrives although channels are live: can the platform reach the webhook?',
      )
    else log.warn({ platform: name, event }, 'nothing of this type arrives although channels are live')
  await db.transaction((tx) =>
    writePlan(tx, name, plan, silence.watches, { now: new Date(now), removedBefore: new Date(now - graceMs) }),
  )

  if ((await end(plan.removals)) === null) return summary
  const ending = new Set(plan.removals.map(({ platformSubscriptionId }) => platformSubscriptionId))
  const renewed = await end(silence.renewals.filter((one) => !ending.has(one.platformSubscriptionId)))
  if (renewed === null) return summary
  summary.renewed = renewed
  if (renewed > 0) log.warn({ platform: name, renewed }, 'silent subscriptions were ended and will be created again')
  const full = new Set<string>()
  let brokenInARow = 0
  for (const creation of plan.creations) {
    if (!mayCall()) return summary
    const wanted = creation.wanted.filter(({ type }) => !full.has(type.event))
    const asked = await createSubscriptions({ db, api, ask, clock, log, signal }, { ...creation, wanted })
    for (const event of asked.full) full.add(event)
    summary.created += asked.created
    summary.refused += asked.refused
    summary.waiting--
    brokenInARow = asked.failure === null ? 0 : brokenInARow + 1
    // A failure for one channel does not stop the others. Several in a row mean that the platform itself is in trouble.
    if (asked.failure !== null && !(isAnswered(asked.failure) && brokenInARow < mostBroken))
      return { ...summary, failure: asked.failure }
  }
  return summary
}
