import { GraphQLError } from 'graphql'
import { parseInt64 } from '../lib/ids.ts'
import { parseInstant } from '../lib/instant.ts'
import { timeZoneName } from '../telemetry/time-grid.ts'
import { builder } from './builder.ts'

const refuse = (message: string): never => {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
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
