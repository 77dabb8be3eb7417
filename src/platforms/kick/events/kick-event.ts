import type { ProfileObservation } from '../../platform.ts'
import type { DeliveredFact } from '../../webhook-source.ts'

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>

/** How one type of event is read. Fields that nobody knows are ignored everywhere. */
export type KickEvent = {
  /** As the header names it. */
  type: string
  /** What a body with a broadcaster tells; a body without the fields that make this type is a type mismatch. `sentAt` dates what has no time of its own. */
  read(body: Fields, broadcaster: ProfileObservation, sentAt: Date): DeliveredFact
}

/** The body has not what makes its type. */
export const mismatch = (reason: string): DeliveredFact => ({ kind: 'type-mismatch', reason })

/** Whether the value is a JSON object. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasShape = (value: unknown, shape: 'object' | 'list' | 'number' | 'text'): boolean => {
  if (shape === 'object') return isObject(value)
  if (shape === 'list') return Array.isArray(value)
  return typeof value === (shape === 'text' ? 'string' : 'number')
}

/** An event that is kept as it came: only that it has each of these fields, as what is said, is checked. */
export const keptEvent = (
  type: string,
  fields: Readonly<Record<string, 'object' | 'list' | 'number' | 'text'>>,
): KickEvent => ({
  type,
  read: (body, broadcaster) => {
    const missing = Object.entries(fields).find(([name, shape]) => !hasShape(body[name], shape))
    return missing ? mismatch(`${missing[0]} is not there or no ${missing[1]}`) : { kind: 'kept', broadcaster }
  },
})
