import { GraphQLError } from 'graphql'
import { parseInt64 } from '../lib/ids.ts'
import { parseInstant, parseRelativeInstant } from '../lib/instant.ts'
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
  description:
    'An instant in RFC 3339 with a zone, like "2026-01-31T18:00:00Z". Answers are in UTC with milliseconds. An argument may also tell it from now: "now", "now-24h" (s, m, h, d or w), and "now-1d/d" for the beginning of yesterday (h, d or w, in UTC; a week begins on Monday).',
  serialize: printInstant,
  parseValue: (value) =>
    parseInstant(value) ??
    // `withInstants` puts the instant in its place, before a resolver or a statement sees it.
    (parseRelativeInstant(value) as unknown as Date | null) ??
    refuse(
      'A DateTime must be an instant from 1900 to 2299 in RFC 3339 with a zone, like "2026-01-31T18:00:00Z", or told from now, like "now-24h" or "now-1d/d".',
    ),
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
