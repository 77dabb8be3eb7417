import { backoffMs, sleep } from '../lib/backoff.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { createCounter, Histogram, lagBounds } from '../lib/metric.ts'
import { recordHappenings } from '../stores/postgres/happenings.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { beginAttempt } from '../targets/begin-attempt.ts'
import { type AlertMessage, kindsOneByOne, longestAttemptMs, type Outcome } from '../targets/target.ts'
import {
  type Attempt,
  giveBackLeases,
  keepDelivered,
  keepFailed,
  type Leased,
  leaseDeliveries,
  pauseTarget,
} from './delivery-store.ts'
import { keepTargetsOpen, type OpenRow } from './opened-targets.ts'
import { defaultRetryPlan, type RetryPlan, retryWaitMs, targetWaitMs } from './retry-plan.ts'

export type DeliveryOptions = {
  db: Postgres
  openTarget: OpenRow
  log: Log
  plan?: RetryPlan
  /** Attempts of this process that are under way at once. */
  slots?: number
  /** Attempts at one target that are under way at once, on all nodes. */
  perTarget?: number
  /** When an attempt that did not end is broken off; later than the target ends it itself, which says more clearly why. */
  timeoutMs?: number
  /** How long nobody else tries a delivery; longer than an attempt takes. */
  leaseMs?: number
  /** How often is looked for what is due. */
  pollMs?: number
}

/** Delivers what is due until it is disposed; that breaks attempts off and gives them back. */
export type Deliverer = AsyncDisposable & {
  /** Something is due now. */
  wake(): void
  /** Attempts by how they ended. */
  attempts: ReturnType<typeof createCounter>
  /** From the decision to the first answer of a target, in seconds. */
  lags: Histogram
}

const backoff = { baseMs: 500, maxMs: 10_000 }

const dayText = 'The target has failed for a day. What waits for it is kept: repair it and resume it.'

/** What an attempt that the target ends itself has left to say so. */
const graceMs = 2_000

/** Starts delivering. */
export const startDelivering = (options: DeliveryOptions): Deliverer => {
  const { db, openTarget, log, plan = defaultRetryPlan, slots = 32, perTarget = 8 } = options
  const { timeoutMs = longestAttemptMs + graceMs, leaseMs = 60_000, pollMs = 1_000 } = options
  const stop = new AbortController()
  const attempts = createCounter({
    name: 'alert_attempts_total',
    help: 'Attempts to deliver an alert, by how they ended.',
    labels: ['outcome'],
  })
  const lags = new Histogram(lagBounds)
  const underWay = new Set<Promise<void>>()
  const targets = keepTargetsOpen({ open: openTarget, log })
  let wakeUp = () => {}
  let isWoken = false

  const wake = () => {
    isWoken = true
    wakeUp()
  }

  const send = async (leased: Leased): Promise<Outcome | null> => {
    const message: AlertMessage = { id: leased.messageId, ...leased.message }
    using lent = targets.lend(leased.target)
    using attempt = beginAttempt(stop.signal, timeoutMs)
    try {
      const { signal } = attempt
      const outcome = await lent.target.send(message, { threadState: leased.threadState, signal })
      return stop.signal.aborted && outcome.kind === 'retry' ? null : outcome
    } catch (error) {
      if (stop.signal.aborted) return null
      return { kind: 'retry', status: null, answer: reasonText(error), ms: attempt.passedMs() }
    }
  }

  const failedOutcome = async (leased: Leased, outcome: Exclude<Outcome, { kind: 'delivered' }>, attempt: Attempt) => {
    const tries = leased.tries + 1
    const asked = outcome.kind === 'retry' ? outcome.afterMs : undefined
    const isDead = outcome.kind === 'refused' || tries >= plan.attempts
    await db.transaction(async (tx) => {
      const found = await keepFailed(tx, leased, attempt, {
        isDead,
        retryMs: retryWaitMs(plan, tries, asked),
        targetWaitMs: outcome.kind === 'refused' ? null : targetWaitMs(plan, leased.target.failures + 1, asked),
      })
      if (!found) return
      const { id, name } = leased.target
      const facts = {
        target: { id, name },
        deliveryId: leased.messageId,
        status: attempt.status,
        answer: attempt.answer,
      }
      const happenings = []
      const isPaused = found.failingForMs >= plan.pauseAfterMs && (await pauseTarget(tx, id, dayText))
      if (isPaused) happenings.push({ ...facts, isPaused: true })
      // What tells of failures and fails itself would tell of itself for ever.
      else if (isDead && leased.message.kind !== 'delivery-failed') happenings.push({ ...facts, isPaused: false })
      await recordHappenings(
        tx,
        'public',
        happenings.map((one) => ({ kind: 'delivery-failed', channelId: leased.channelId, at: null, facts: one })),
      )
      if (isPaused) log.warn({ target: name }, 'a target of alerts is paused, because it has failed for a day')
    })
  }

  const deliver = async (leased: Leased): Promise<void> => {
    const outcome = await send(leased)
    if (outcome === null) return giveBackLeases(db, [leased.lease])
    const { status, answer, ms } = outcome
    const attempt: Attempt = { outcome: outcome.kind, status, answer: answer.slice(0, 2_000).toWellFormed(), ms }
    attempts.add(1, outcome.kind)
    if (outcome.kind !== 'delivered') return failedOutcome(leased, outcome, attempt)
    lags.observe(Math.max(0, leased.ageMs + ms) / 1_000)
    await keepDelivered(db, leased, attempt, outcome.threadState)
  }

  const begin = (leased: Leased): void => {
    const work = deliver(leased)
      .catch((error: unknown) => {
        // The lease runs out, and then it is tried again.
        if (!stop.signal.aborted)
          log.warn({ err: reasonText(error) }, 'how a delivery of an alert ended was not written')
      })
      .finally(() => {
        underWay.delete(work)
        wake()
      })
    underWay.add(work)
  }

  let failures = 0
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      isWoken = false
      const free = slots - underWay.size
      // Under load several are taken at a time: each look costs as much as several deliveries.
      const count = free >= slots / 4 || underWay.size === 0 ? free : 0
      const limits = { count, perTarget, failuresBeforeOne: plan.failuresBeforeWait, oneByOne: kindsOneByOne, leaseMs }
      let taken: Leased[] = []
      try {
        if (count > 0) taken = await leaseDeliveries(db, limits)
        failures = 0
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ err: reasonText(error) }, 'alerts could not be looked for')
        await sleep(250 + backoffMs(failures++, backoff), stop.signal)
      }
      for (const leased of taken) begin(leased)
      if (taken.length === 0 && !isWoken) {
        const waiting = new AbortController()
        wakeUp = () => waiting.abort()
        await sleep(pollMs, AbortSignal.any([stop.signal, waiting.signal]))
      }
    }
  }

  const running = run()
  return {
    wake,
    attempts,
    lags,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
      await Promise.all(underWay)
      await targets[Symbol.asyncDispose]()
    },
  }
}
