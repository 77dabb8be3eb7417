import type { Window } from './window.ts'

type Content = { rows: number; hash: bigint; firstSent: Date; lastSent: Date }

/** What arrived in one second: `hash` is the sum, modulo 2^64, of the hashes of its rows. */
export type Arrivals = Content & { second: Date }

/** Where a window is cut: the starts of its parts, in seconds since the epoch; the first is the start of the window. */
export type PartPlan = { starts: readonly number[] }

/** What a part of a window holds. */
export type ArchivePart = Content & { from: Date; to: Date }

/** Cuts a window at whole seconds into parts of at most `maxRows` rows; a second that alone has more is one part. */
export const planParts = (window: Window, arrivals: readonly Arrivals[], maxRows: number): PartPlan => {
  const starts = [window.from.getTime() / 1000]
  let rows = 0
  for (const arrival of arrivals) {
    if (rows > 0 && rows + arrival.rows > maxRows) {
      starts.push(arrival.second.getTime() / 1000)
      rows = 0
    }
    rows += arrival.rows
  }
  return { starts }
}

/** The parts of a plan with what they hold now; a part whose rows were removed since it was planned is empty. */
export const partsOf = (window: Window, { starts }: PartPlan, arrivals: readonly Arrivals[]): ArchivePart[] =>
  starts.map((start, index) => {
    const from = new Date(start * 1000)
    const to = index + 1 < starts.length ? new Date(starts[index + 1]! * 1000) : window.to
    const part: ArchivePart = { from, to, rows: 0, hash: 0n, firstSent: from, lastSent: from }
    for (const { second, rows, hash, firstSent, lastSent } of arrivals) {
      if (second < from || second >= to) continue
      part.firstSent = part.rows === 0 || firstSent < part.firstSent ? firstSent : part.firstSent
      part.lastSent = part.rows === 0 || lastSent > part.lastSent ? lastSent : part.lastSent
      part.hash = BigInt.asUintN(64, part.hash + hash)
      part.rows += rows
    }
    return part
  })

/** Whether two readings of the same parts agree. */
export const sameParts = (one: readonly ArchivePart[], other: readonly ArchivePart[]): boolean =>
  one.every(({ rows, hash }, index) => rows === other[index]?.rows && hash === other[index]?.hash)
