import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

/** A new ULID: 26 characters of Crockford base 32. Within a process each is greater than the one before, also when the clock is set back. */
export const newUlid = (): string => next()

const maxInt64 = 9_223_372_036_854_775_807n

/** The positive 64-bit integer written in decimal, or null for anything else (sign, exponent, leading zero, overflow). */
export const parseInt64 = (text: string): bigint | null => {
  if (!/^[1-9]\d{0,18}$/.test(text)) return null
  const value = BigInt(text)
  return value <= maxInt64 ? value : null
}

/** Whether the text is a canonical ULID. */
export const isUlid = (text: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
