import { between, unit } from './random.ts'

/** Things happen in slots of this length: how often is decided once for each. */
const slotMs = 10_000

/** One of the things that happen at a rate; slot and index together name it. */
export type Occurrence = { at: number; slot: number; index: number }

/**
 * What happens above `after` and up to `upTo` (epoch milliseconds), in order. A function of its arguments alone: neighbouring
 * spans give each occurrence once. `rate` answers occurrences a second at an instant; `stream` tells different kinds apart.
 */
export const occurrences = (
  seed: number,
  stream: number,
  channelId: number,
  rate: (at: number) => number,
  after: number,
  upTo: number,
): Occurrence[] => {
  const found: Occurrence[] = []
  for (let slot = Math.floor(after / slotMs); slot * slotMs <= upTo; slot++) {
    const luck = between(0.4, 1.6, seed, stream, channelId, slot)
    const expected = rate(slot * slotMs) * luck * (slotMs / 1_000)
    const count = Math.floor(expected + unit(seed, stream, channelId, slot, 1))
    for (let index = 0; index < count; index++) {
      const place = (index + unit(seed, stream, channelId, slot, 2, index)) / count
      const at = Math.floor((slot + place) * slotMs)
      if (at > after && at <= upTo) found.push({ at, slot, index })
    }
  }
  return found
}
