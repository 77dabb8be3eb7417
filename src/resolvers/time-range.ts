import { badInput } from '../lib/errors.ts'
import type { TimeRange } from '../telemetry/buckets.ts'

/** The range, or BAD_USER_INPUT when it runs backward. An empty range is allowed. */
export const requireRange = (argument: string, range: TimeRange): TimeRange => {
  if (range.from > range.to) throw badInput(`${argument}.from must not be after ${argument}.to.`)
  return range
}
