import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

/** A new ULID: 26 characters of Crockford base 32. Within a process each is greater than the one before, also when the clock is set back. */
export const newUlid = (): string => next()

const maxInt64 = '9223372036854775807'

/** Whether the text is a positive 64-bit integer in decimal; one with a sign, an exponent or a leading zero is none. */
export const isInt64 = (text: string): boolean =>
  /^[1-9]\d{0,18}$/.test(text) && (text.length < maxInt64.length || text <= maxInt64)

/** The positive 64-bit integer written in decimal, or null for anything else. */
export const parseInt64 = (text: string): bigint | null => (isInt64(text) ? BigInt(text) : null)

const ulidDigits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** When a canonical ULID was made, in milliseconds since the epoch. */
export const ulidTime = (ulid: string): number => {
  let ms = 0
  for (let i = 0; i < 10; i++) ms = ms * 32 + ulidDigits.indexOf(ulid[i]!)
  return ms
}

/** Whether the text is a canonical ULID. */
export const isUlid = (text: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
