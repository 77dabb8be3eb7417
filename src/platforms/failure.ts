import type { Outcome } from './breaker.ts'
import type { CallFailure } from './platform.ts'
import { readObject } from './read-fields.ts'

/** Why an HTTP exchange ended without a complete answer. */
export type Interruption =
  | { kind: 'aborted' }
  | { kind: 'timeout' }
  | { kind: 'reset' }
  | { kind: 'oversized' }
  | { kind: 'unreachable'; code: string }

/** The failure an interrupted exchange stands for. */
export const interruptionFailure = (interruption: Interruption): CallFailure => {
  switch (interruption.kind) {
    case 'aborted':
      return { kind: 'unavailable', status: null, message: 'the call was given up by its caller' }
    case 'timeout':
      return { kind: 'timeout', status: null, message: 'no complete answer in time' }
    case 'reset':
      return { kind: 'unavailable', status: null, message: 'the connection was closed before the answer was complete' }
    case 'oversized':
      return { kind: 'malformed', status: null, message: 'the answer is larger than allowed' }
    case 'unreachable':
      return { kind: 'unavailable', status: null, message: `the host can not be reached (${interruption.code})` }
  }
}

/** An edge in front of the API turns us away with a page or with a bare `error`; the API's own answers carry a `message`. */
const fromEdge = (body: unknown): boolean => typeof readObject(body).message !== 'string'

const statusKind = (status: number, body: unknown): CallFailure['kind'] => {
  if (status === 401) return 'unauthorized'
  if (status === 403) return fromEdge(body) ? 'blocked' : 'unauthorized'
  if (status === 408) return 'timeout'
  if (status === 429) return 'rate-limited'
  if (status >= 400 && status < 500) return 'rejected'
  return 'unavailable'
}

/** The failure a complete answer stands for, null for a 2xx with JSON. `body` is undefined when it was not JSON. The message never quotes the body. */
export const answerFailure = (status: number, body: unknown, retryAfterMs?: number): CallFailure | null => {
  if (status >= 200 && status < 300) {
    return body === undefined ? { kind: 'malformed', status, message: `answered ${status} without JSON` } : null
  }
  const kind = statusKind(status, body)
  const mayAsk = kind === 'rate-limited' || kind === 'unavailable' || kind === 'blocked'
  return { kind, status, message: `answered ${status}`, retryAfterMs: mayAsk ? retryAfterMs : undefined }
}

/** Whether the API itself failed at what was asked, and not at who asks: then leaving ids out may help. */
export const isAnswered = ({ kind, status }: CallFailure): boolean =>
  status !== null && (kind === 'rejected' || kind === 'unavailable' || kind === 'malformed')

/** What a call's end tells about its host. A rejected or rate-limited call was answered: the host is well. */
export const outcomeOf = (failure: CallFailure | null): Outcome => {
  if (failure === null || failure.kind === 'rejected' || failure.kind === 'rate-limited') return 'answered'
  return failure.kind === 'blocked' ? 'blocked' : 'failed'
}
