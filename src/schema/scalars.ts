import { GraphQLError } from 'graphql'
import { parseInt64 } from '../lib/ids.ts'
import { timeZoneName } from '../telemetry/time-grid.ts'
import { builder } from './builder.ts'

const refuse = (message: string): never => {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

// What both stores can hold without bending it.
const firstInstant = Date.parse('1900-01-01T00:00:00Z')
const lastInstant = Date.parse('2299-12-31T23:59:59.999Z')

/** The instant of an RFC 3339 text with a zone, cut to milliseconds; null for any other value, for days that do not exist and outside 1900 to 2299. */
export const parseInstant = (value: unknown): Date | null => {
  const parts = typeof value === 'string' ? instantPattern.exec(value) : null
  if (!parts) return null
  // A day past the end of its month would roll over into the next.
  const day = new Date(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00Z`)
  if (day.getUTCDate() !== Number(parts[3])) return null
  const instant = new Date(parts[0].toUpperCase())
  return instant.getTime() >= firstInstant && instant.getTime() <= lastInstant ? instant : null
}

// Series of several channels share their instants, and printing those costs a twentieth of the answer.
const printed = new Map<number, string>()
const largestPrinted = 20_000

const printInstant = (instant: Date): string => {
  const ms = instant.getTime()
  let text = printed.get(ms)
  if (text === undefined) {
    text = instant.toISOString()
    if (printed.size >= largestPrinted) printed.clear()
    printed.set(ms, text)
  }
  return text
}

builder.scalarType('DateTime', {
  description: 'An instant in RFC 3339 with a zone, like "2026-01-31T18:00:00Z". Answers are in UTC with milliseconds.',
  serialize: printInstant,
  parseValue: (value) =>
    parseInstant(value) ??
    refuse('A DateTime must be an instant from 1900 to 2299 in RFC 3339 with a zone, like "2026-01-31T18:00:00Z".'),
})

builder.scalarType('BigInt', {
  description: 'A 64-bit integer, always a JSON string.',
  serialize: (value) => value.toString(),
  parseValue: (value) =>
    (typeof value === 'string' ? parseInt64(value) : null) ??
    refuse('A BigInt must be a string of digits from "1" to "9223372036854775807".'),
})

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
})

builder.scalarType('TimeZone', {
  description: 'A time zone by its IANA name, like "America/New_York".',
  serialize: (value) => value,
  parseValue: (value) =>
    (typeof value === 'string' ? timeZoneName(value) : null) ??
    refuse('A TimeZone must be an IANA name, like "UTC" or "America/New_York".'),
})
