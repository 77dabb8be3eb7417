import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { CallFailure, CallResult, CreatedSubscription, EventSubscriptions } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { SubscriptionPlan, WantedSubscription } from './plan-subscriptions.ts'
import { reserveSubscriptions, type Settlement, settleRows } from './subscription-store.ts'

/** The pause after a refusal; it doubles up to the longest. */
const retryMs = 10 * 60_000
const longestRetryMs = 6 * 3_600_000
/** The pause after a limit was reached. */
const limitRetryMs = 3_600_000
/** The pause after a refusal that is not about the subscription. */
const hostRetryMs = 60_000

type CreateSubscriptionsDeps = {
  db: Postgres
  api: EventSubscriptions
  /** Waits for a call about a channel and notes it for the log. */
  ask: <T>(call: Promise<CallResult<T>>, channelId: bigint) => Promise<CallResult<T>>
  clock: Clock
  log: Log
  signal?: AbortSignal
}

/** What was created and refused. `full` are the types of which the platform delivers no more, `failure` says why to stop. */
type CreateSubscriptionsResult = { created: number; refused: number; full: string[]; failure: CallFailure | null }

type ReservedSubscription = WantedSubscription & { rowId: bigint }

/** Whether a failure surely had no effect. */
const isCertain = ({ kind }: CallFailure): boolean =>
  kind === 'rate-limited' || kind === 'unauthorized' || kind === 'blocked' || kind === 'rejected'

/** What the platform's answer changes in the row. */
const settlementOf = ({ rowId, row }: ReservedSubscription, outcome: CreatedSubscription, now: number): Settlement => {
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
 * Asks for events of one channel. Their rows become pending first, so that the first delivery is known already. After an
 * answer that may have been lost they stay pending, and the platform's list decides later. When the platform refuses all at
 * once, each is asked for alone.
 */
export const createSubscriptions = async (
  deps: CreateSubscriptionsDeps,
  { channelId, platformUserId, wanted }: SubscriptionPlan['creations'][number],
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

  const refuseAll = (
    reserved: readonly ReservedSubscription[],
    reason: 'limit' | 'failed',
    message: string,
  ): Promise<void> => {
    if (reason === 'limit') result.full.push(...reserved.map(({ type }) => type.event))
    return settle(reserved.map((one) => settlementOf(one, { ok: false, reason, message }, clock())))
  }

  const request = async (reserved: readonly ReservedSubscription[]): Promise<void> => {
    const types = reserved.map(({ type }) => type)
    const answer = await ask(api.create(platformUserId, types, signal), channelId)
    const isRefused = answer.ok ? answer.value.kind === 'limit' : answer.failure.kind === 'rejected'
    if (isRefused && reserved.length > 1) {
      for (const one of reserved) if (result.failure === null) await request([one])
      return
    }
    if (!answer.ok) {
      const { failure } = answer
      if (failure.kind === 'rejected') return refuseAll(reserved, 'failed', failure.message)
      result.failure = failure
      if (!isCertain(failure)) return
      const retryAt = new Date(clock() + (failure.retryAfterMs ?? hostRetryMs))
      const { message: error } = failure
      await settle(
        reserved.map(({ rowId, row }) => ({
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
    if (answer.value.kind === 'limit') return refuseAll(reserved, 'limit', 'the limit of the platform is reached')
    const { outcomes } = answer.value
    const missing: CreatedSubscription = { ok: false, reason: 'failed', message: 'the answer leaves it out' }
    const settlements = reserved.map((one) => settlementOf(one, outcomes.get(one.type.event) ?? missing, clock()))
    result.full.push(...reserved.filter((_, i) => settlements[i]!.status === 'limited').map(({ type }) => type.event))
    await settle(settlements)
  }

  if (wanted.length === 0) return result
  const rows = await reserveSubscriptions(db, channelId, wanted, new Date(clock()))
  const reserved = wanted.flatMap((one) => {
    const rowId = rows.get(one.type.event)
    return rowId === undefined ? [] : [{ ...one, rowId }]
  })
  if (reserved.length > 0) await request(reserved)
  if (result.full.length > 0)
    log.warn(
      { platformUserId, events: result.full },
      'the platform creates no more subscriptions to these events; it is tried again in an hour',
    )
  return result
}
