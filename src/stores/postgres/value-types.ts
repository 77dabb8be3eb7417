import pg from 'pg'

const parseTimestamp = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date

/**
 * Sessions speak UTC, so an instant is text like `2026-11-30 22:08:38.123+00`, with up to six digits of a second. The driver's own
 * parser takes years before 1000 and from 10000 on, and ten times as long.
 */
const parseInstant = (text: string): Date => {
  if (!text.endsWith('+00') || text.charCodeAt(10) !== 32 || text.charCodeAt(0) === 48) return parseTimestamp(text)
  const zone = text.length - 3
  const digit = (at: number) => (at < zone ? text.charCodeAt(at) - 48 : 0)
  const two = (at: number) => digit(at) * 10 + digit(at + 1)
  const ms = two(20) * 10 + digit(22)
  return new Date(Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8), two(11), two(14), two(17), ms))
}

/** The instants that were read last. */
const readLately = Array.from({ length: 4 }, () => ({ text: '', instant: new Date(0) }))
let oldest = 0

/**
 * `parseInstant` that makes no second date of the same text soon: the columns of a row often have the same instant, and so have rows that were
 * written together. Nobody changes a date.
 */
const sharedInstant = (text: string): Date => {
  for (const one of readLately) if (one.text === text) return one.instant
  const one = readLately[oldest]!
  oldest = (oldest + 1) % readLately.length
  one.text = text
  one.instant = parseInstant(text)
  return one.instant
}

/** The type int8[], for which the driver has no name. */
const int8Array = 1016
const parseTexts = pg.types.getTypeParser(int8Array as never) as (text: string) => string[]

const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, BigInt],
  [int8Array, (text) => parseTexts(text).map(BigInt)],
  [pg.types.builtins.TIMESTAMPTZ, sharedInstant],
])

/** int8 comes out as bigint, also in an array, and timestamptz as Date; everything else as the driver has it. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format as 'text')) as never,
}
