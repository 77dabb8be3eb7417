import { type GraphQLField, type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql'
import { RelativeInstant } from '../lib/instant.ts'

type Field = GraphQLField<unknown, unknown>
type Values = Record<string, unknown>

const holdsInstants = (type: GraphQLInputType, seen = new Set<unknown>()): boolean => {
  const named = getNamedType(type)
  if (seen.has(named)) return false
  seen.add(named)
  if (!isInputObjectType(named)) return named.name === 'DateTime'
  return Object.values(named.getFields()).some((field) => holdsInstants(field.type, seen))
}

const known = new WeakMap<Field, boolean>()

/** Whether a field takes an instant in any of its arguments. */
export const takesInstants = (field: Field): boolean => {
  let is = known.get(field)
  if (is === undefined) {
    is = field.args.some(({ type }) => holdsInstants(type))
    known.set(field, is)
  }
  return is
}

const isObject = (value: unknown): value is Values => {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Whether coerced values hold an instant that is told from now. */
export const holdsRelative = (value: unknown): boolean => {
  if (value instanceof RelativeInstant) return true
  if (Array.isArray(value)) return value.some(holdsRelative)
  return isObject(value) && Object.values(value).some(holdsRelative)
}

const placed = (value: unknown, now: number): unknown => {
  if (value instanceof RelativeInstant) return value.at(now)
  if (Array.isArray(value)) return value.map((one) => placed(one, now))
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, placed(one, now)]))
    : value
}

/** Coerced values with every instant that was told from now as a Date; `now` is in milliseconds since the epoch. */
export const withInstants = <T extends Values>(values: T, now: number): T =>
  // Nearly always there is none, and then nothing is copied.
  holdsRelative(values) ? (placed(values, now) as T) : values
