import { backoffMs } from '../lib/backoff.ts'
import type { Log } from '../lib/log.ts'
import { admit, type Breaker, type BreakerOptions, closedBreaker, type Outcome, settle } from './breaker.ts'
import { type HostAnswer, unsentCall } from './call-result.ts'
import { type Interruption, interruptionFailure, outcomeOf } from './failure.ts'
import { createHttp, type HttpOptions, type HttpRequest, type OnCall } from './http.ts'
import { linkedAbortController } from './linked-abort-controller.ts'
import { type AdjustableRate, createPacer, type PauseKind, rateNow } from './pace.ts'
import type { CallFailure, CallRecord } from './platform.ts'
import type { Timer } from './timer.ts'

/** Ceilings of the full-jitter pauses after refusals and failures, in milliseconds. */
export const pauseBounds = { baseMs: 2_000, maxMs: 60_000 } as const

/** Leave to call, as headers; `calls` are the HTTP calls it took to get it. */
export type Grant =
  | { ok: true; headers: Record<string, string>; calls: readonly CallRecord[] }
  | { ok: false; failure: CallFailure; calls: readonly CallRecord[] }

/** Where a host's credentials come from. */
export type Authorizer = {
  /** The grant in force, or a new one; never throws. */
  get(signal?: AbortSignal): Promise<Grant>
  /** Forgets the headers the host just refused, headers already replaced are left alone; tells whether there can be others. */
  drop(headers: Record<string, string>): boolean
  /** Who we are now: another text where the credentials have changed. It holds secrets. */
  identity(): string
  /** What nobody may find in a text that is kept: secrets and tokens. */
  secrets(): readonly string[]
}

/** An HTTP host with what it takes to be allowed there. */
export type ApiHostOptions = Omit<HttpOptions, 'maxConnections'> & {
  requestsPerSecond: number | AdjustableRate
  authorizer: Authorizer
  log: Log
  /** Returns [0, 1). */
  random?: () => number
}

/** What an adapter is given besides who we are with its platform. */
export type AdapterOptions = Pick<ApiHostOptions, 'clock' | 'log' | 'random' | 'onCall'> & {
  /** May be a fraction; Infinity sends without spacing. */
  requestsPerSecond?: number | AdjustableRate
  /** For one request, from connecting to the last byte. */
  timeoutMs?: number
  timer?: Timer
}

/** Disposing it ends every call, also those still waiting for their turn, and waits for them. */
export type ApiHost = AsyncDisposable & {
  /** Sends a repeatable request when its turn comes, or fails at once while the host is to be left alone. Never throws. */
  call(request: HttpRequest, signal?: AbortSignal): Promise<HostAnswer>
  /** Why the present credentials are refused, as the end of a sentence; null where they are not, or where nothing was asked yet. */
  refusal(): string | null
  /** For how many milliseconds nothing is sent; null while requests are sent. */
  pausedForMs(): number | null
}

const maxInFlight = 16
const failureThreshold = 5

type Attempt = {
  answer: HostAnswer
  end: 'answered' | 'unsent' | Interruption['kind']
  /** What authorised it. */
  headers: Record<string, string>
}

const pausedFailure = (kind: PauseKind, retryAfterMs: number): CallFailure => ({
  kind,
  status: null,
  message: kind === 'rate-limited' ? 'the platform asked for fewer requests' : 'the host is left alone after failures',
  retryAfterMs,
})

/** A platform's API host within its pace and circuit; a refused token and a dropped connection are replaced once. */
export const createApiHost = (options: ApiHostOptions): ApiHost => {
  const { platform, requestsPerSecond, authorizer, clock, timer, log, random } = options
  const onCall: OnCall | undefined =
    options.onCall && ((call) => options.onCall!({ ...call, requestsPerSecond: rateNow(requestsPerSecond) }))
  const http = createHttp({ ...options, onCall, maxConnections: maxInFlight, secrets: authorizer.secrets })
  const pacer = createPacer({ requestsPerSecond, maxInFlight, timer })
  const pauseMs = (attempt: number): number => backoffMs(attempt, { ...pauseBounds, random })
  const breakerOptions: BreakerOptions = { failureThreshold, openForMs: pauseMs, trialMs: pauseBounds.baseMs }
  const lifetime = new AbortController()
  const underWay = new Set<Promise<HostAnswer>>()
  let breaker: Breaker = closedBreaker
  let refusalsInARow = 0
  let identity = authorizer.identity()
  let refusal: string | null = null

  /** Whoever we were before was refused or left alone: we are not. */
  const follow = (): void => {
    const now = authorizer.identity()
    if (now === identity) return
    identity = now
    refusal = null
    if (breaker.state === 'closed') return
    breaker = closedBreaker
    pacer.resume('unavailable')
  }

  /** Notes whether the host knows who we are; an answer to who we were says nothing of that. */
  const noteRefusal = (asked: string, { failure }: HostAnswer, end: Attempt['end']): void => {
    if (asked !== identity) return
    if (failure === null) refusal = null
    else if (failure.kind === 'unauthorized' && (failure.status === 401 || end === 'unsent')) refusal = failure.message
  }

  const unsent = (path: string, failure: CallFailure, earlier: readonly CallRecord[]): HostAnswer => {
    const call = unsentCall(platform, path, clock(), failure.message)
    return { status: null, body: undefined, failure, call, earlier }
  }

  /** Keeps the pause an answer asks for, and returns the failure with the wait that was decided. */
  const heed = (failure: CallFailure, sentAt: number): CallFailure => {
    if (failure.kind !== 'rate-limited') {
      pacer.pause(failure.retryAfterMs ?? 0, 'unavailable')
      return failure
    }
    const slowed = pacer.slowDown(sentAt)
    if (slowed) refusalsInARow++
    const retryAfterMs = failure.retryAfterMs ?? pauseMs(refusalsInARow - 1)
    if (slowed || failure.retryAfterMs !== undefined) pacer.pause(retryAfterMs, 'rate-limited')
    if (slowed) log.warn({ platform, retryAfterMs }, 'the platform asks for fewer requests; sending at half the rate')
    return { ...failure, retryAfterMs }
  }

  const conclude = (admission: 'call' | 'trial', outcome: Outcome, failure: CallFailure | null): CallFailure | null => {
    const before = breaker.state
    breaker = settle(breaker, admission, outcome, timer.now(), breakerOptions)
    if (breaker.state === before) return failure
    if (breaker.state === 'closed') log.info({ platform }, 'the host answers again')
    if (breaker.state !== 'open' || failure === null || outcome === 'silent') return failure
    const openMs = Math.max(0, breaker.until - timer.now())
    pacer.pause(openMs, 'unavailable')
    log.warn(
      { platform, status: failure.status, reason: failure.message, openMs },
      'the host fails; it is not called for a while',
    )
    return { ...failure, retryAfterMs: Math.max(openMs, failure.retryAfterMs ?? 0) }
  }

  const attempt = async (request: HttpRequest, earlier: CallRecord[], signal: AbortSignal): Promise<Attempt> => {
    const stop = (failure: CallFailure): Attempt => ({
      answer: unsent(request.path, failure, earlier),
      end: 'unsent',
      headers: {},
    })
    // Asked before queueing, so that a missing token is told at once and takes nobody's turn.
    const leave = await authorizer.get(signal)
    earlier.push(...leave.calls)
    if (!leave.ok) return stop(leave.failure)
    const turn = await pacer.take(signal)
    if (turn.kind === 'aborted') return stop(interruptionFailure(turn))
    if (turn.kind === 'paused') return stop(pausedFailure(turn.pause, turn.retryAfterMs))
    try {
      // Asked again, because the token may have been replaced while this request stood in the queue.
      const grant = await authorizer.get(signal)
      earlier.push(...grant.calls)
      if (!grant.ok) return stop(grant.failure)
      const sentAt = timer.now()
      const { headers } = grant
      const sent = await http.send({ ...request, headers: { ...request.headers, ...headers } }, signal)
      const failure = sent.failure === null ? null : heed(sent.failure, sentAt)
      if (failure === null) refusalsInARow = 0
      if (sent.exhaustedForMs !== undefined) pacer.pause(sent.exhaustedForMs, 'rate-limited')
      return { answer: { ...sent, failure, earlier }, end: sent.interruption ?? 'answered', headers }
    } finally {
      pacer.finish()
    }
  }

  const repeat = async (request: HttpRequest, signal: AbortSignal): Promise<Attempt> => {
    const earlier: CallRecord[] = []
    let tokenReplaced = false
    let connectionReplaced = false
    for (;;) {
      const last = await attempt(request, earlier, signal)
      if (last.answer.status === 401 && !tokenReplaced && authorizer.drop(last.headers)) {
        tokenReplaced = true
      } else if (last.end === 'reset' && !connectionReplaced) {
        connectionReplaced = true
      } else {
        return last
      }
      earlier.push(last.answer.call)
    }
  }

  const admitted = async (request: HttpRequest, parent?: AbortSignal): Promise<HostAnswer> => {
    using following = linkedAbortController(parent, lifetime.signal)
    follow()
    const asked = identity
    const [next, admission] = admit(breaker, timer.now(), breakerOptions)
    breaker = next
    if (admission.kind === 'refused') {
      return unsent(request.path, pausedFailure('unavailable', admission.retryAfterMs), [])
    }
    const { answer, end } = await repeat(request, following.signal)
    noteRefusal(asked, answer, end)
    const outcome = end === 'unsent' || end === 'aborted' ? 'silent' : outcomeOf(answer.failure)
    return { ...answer, failure: conclude(admission.kind, outcome, answer.failure) }
  }

  return {
    refusal: () => refusal,
    pausedForMs: () => pacer.paused()?.retryAfterMs ?? null,
    call: (request, signal) => {
      const answer = admitted(request, signal)
      underWay.add(answer)
      return answer.finally(() => underWay.delete(answer))
    },
    [Symbol.asyncDispose]: async () => {
      lifetime.abort()
      await Promise.allSettled(underWay)
      pacer[Symbol.dispose]()
      await http[Symbol.asyncDispose]()
    },
  }
}
