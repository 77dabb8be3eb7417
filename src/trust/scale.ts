/** A number bounded to 0 and 1; NaN is 0. */
export const share = (x: number): number => (x > 0 ? Math.min(1, x) : 0)

/** 0 up to `none`, 1 from `full` on, and a straight line between them. */
export const rising = (x: number, none: number, full: number): number => share((x - none) / (full - none))

/** The same on a logarithmic scale, for ratios; both bounds are above 0. */
export const risingRatio = (x: number, none: number, full: number): number =>
  x > 0 ? share(Math.log(x / none) / Math.log(full / none)) : 0

/** Ratios from `from` to `until` are usual; up to `none` and from `over` on they are worth nothing. All above 0, in this order. */
export type Band = { none: number; from: number; until: number; over: number }

/** 1 inside the band, falling to 0 on both sides on a logarithmic scale. */
export const inBand = (x: number, { none, from, until, over }: Band): number =>
  Math.min(risingRatio(x, none, from), 1 - risingRatio(x, until, over))
