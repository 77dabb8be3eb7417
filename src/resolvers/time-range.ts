import { badInput } from '../lib/errors.ts'
import type { TimeRange } from '../telemetry/buckets.ts'

/** The range if it does not run backward, else BAD_USER_INPUT; from may equal to, and nothing lies between them. */
export const requireRange = (argument: string, range: TimeRange): TimeRange => {
  if (range.from > range.to) throw badInput(`${argument}.from must not be after ${argument}.to.`)
  return range
}
