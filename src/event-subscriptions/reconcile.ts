import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { isAnswered } from '../platforms/failure.ts'
import type { CallFailure, CallRecord, CallResult, EventSubscriptions, Platform } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { createSubscriptions } from './create-subscriptions.ts'
import { endSubscriptions } from './end-subscriptions.ts'
import { graceMs, planSubscriptions, type Removal } from './plan-subscriptions.ts'
import { everything, judgeSilence } from './silence.ts'
import type { SubscriptionTarget } from './subscription.ts'
import { knownUsers, readState, writePlan } from './subscription-store.ts'

export type ReconcileOptions = {
  db: Postgres
  /** Without event subscriptions it has nothing to reconcile. */
  platform: Platform
  clock: Clock
  steady?: Steady
  log: Log
  signal?: AbortSignal
  /**
   * Viewers of channels, where somebody knows them; asked only when a limit makes some channels go without. A failure
   * leaves the choice to follower counts.
   */
  audience?: (channels: readonly SubscriptionTarget[]) => Promise<ReadonlyMap<bigint, number>>
  /** Calls go out one at a time, so that whoever shares the platform's pace gets every second turn. */
  budget?: { calls: number; ms: number }
}

/** What one run did. `waiting` channels are left for the next; `calls` are for the audit, oldest first. */
export type ReconcileSummary = {
  listed: number
  adopted: number
  created: number
  removed: number
  refused: number
  waiting: number
  /** Types of which nothing at all arrives, and how many silent subscriptions were ended to be asked for again. */
  silent: string[]
  renewed: number
  /** Why the run ended early. */
  failure: CallFailure | null
  calls: CallRecord[]
}

/** Channels in a row at which the platform may break before a run ends. */
const mostBroken = 3

const ordinaryBudget = { calls: 500, ms: 50_000 }

const withAudience = async (
  channels: readonly SubscriptionTarget[],
  { types }: EventSubscriptions,
  { audience, log }: ReconcileOptions,
): Promise<SubscriptionTarget[]> => {
  const isScarce = types.some(({ limit }) => limit < channels.length)
  if (audience === undefined || !isScarce) return [...channels]
  try {
    const viewers = await audience(channels)
    return channels.map((channel) => ({ ...channel, size: viewers.get(channel.channelId) ?? channel.size }))
  } catch (error) {
    log.warn({ err: error }, 'viewer counts can not be read; channels are ranked without them')
    return [...channels]
  }
}

/**
 * Makes the platform deliver what is wanted of the watched channels: lists what it holds, ends duplicates and what nobody
 * wants, asks for what is missing, live channels first. May be repeated, given up and run twice at once. What the budget
 * leaves goes into the next run.
 */
export const reconcileEventSubscriptions = async (options: ReconcileOptions): Promise<ReconcileSummary> => {
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
    calls: [],
  }
  const { eventSubscriptions: api, name } = platform
  if (api === undefined) return summary
  const startedAt = steady()

  const mayCall = (): boolean =>
    signal?.aborted !== true && summary.calls.length < budget.calls && steady() - startedAt < budget.ms

  const ask = async <T>(call: Promise<CallResult<T>>): Promise<CallResult<T>> => {
    const result = await call
    summary.calls.push(...(result.otherCalls ?? []), result.call)
    return result
  }

  /** How many were ended; null when the platform can be asked for no more. */
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
  const ranked = await withAudience(channels, api, options)
  const plan = planSubscriptions({
    now,
    types: api.types,
    channels: ranked,
    stored,
    listed: list.value,
    known,
    removed,
  })
  const silence = judgeSilence({ now, types: api.types, before, stored, channels: ranked })
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
    const wishes = creation.wishes.filter(({ type }) => !full.has(type.event))
    const asked = await createSubscriptions({ db, api, ask, clock, log, signal }, { ...creation, wishes })
    for (const event of asked.full) full.add(event)
    summary.created += asked.created
    summary.refused += asked.refused
    summary.waiting--
    brokenInARow = asked.failure === null ? 0 : brokenInARow + 1
    // One channel at which the platform breaks keeps nobody else from being asked for; several in a row are the platform's own trouble.
    if (asked.failure !== null && !(isAnswered(asked.failure) && brokenInARow < mostBroken))
      return { ...summary, failure: asked.failure }
  }
  return summary
}
