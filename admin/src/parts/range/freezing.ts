import { readInstant } from '../../view/instant.ts'
import type { View } from '../../view/view.tsx'

// Between pressing the key and the new address.
const passesMs = 5_000

type Shown = Pick<View, 'range' | 'isRelative'>

/** Whether a range is another one with fixed times. */
export const isFreezing = (before: Shown, after: Shown, now: number): boolean => {
  if (after.isRelative || !before.isRelative) return false
  const distance = (one: string, other: string): number => Math.abs(readInstant(one, now)! - readInstant(other, now)!)
  return (
    distance(before.range.from, after.range.from) < passesMs && distance(before.range.to, after.range.to) < passesMs
  )
}
