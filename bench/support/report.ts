import type { Rounds, Sample } from './rounds.ts'
import { cpu, latency, rate, ratio, typical } from './rounds.ts'

/** What a goal asks of a number. */
type Bound = { atLeast: number } | { atMost: number }

/** A promise of the project, checked against what this run measured. */
export type Goal = {
  name: string
  what: string
  value: number
  target: Bound
  moonshot?: Bound | undefined
  unit: string
}

/** A target, and a further one to dream of. */
type Bounds = Pick<Goal, 'target' | 'moonshot'>

/** The number should not be smaller; `far` is what would be excellent. */
export const atLeast = (target: number, far?: number): Bounds => ({
  target: { atLeast: target },
  moonshot: far === undefined ? undefined : { atLeast: far },
})

/** The number should not be larger; `far` is what would be excellent. */
export const atMost = (target: number, far?: number): Bounds => ({
  target: { atMost: target },
  moonshot: far === undefined ? undefined : { atMost: far },
})

/** Declares a goal with the number that was measured; without a unit it is a ratio. */
export const goal = (name: string, what: string, value: number, bounds: Bounds, unit = '×'): Goal => ({
  name,
  what,
  value,
  unit,
  ...bounds,
})

/** One row of a case's table: a number a column. */
export type Row = { variant: string; values: Record<string, number> }

export type Report = { title: string; rows: Row[]; goals: Goal[] }

export type TableOptions = {
  /** What one operation is, for the rate's heading. */
  operation: string
  /** Variants that all others are compared with, by rate. */
  against: readonly string[]
  /** Further columns: heading to measure of a sample. */
  columns?: Record<string, (sample: Sample) => number>
}

/** One row a variant: rate, ratios of the rate, CPU, percentiles, and what else is asked for; all medians over the rounds. */
export const tabulate = (rounds: Rounds, { operation, against, columns = {} }: TableOptions): Row[] =>
  [...rounds.keys()].map((variant) => ({
    variant,
    values: {
      [`${operation}/s`]: typical(rounds, variant, rate),
      ...Object.fromEntries(against.map((other) => [`vs ${other}`, ratio(rounds, variant, other)])),
      'CPU µs': typical(rounds, variant, cpu),
      'p50 ms': typical(rounds, variant, latency(0.5)),
      'p99 ms': typical(rounds, variant, latency(0.99)),
      ...Object.fromEntries(
        Object.entries(columns).map(([name, measure]) => [name, typical(rounds, variant, measure)]),
      ),
    },
  }))

/** Whether a number is within a bound. */
const meets = (value: number, bound: Bound): boolean =>
  'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost

const boundText = (bound: Bound, unit: string): string =>
  'atLeast' in bound ? `≥ ${bound.atLeast} ${unit}` : `≤ ${bound.atMost} ${unit}`

/** How a goal came out, in a word or two. */
export const verdict = ({ value, target, moonshot }: Goal): string => {
  if (Number.isNaN(value)) return 'not measured'
  if (moonshot && meets(value, moonshot)) return 'met, and the far goal'
  return meets(value, target) ? 'met' : 'NOT MET'
}

const numberText = (value: number | undefined): string => {
  if (value === undefined || Number.isNaN(value)) return '–'
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en-US')
  return size >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** A table as text: headings, then a line of cells each. */
export type RenderTable = (headings: string[], lines: string[][]) => string

const textTable: RenderTable = (headings, lines) => {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...lines.map((line) => line[i]!.length)))
  const render = (cells: string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd()
  return [render(headings), widths.map((width) => '─'.repeat(width)).join('──'), ...lines.map(render)].join('\n')
}

/** A table for a document. */
export const markdownTable: RenderTable = (headings, lines) =>
  [headings, headings.map((_, i) => (i === 0 ? '---' : '---:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

/** The report: its title and its table, as text for a terminal or a document. */
export const renderReport = ({ title, rows }: Report, table: RenderTable = textTable): string => {
  const measured = rows.flatMap(({ values }) => Object.keys(values).filter((name) => !Number.isNaN(values[name])))
  const headings = Object.keys(rows[0]?.values ?? {}).filter((name) => measured.includes(name))
  const lines = rows.map(({ variant, values }) => [variant, ...headings.map((heading) => numberText(values[heading]))])
  return `${title}\n\n${table(['variant', ...headings], lines)}\n`
}

/** All goals of a run as one table. */
export const renderGoals = (goals: readonly Goal[], table: RenderTable = textTable): string =>
  table(
    ['goal', 'measured', 'target', 'far goal', 'verdict'],
    goals.map((goal) => [
      `${goal.name}  ${goal.what}`,
      `${numberText(goal.value)} ${goal.unit}`,
      boundText(goal.target, goal.unit),
      goal.moonshot ? boundText(goal.moonshot, goal.unit) : '',
      verdict(goal),
    ]),
  )
