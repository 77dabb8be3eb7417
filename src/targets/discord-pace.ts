import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { HttpResult } from './http-caller.ts'

const longestMs = 3_600_000
/** A shorter wait is waited for within the attempt, so that it costs none. */
const longestWaitMs = 5_000

const limitedBody = z.object({ retry_after: z.number().nonnegative() })

const msOf = (seconds: number): number => Math.min(longestMs, Math.ceil(seconds * 1_000))

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How long Discord asks to wait before the next request to a webhook: by the body of a 429, or because nothing is left of the allowance. */
export const waitAsked = (result: HttpResult): number | undefined => {
  if (result.kind !== 'answered') return undefined
  const { status, headers, text } = result
  if (status === 429) {
    const body = limitedBody.safeParse(parsed(text))
    const seconds = body.success ? body.data.retry_after : Number(headers['retry-after'] ?? Number.NaN)
    return Number.isNaN(seconds) ? undefined : msOf(seconds)
  }
  const resetAfter = Number(headers['x-ratelimit-reset-after'] ?? Number.NaN)
  return headers['x-ratelimit-remaining'] === '0' && resetAfter >= 0 ? msOf(resetAfter) : undefined
}

/** Keeps the allowance of one webhook as the answers tell it. */
export type DiscordPace = {
  /** Waits until a request is allowed; where that takes longer than an attempt should, says how many milliseconds it takes. */
  turn(signal: AbortSignal): Promise<number>
  /** Takes in what an answer says of the allowance. */
  learn(result: HttpResult): void
}

/** Starts with nothing known. */
export const createDiscordPace = (): DiscordPace => {
  let notBefore = 0
  return {
    turn: async (signal) => {
      const waitMs = Math.max(0, Math.ceil(notBefore - performance.now()))
      if (waitMs > longestWaitMs) return waitMs
      if (waitMs > 0) await delay(waitMs, undefined, { signal })
      return 0
    },
    learn: (result) => {
      const waitMs = waitAsked(result)
      if (waitMs !== undefined) notBefore = Math.max(notBefore, performance.now() + waitMs)
    },
  }
}
