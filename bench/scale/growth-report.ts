import { type Growth, growthOf } from '../support/growth.ts'
import { atMost, goal, type Report, type Row } from '../support/report.ts'

/** What was measured at one size. */
export type Measured = { size: number; costs: Record<string, number> }

export type GrowthOptions = {
  title: string
  /** What a size counts, in the plural. */
  of: string
  measured: readonly Measured[]
  /** Costs that may not grow with the size, and the power that they may have at most. */
  flat?: Record<string, number>
}

const growths = (measured: readonly Measured[]): [name: string, growth: Growth][] =>
  Object.keys(measured[0]!.costs).map((name) => [
    name,
    growthOf(measured.map(({ size, costs }) => ({ size, cost: costs[name]! }))),
  ])

/** A row a size, and below them what each cost adds for each one more, and its power. */
export const growthReport = ({ title, of, measured, flat = {} }: GrowthOptions): Report => {
  const found = growths(measured)
  const rowOf = (variant: string, pick: (growth: Growth) => number): Row => ({
    variant,
    values: Object.fromEntries(found.map(([name, growth]) => [name, pick(growth)])),
  })
  return {
    title,
    rows: [
      ...measured.map(({ size, costs }) => ({ variant: `${size.toLocaleString('en-US')} ${of}`, values: costs })),
      rowOf(`a thousand ${of} more`, ({ each }) => each * 1_000),
      rowOf(`power of ${of}`, ({ power }) => power),
    ],
    goals: found.flatMap(([name, { power }]) =>
      flat[name] === undefined ? [] : [goal('G19', `${name}, power of ${of}`, power, atMost(flat[name]), '')],
    ),
  }
}
