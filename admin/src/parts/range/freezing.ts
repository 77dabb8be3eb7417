import { isRelative, readInstant } from '../../view/instant.ts'
import type { Range } from '../../view/view-search.ts'

// Between pressing the key and the new address.
const passesMs = 5_000

/** Whether a range is another one fixed to instants. */
export const isFreezing = (before: Range, after: Range, now: number): boolean => {
  if (isRelative(after.from) || isRelative(after.to) || !(isRelative(before.from) || isRelative(before.to)))
    return false
  const distance = (one: string, other: string): number => Math.abs(readInstant(one, now)! - readInstant(other, now)!)
  return distance(before.from, after.from) < passesMs && distance(before.to, after.to) < passesMs
}
