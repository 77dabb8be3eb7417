import type { HttpAnswer } from './http.ts'
import type { CallRecord, CallResult, PlatformName } from './platform.ts'
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

/** A host's answer as the port gives it: a body that can not be read is a failure of the call, and the audit says what was left out. */
export const readAnswer = <T>(answer: HostAnswer, read: (body: unknown) => Reading<T>): CallResult<T> => {
  const { status, body, failure, call } = answer
  const otherCalls = answer.earlier.length > 0 ? answer.earlier : undefined
  if (failure !== null) return { ok: false, failure, call, otherCalls }
  const reading = read(body)
  const { items } = reading
  if (!reading.ok) {
    const { message } = reading
    return {
      ok: false,
      failure: { kind: 'malformed', status, message },
      call: { ...call, items, error: message },
      otherCalls,
    }
  }
  const error = reading.note ?? null
  return { ok: true, value: reading.value, observedAt: call.requestedAt, call: { ...call, items, error }, otherCalls }
}
