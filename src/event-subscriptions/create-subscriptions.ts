import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { CallFailure, CallResult, CreatedSubscription, EventSubscriptions } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { SubscriptionPlan, WantedSubscription } from './plan-subscriptions.ts'
import { reserveSubscriptions, type Settlement, settleRows } from './subscription-store.ts'

/** After a refusal, doubling up to the longest. */
const retryMs = 10 * 60_000
const longestRetryMs = 6 * 3_600_000
/** After a limit was reached. */
const limitRetryMs = 3_600_000
/** After a refusal that is not about the subscription. */
const hostRetryMs = 60_000

export type CreateSubscriptionsDeps = {
  db: Postgres
  api: EventSubscriptions
  /** Keeps the audit. */
  ask: <T>(call: Promise<CallResult<T>>) => Promise<CallResult<T>>
  clock: Clock
  log: Log
  signal?: AbortSignal
}

/** What came of asking: `full` are the types of which the platform delivers no more, `failure` says why to stop. */
export type CreateSubscriptionsResult = {
  created: number
  refused: number
  full: string[]
  failure: CallFailure | null
}

type ClaimedWish = WantedSubscription & { rowId: bigint }

/** These failures are sure to have had no effect. */
const isCertain = ({ kind }: CallFailure): boolean =>
  kind === 'rate-limited' || kind === 'unauthorized' || kind === 'blocked' || kind === 'rejected'

/** What an outcome makes of its row. */
const settlementOf = ({ rowId, row }: ClaimedWish, outcome: CreatedSubscription, now: number): Settlement => {
  if (outcome.ok) {
    return { id: rowId, status: 'active', platformSubscriptionId: outcome.id, error: null, failures: 0, retryAt: null }
  }
  const failures = (row?.failures ?? 0) + 1
  const isLimit = outcome.reason === 'limit'
  const waitMs = isLimit ? limitRetryMs : Math.min(longestRetryMs, retryMs * 2 ** Math.min(failures - 1, 10))
  return {
    id: rowId,
    status: isLimit ? 'limited' : 'failed',
    platformSubscriptionId: null,
    error: outcome.message,
    failures,
    retryAt: new Date(now + waitMs),
  }
}

/**
 * Asks for events of one channel. Their rows are pending before, so that deliveries are known from the first on; an answer
 * that may have been lost leaves them so, and the platform's list decides later. A refusal of all tells of each on its own.
 */
export const createSubscriptions = async (
  deps: CreateSubscriptionsDeps,
  { channelId, platformUserId, wishes }: SubscriptionPlan['creations'][number],
): Promise<CreateSubscriptionsResult> => {
  const { db, api, ask, clock, log, signal } = deps
  const result: CreateSubscriptionsResult = { created: 0, refused: 0, full: [], failure: null }

  const settle = async (settlements: readonly Settlement[]): Promise<void> => {
    await settleRows(db, settlements)
    for (const { status } of settlements) {
      if (status === 'active') result.created++
      else result.refused++
    }
  }

  const refuseAll = (claimed: readonly ClaimedWish[], reason: 'limit' | 'failed', message: string): Promise<void> => {
    if (reason === 'limit') result.full.push(...claimed.map(({ type }) => type.event))
    return settle(claimed.map((wish) => settlementOf(wish, { ok: false, reason, message }, clock())))
  }

  const request = async (claimed: readonly ClaimedWish[]): Promise<void> => {
    const answer = await ask(
      api.create(
        platformUserId,
        claimed.map(({ type }) => type),
        signal,
      ),
    )
    const isRefused = answer.ok ? answer.value.kind === 'limit' : answer.failure.kind === 'rejected'
    if (isRefused && claimed.length > 1) {
      for (const wish of claimed) if (result.failure === null) await request([wish])
      return
    }
    if (!answer.ok) {
      const { failure } = answer
      if (failure.kind === 'rejected') return refuseAll(claimed, 'failed', failure.message)
      result.failure = failure
      if (!isCertain(failure)) return
      const retryAt = new Date(clock() + (failure.retryAfterMs ?? hostRetryMs))
      const { message: error } = failure
      await settle(
        claimed.map(({ rowId, row }) => ({
          id: rowId,
          status: 'failed',
          platformSubscriptionId: null,
          error,
          failures: row?.failures ?? 0,
          retryAt,
        })),
      )
      return
    }
    if (answer.value.kind === 'limit') return refuseAll(claimed, 'limit', 'the limit of the platform is reached')
    const { outcomes } = answer.value
    const missing: CreatedSubscription = { ok: false, reason: 'failed', message: 'the answer leaves it out' }
    const settlements = claimed.map((wish) => settlementOf(wish, outcomes.get(wish.type.event) ?? missing, clock()))
    result.full.push(...claimed.filter((_, i) => settlements[i]!.status === 'limited').map(({ type }) => type.event))
    await settle(settlements)
  }

  if (wishes.length === 0) return result
  const rows = await reserveSubscriptions(db, channelId, wishes, new Date(clock()))
  const claimed = wishes.flatMap((wish) => {
    const rowId = rows.get(wish.type.event)
    return rowId === undefined ? [] : [{ ...wish, rowId }]
  })
  if (claimed.length > 0) await request(claimed)
  if (result.full.length > 0)
    log.warn(
      { platformUserId, events: result.full },
      'the platform creates no more subscriptions to these events; it is tried again in an hour',
    )
  return result
}
