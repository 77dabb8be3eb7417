import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { unsentCall } from './call-result.ts'
import { isAnswered } from './failure.ts'
import type { CallFailure, CallRecord, CallResult, PlatformName } from './platform.ts'
import { createRefusedIds } from './refused-ids.ts'
import { systemTimer, type Timer } from './timer.ts'

/** What came of some of the ids that were asked for. Every id is in one part; a failure says nothing about the ids of its part. */
export type BatchPart<T> = { ids: readonly string[]; result: CallResult<T> }

/** Asks for ids and yields what comes of them, part by part. It never throws for what the platform does. */
export type BisectingFetch<T> = (ids: readonly string[], signal?: AbortSignal) => AsyncGenerator<BatchPart<T>, void>

export type BisectingFetchOptions<T> = {
  platform: PlatformName
  /** One call for all these ids. */
  ask: (ids: readonly string[], signal?: AbortSignal) => Promise<CallResult<T>>
  clock: Clock
  log: Log
  timer?: Timer
  /** Returns [0, 1). */
  random?: () => number
}

/** How many ids are tried alone to find out whether a platform that refuses a batch refuses everything. */
const witnesses = 2
/** How long a platform that refused everything is believed to do so, doubling up to the longest, in milliseconds. */
const wholeMs = 60_000
const longestWholeMs = 600_000
/** The longest that a batch is taken apart, in milliseconds: claims on its channels have to outlast it. */
const apartMs = 45_000

/** What one id costs at most, twice over: two calls for every time that a batch of this size can be halved. */
const mostCalls = (size: number): number => 4 * Math.ceil(Math.log2(size))

const nothingWhole = { until: Number.NEGATIVE_INFINITY, inARow: 0 }

const shuffled = (ids: readonly string[], random: () => number): string[] =>
  ids
    .map((id) => ({ id, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id)

const halvesOf = (ids: readonly string[]): string[][] => {
  const middle = Math.ceil(ids.length / 2)
  return [ids.slice(0, middle), ids.slice(middle)]
}

/**
 * Batched calls of which one id can spoil nobody else's answer. A batch that the platform answers with a refusal is halved until the ids
 * that are to blame are alone; these are remembered, and asked for alone from then on, less and less often. Whether the platform refuses
 * everything is found out first, by two ids of the batch, each alone: then nothing is halved, and not tried again for a while. One batch
 * at a time is taken apart, in a bounded number of calls; what is left is told as unanswered.
 */
export const createBisectingFetch = <T>(options: BisectingFetchOptions<T>): BisectingFetch<T> => {
  const { platform, ask, clock, log, timer = systemTimer, random = Math.random } = options
  const refused = createRefusedIds()
  let whole = nothingWhole
  let isApart = false

  const unasked = (failure: CallFailure, endpoint: string): CallResult<T> => ({
    ok: false,
    failure,
    call: unsentCall(platform, endpoint, clock(), failure.message),
  })

  const refuse = (id: string, failure: CallFailure, endpoint: string): void => {
    if (refused.add(id, failure, endpoint, timer.now()))
      log.warn(
        { platform, endpoint, userId: id, status: failure.status, reason: failure.message },
        'the platform refuses every call with this user, who is asked for alone from now on',
      )
  }

  const refuseWhole = (): void => {
    const waitMs = Math.min(longestWholeMs, wholeMs * 2 ** Math.min(whole.inARow, 10))
    whole = { until: timer.now() + waitMs, inARow: whole.inARow + 1 }
  }

  /** Asks for one that was refused before, or leaves it alone. */
  const askKnown = async (id: string, signal?: AbortSignal): Promise<BatchPart<T>> => {
    const { until, failure, endpoint } = refused.get(id)!
    const retryAfterMs = Math.ceil(until - timer.now())
    if (retryAfterMs > 0) {
      const message = `this user was refused (${failure.message})`
      return { ids: [id], result: unasked({ kind: failure.kind, status: null, message, retryAfterMs }, endpoint) }
    }
    const result = await ask([id], signal)
    if (result.ok) refused.delete(id)
    else if (isAnswered(result.failure)) refuse(id, result.failure, endpoint)
    return { ids: [id], result }
  }

  /** Takes a batch apart of which a call was refused; yields what the parts are answered, and what is left. */
  const takeApart = async function* (
    batch: readonly string[],
    first: CallResult<T> & { ok: false },
    signal?: AbortSignal,
  ): AsyncGenerator<BatchPart<T>, void> {
    const { endpoint } = first.call
    const deadline = timer.now() + apartMs
    let calls = mostCalls(batch.length)
    let stop: CallFailure | null = null
    let untold: CallRecord[] = [...(first.otherCalls ?? []), first.call]
    const told = (ids: readonly string[], result: CallResult<T>): BatchPart<T> => {
      const otherCalls = [...untold, ...(result.otherCalls ?? [])]
      untold = []
      return { ids, result: otherCalls.length > 0 ? { ...result, otherCalls } : result }
    }

    const suspects = shuffled(batch, random)
    const alone: { id: string; result: CallResult<T> }[] = []
    let isHeard = false
    while (!isHeard && stop === null && alone.length < witnesses && suspects.length > 0) {
      const id = suspects.shift()!
      const result = await ask([id], signal)
      alone.push({ id, result })
      isHeard = result.ok
      if (!result.ok && !isAnswered(result.failure)) stop = result.failure
    }
    for (const { id, result } of alone) {
      if (isHeard && !result.ok) refuse(id, result.failure, endpoint)
      yield told([id], result)
    }
    if (!isHeard) {
      if (stop === null) refuseWhole()
      if (suspects.length > 0) yield told(suspects, unasked(stop ?? first.failure, endpoint))
      return
    }

    const bad: string[][] = suspects.length > 0 ? [suspects] : []
    for (let ids = bad.pop(); ids !== undefined; ids = bad.pop()) {
      for (const half of ids.length === 1 ? [ids] : halvesOf(ids)) {
        if (stop === null && (calls <= 0 || timer.now() >= deadline))
          stop = { ...first.failure, message: `${first.failure.message}, and who is to blame is not found yet` }
        if (stop !== null) {
          yield told(half, unasked(stop, endpoint))
          continue
        }
        calls--
        const result = await ask(half, signal)
        if (result.ok) yield told(half, result)
        else if (!isAnswered(result.failure)) {
          stop = result.failure
          yield told(half, result)
        } else if (half.length === 1) {
          refuse(half[0]!, result.failure, endpoint)
          yield told(half, result)
        } else {
          untold.push(...(result.otherCalls ?? []), result.call)
          bad.push(half)
        }
      }
    }
  }

  return async function* (ids, signal) {
    const known = ids.filter((id) => refused.get(id) !== undefined)
    const others = ids.filter((id) => refused.get(id) === undefined)
    if (others.length > 0) {
      const result = await ask(others, signal)
      if (result.ok) whole = nothingWhole
      const mayBeTakenApart = others.length > 1 && !isApart && timer.now() >= whole.until
      if (result.ok || !isAnswered(result.failure) || !mayBeTakenApart) {
        yield { ids: others, result }
      } else {
        isApart = true
        try {
          yield* takeApart(others, result, signal)
        } finally {
          isApart = false
        }
      }
    }
    for (const id of known) yield await askKnown(id, signal)
  }
}
