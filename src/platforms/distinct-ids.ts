import { isInt64 } from '../lib/ids.ts'

/** The batch without repeats. A batch too large, or an id that is not a positive 64-bit integer, is the caller's mistake and throws. */
export const distinctIds = (ids: readonly string[], limit: number): Set<string> => {
  if (ids.length > limit) throw new RangeError(`at most ${limit} user ids fit one call, not ${ids.length}`)
  const wrong = ids.find((id) => !isInt64(id))
  if (wrong !== undefined) throw new RangeError(`"${wrong}" is not a user id, which is a positive integer`)
  return new Set(ids)
}

/** The query of a parameter that stands there once for each value. */
export const repeatedParameter = (name: string, values: Iterable<string>): string =>
  Array.from(values, (value) => `${name}=${value}`).join('&')
