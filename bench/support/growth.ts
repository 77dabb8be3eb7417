import { mean } from './statistics.ts'

/** A cost at a size. */
export type Point = { size: number; cost: number }

/** How a cost grows: cost ≈ fixed + each × size, and cost ~ size ^ power. Of a cost for each one a power of 0 is flat, and 1 doubles as the size does. */
export type Growth = { fixed: number; each: number; power: number }

/** The line nearest to points by least squares. */
const lineOf = (points: readonly (readonly [x: number, y: number])[]): { at0: number; slope: number } => {
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const spread = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / spread
  return { at0: y0 - slope * x0, slope }
}

/** Fits how a cost grows from its points at two sizes or more. */
export const growthOf = (points: readonly Point[]): Growth => {
  const { at0: fixed, slope: each } = lineOf(points.map(({ size, cost }) => [size, cost]))
  const { slope: power } = lineOf(points.map(({ size, cost }) => [Math.log(size), Math.log(Math.max(cost, 1e-9))]))
  return { fixed, each, power }
}
