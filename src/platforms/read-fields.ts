import { isInt64 } from '../lib/ids.ts'

const rfc3339 = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** How many days a month has, counted from 1. */
const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** The fields of a JSON object; none when the value is anything else. */
export const readObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** Text as the stores can hold it: trimmed, no NUL, no half surrogates, cut at `maxLength` characters. Blank is undefined. */
export const readText = (value: unknown, maxLength = 2_000): string | undefined => {
  if (typeof value !== 'string') return undefined
  const text = value.replaceAll('\0', '').trim()
  const cut = text.length > maxLength ? text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '') : text
  return cut === '' ? undefined : cut.toWellFormed()
}

/** A positive 64-bit id, sent as an integer or as its digits, in decimal. */
export const readUserId = (value: unknown): string | undefined => {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined
  return typeof value === 'string' && isInt64(value) ? value : undefined
}

/** A boolean; anything else is undefined. */
export const readFlag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined)

/** A web address; anything that is not http or https is undefined. */
export const readUrl = (value: unknown): string | undefined => {
  const text = readText(value)
  return text !== undefined && /^https?:\/\/\S+$/i.test(text) ? text : undefined
}

/** A count that every store and an Int of the API can carry, sent as an integer or as its digits. */
export const readCount = (value: unknown): number | undefined => {
  const count = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count < 2 ** 31 ? count : undefined
}

/** An RFC 3339 instant with any offset and up to nine fractional digits; impossible dates and zero values are undefined. */
export const readInstant = (value: unknown): Date | undefined => {
  const text = typeof value === 'string' ? value.toUpperCase() : ''
  if (!rfc3339.test(text)) return undefined
  const day = Number(text.slice(8, 10))
  if (day > 28 && day > daysOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)))) return undefined
  const ms = Date.parse(text)
  return ms > 0 ? new Date(ms) : undefined
}
