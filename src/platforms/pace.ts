import type { LiveValue } from '../lib/live-value.ts'
import type { Timer } from './timer.ts'

/** Milliseconds in which a pace that was slowed to nothing is back at its full rate. */
const recoveryMs = 300_000
const slowestShare = 1 / 64
/** Requests that late timers held back may follow at once, up to this much time's worth. */
const catchUpMs = 100

/** How fast requests may leave: the full rate per second, the share of it in force since an instant, and when the next may go. */
export type Pace = { fullRate: number; share: number; shareSince: number; nextAt: number }

const shareAt = (pace: Pace, now: number): number => Math.min(1, pace.share + (now - pace.shareSince) / recoveryMs)
const intervalAt = (pace: Pace, now: number): number => 1000 / (pace.fullRate * shareAt(pace, now))

/** The earliest time in milliseconds at which the next request may leave. */
export const earliest = (pace: Pace, now: number): number =>
  pace.nextAt - Math.max(0, catchUpMs - intervalAt(pace, now))

/** The pace after one request left at `now`. */
export const spend = (pace: Pace, now: number): Pace => ({
  ...pace,
  nextAt: Math.max(now, pace.nextAt) + intervalAt(pace, now),
})

/** The pace at half its rate, recovering in a straight line; a request sent before the last slowing says nothing new. */
export const slow = (pace: Pace, sentAt: number, now: number): Pace =>
  sentAt <= pace.shareSince ? pace : { ...pace, share: Math.max(slowestShare, shareAt(pace, now) / 2), shareSince: now }

/** The pace at another full rate: who waits for the next request waits as much shorter or longer. */
const atRate = (pace: Pace, fullRate: number, now: number): Pace => {
  const waitMs = Math.max(0, pace.nextAt - now)
  return { ...pace, fullRate, nextAt: waitMs === 0 ? pace.nextAt : now + (waitMs * pace.fullRate) / fullRate }
}

/** A rate a second that may become another one. */
export type AdjustableRate = LiveValue<number>

/** The rate in force, of one that may change or not. */
export const rateNow = (rate: number | AdjustableRate): number => (typeof rate === 'number' ? rate : rate.now())

/** Why nothing may be sent for a while. */
export type PauseKind = 'rate-limited' | 'unavailable'

/** What came of waiting for a turn. */
export type Turn = { kind: 'go' } | { kind: 'aborted' } | { kind: 'paused'; pause: PauseKind; retryAfterMs: number }

/** The limits of a pacer. */
export type PacerOptions = {
  /** May be a fraction; Infinity sends without spacing. */
  requestsPerSecond: number | AdjustableRate
  maxInFlight: number
  timer: Timer
}

/** A queue for turns to send. */
export type Pacer = {
  /** Waits for a turn in order of arrival; while a pause holds, the answer comes at once. Every `go` needs one `finish`. */
  take(signal?: AbortSignal): Promise<Turn>
  finish(): void
  /** Sends nothing for `ms` milliseconds, and turns away those who wait. A longer pause is never shortened. */
  pause(ms: number, kind: PauseKind): void
  /** Ends a pause of this kind. */
  resume(kind: PauseKind): void
  /** The pause that holds now; null when none does. */
  paused(): { kind: PauseKind; retryAfterMs: number } | null
  /** Halves the rate, once for all requests that were under way together; tells whether it did. */
  slowDown(sentAt: number): boolean
  /** Follows the rate no longer. */
  [Symbol.dispose](): void
}

/** Hands out turns to send, in order of arrival, at most `requestsPerSecond` and `maxInFlight` at once. */
export const createPacer = ({ requestsPerSecond, maxInFlight, timer }: PacerOptions): Pacer => {
  const initialRate = rateNow(requestsPerSecond)
  if (!(initialRate > 0)) throw new RangeError('requestsPerSecond must be above 0')
  type Waiter = { settle(turn: Turn): void; signal?: AbortSignal }
  const waiting = new Set<Waiter>()
  let pace: Pace = { fullRate: initialRate, share: 1, shareSince: Number.NEGATIVE_INFINITY, nextAt: 0 }
  let inFlight = 0
  let paused: { until: number; kind: PauseKind } = { until: Number.NEGATIVE_INFINITY, kind: 'unavailable' }
  let wakeUp: AbortController | null = null

  const held = (): Turn | null => {
    const retryAfterMs = Math.ceil(paused.until - timer.now())
    return retryAfterMs > 0 ? { kind: 'paused', pause: paused.kind, retryAfterMs } : null
  }

  const advance = (): void => {
    while (waiting.size > 0 && inFlight < maxInFlight) {
      const now = timer.now()
      const waitMs = earliest(pace, now) - now
      if (waitMs > 0) {
        wakeAfter(waitMs)
        return
      }
      pace = spend(pace, now)
      inFlight++
      waiting.values().next().value!.settle({ kind: 'go' })
    }
    if (waiting.size === 0) wakeUp?.abort()
  }

  const wakeAfter = (ms: number): void => {
    if (wakeUp !== null) return
    const alarm = new AbortController()
    wakeUp = alarm
    // In steps of a minute, because timers overflow at 24 days.
    void timer.sleep(Math.min(Math.ceil(ms), 60_000), alarm.signal).then(() => {
      wakeUp = null
      advance()
    })
  }

  const forgetRate =
    typeof requestsPerSecond === 'number'
      ? () => undefined
      : requestsPerSecond.onChange(() => {
          const rate = requestsPerSecond.now()
          if (rate === pace.fullRate) return
          pace = atRate(pace, rate, timer.now())
          // Whoever waits is looked at again: their turn comes at another time now.
          wakeUp?.abort()
        })

  return {
    take: (signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve({ kind: 'aborted' })
        const refusal = held()
        if (refusal !== null) return resolve(refusal)
        const abort = () => waiter.settle({ kind: 'aborted' })
        const waiter: Waiter = {
          settle: (turn) => {
            waiting.delete(waiter)
            signal?.removeEventListener('abort', abort)
            resolve(turn)
            if (turn.kind === 'aborted') advance()
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        waiting.add(waiter)
        advance()
      }),
    finish: () => {
      inFlight--
      advance()
    },
    paused: () => {
      const refusal = held()
      return refusal?.kind === 'paused' ? { kind: refusal.pause, retryAfterMs: refusal.retryAfterMs } : null
    },
    resume: (kind) => {
      if (paused.kind === kind) paused = { until: Number.NEGATIVE_INFINITY, kind }
    },
    pause: (ms, kind) => {
      const until = timer.now() + ms
      if (until > paused.until) paused = { until, kind }
      const refusal = held()
      if (refusal !== null) for (const waiter of [...waiting]) waiter.settle(refusal)
      advance()
    },
    slowDown: (sentAt) => {
      const before = pace
      pace = slow(pace, sentAt, timer.now())
      return pace !== before
    },
    [Symbol.dispose]: () => void forgetRate(),
  }
}
