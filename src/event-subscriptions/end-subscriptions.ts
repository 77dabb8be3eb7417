import type { Clock } from '../lib/clock.ts'
import { isAnswered } from '../platforms/failure.ts'
import type { CallFailure, CallResult, EventSubscriptions, PlatformName } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Removal } from './plan-subscriptions.ts'
import { recordRemovals } from './subscription-store.ts'

type EndDeps = {
  db: Postgres
  platform: PlatformName
  api: EventSubscriptions
  /** Waits for a call and notes it for the audit. */
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
export const endSubscriptions = async (
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
