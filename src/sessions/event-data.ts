import { parseJson } from '../platforms/parse-json.ts'
import type { EndReason, StatusEventDraft } from './derive-status-events.ts'
import type { Evidence } from './evidence.ts'
import type { StatusObservation } from './status-observation.ts'

/** The longest body or row that an event keeps whole, in bytes of JSON. */
export const longestEvidence = 8_192
/** Deeper levels are left out, as an answer with the event has to stay within `deepestJson`. */
const deepestEvidence = 32

const credential = /(?:^|[_-])(?:key|token|secret|password|authorization|cookie|credential)s?$/i
const removed = '[removed]'

/** A text as Postgres can hold it. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** The same value without credentials, with texts that Postgres can hold. An address beside a credential belongs to it. */
const cleaned = (value: unknown, level: number, leaveOut: () => void): unknown => {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null) return value
  if (level > deepestEvidence) {
    leaveOut()
    return '…'
  }
  if (Array.isArray(value)) return value.map((one) => cleaned(one, level + 1, leaveOut))
  const names = Object.keys(value)
  const isAccess = names.some((name) => credential.test(name))
  const hides = (name: string): boolean => credential.test(name) || (isAccess && /^url$/i.test(name))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      storable(name),
      hides(name) ? removed : cleaned(one, level + 1, leaveOut),
    ]),
  )
}

/** The first bytes of a text, without half a character at the end. */
const beginning = (text: string): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, longestEvidence), { stream: true })

/** A value from outside as a part of event_data. What is too long becomes the beginning of its text, and its length in bytes is told. */
const kept = (name: 'body' | 'row', value: unknown): object => {
  let isWhole = true
  const clean = cleaned(value, 1, () => {
    isWhole = false
  })
  const text = JSON.stringify(clean ?? null)
  const length = Buffer.byteLength(text)
  if (length > longestEvidence) return { [name]: beginning(text), truncated: true, length }
  return isWhole ? { [name]: clean ?? null } : { [name]: clean, truncated: true, length }
}

const told = (evidence: Evidence): object => {
  switch (evidence.kind) {
    case 'delivery': {
      const { messageId, eventType, body } = evidence
      return {
        messageId: storable(messageId),
        eventType: storable(eventType),
        ...kept('body', parseJson(body) ?? body),
      }
    }
    case 'answer':
      return { endpoint: evidence.endpoint, ...kept('row', evidence.row?.()) }
    case 'silence':
      return {}
  }
}

const reason = (because: EndReason | undefined, evidence: Evidence): object => {
  if (because === undefined) return {}
  if ('endedAt' in because) return { reportedEnd: because }
  if (evidence.kind === 'silence')
    return { inferredFrom: { lastSeenAt: because.lastSeenAt, notProbedSince: evidence.since } }
  return { inferredFrom: because }
}

/** What an event keeps of the observation that made it: a bounded JSON object that names its source and holds no credentials. */
export const eventData = (
  { source, evidence }: Pick<StatusObservation, 'source' | 'evidence'>,
  { because }: Pick<StatusEventDraft, 'because'> = {},
): object => ({ source, ...told(evidence), ...reason(because, evidence) })
