import type { HttpAnswer } from './http.ts'
import { impossibleInstant } from './instant-bounds.ts'
import { answeredAt, type CallRecord, type CallResult, type PlatformName } from './platform.ts'
import type { Reading } from './read-rows.ts'

/** How a call to a host ended. `call` decided it; `earlier` are the HTTP calls before it, oldest first. */
export type HostAnswer = Omit<HttpAnswer, 'interruption'> & { earlier: readonly CallRecord[] }

/** The audit of a call for which no request was made, and why. */
export const unsentCall = (platform: PlatformName, endpoint: string, now: number, why: string): CallRecord => ({
  platform,
  endpoint,
  requestedAt: new Date(now),
  durationMs: 0,
  status: null,
  items: 0,
  error: `not sent: ${why}`,
})

/** An answer that needs no request, and why. */
export const answerWithoutCall = <T>(
  platform: PlatformName,
  endpoint: string,
  now: number,
  value: T,
  why: string,
): CallResult<T> => ({ ok: true, value, observedAt: new Date(now), call: unsentCall(platform, endpoint, now, why) })

/** The reading without the users of whom it tells an instant that can not be true: about them it says nothing. */
const bounded = <T>(reading: Extract<Reading<T>, { ok: true }>, receivedAt: number): Reading<T> => {
  const { value, items } = reading
  if (!(value instanceof Map)) {
    const message = impossibleInstant(value, receivedAt)
    return message === null ? reading : { ok: false, message, items }
  }
  const unclear = new Map(reading.unclear)
  for (const [userId, told] of value) {
    const reason = impossibleInstant(told, receivedAt)
    if (reason !== null) unclear.set(userId, reason)
  }
  if (unclear.size === 0) return reading
  const kept = new Map([...value].filter(([userId]) => !unclear.has(userId))) as T
  const [[userId, reason]] = [...unclear] as [[string, string]]
  const note = `nothing is known of ${unclear.size} users, such as ${userId}: ${reason}`
  return { ...reading, value: kept, unclear, note: reading.note ? `${reading.note}; ${note}` : note }
}

/** A host's answer as the port gives it; an unreadable body is a failure. Everything asked for comes in here. */
export const readAnswer = <T>(answer: HostAnswer, read: (body: unknown) => Reading<T>): CallResult<T> => {
  const { status, body, excerpt, failure, call } = answer
  const otherCalls = answer.earlier.length > 0 ? answer.earlier : undefined
  if (failure !== null) return { ok: false, failure, call, otherCalls }
  const said = read(body)
  const reading = said.ok ? bounded(said, answeredAt(call).getTime()) : said
  const { items } = reading
  if (!reading.ok) {
    const { message } = reading
    const kept = excerpt?.()
    return {
      ok: false,
      failure: { kind: 'malformed', status, message },
      call: { ...call, items, error: message, ...(kept && { body: kept }) },
      otherCalls,
    }
  }
  const error = reading.note ?? null
  const { value, unclear } = reading
  return {
    ok: true,
    value,
    ...(unclear && { unclear }),
    observedAt: call.requestedAt,
    call: { ...call, items, error },
    otherCalls,
  }
}
