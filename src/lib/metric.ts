type Labels = Readonly<Record<string, string>>

type Described = {
  name: string
  help: string
  /** The names of its labels; every row has a value for each of them, from a set that is bounded. */
  labels?: readonly string[]
}

/** A value now, or one for each combination of labels; null has no row. */
export type MetricValue = number | null | readonly { labels: Labels; value: number }[]

/** A number of this process, read at each request for metrics; a counter only grows. */
export type NumberSource = Described & { kind: 'gauge' | 'counter'; read(): MetricValue | Promise<MetricValue> }

/** Distributions of this process, one for each combination of labels. */
export type HistogramSource = Described & {
  kind: 'histogram'
  read(): readonly { labels: Labels; histogram: Histogram }[]
}

/** A metric of one part of the program. */
export type MetricSource = NumberSource | HistogramSource

type DeclareNumber = (
  name: string,
  help: string,
  read: NumberSource['read'],
  labels?: readonly string[],
) => NumberSource

const numberOf =
  (kind: NumberSource['kind']): DeclareNumber =>
  (name, help, read, labels) => ({ name, help, kind, labels, read })

/** A number that may fall again; with `labels` it has the rows that `read` answers. */
export const gauge = numberOf('gauge')

/** A number that only ever grows; with `labels` it has the rows that `read` answers. */
export const counter = numberOf('counter')

/** Metrics with one label, and a row for each entry: its key is the value of the label, and null instead of a number is no row. */
export const metricsPer = <T>(label: string, entries: () => Iterable<readonly [key: string, entry: T]>) => {
  const labels = [label]
  const rows = (read: (entry: T) => number | null) => () =>
    Array.from(entries(), ([key, entry]) => ({ labels: { [label]: key }, value: read(entry) })).filter(
      (row): row is { labels: Labels; value: number } => row.value !== null,
    )
  return {
    gauge: (name: string, help: string, read: (entry: T) => number | null) => gauge(name, help, rows(read), labels),
    counter: (name: string, help: string, read: (entry: T) => number) => counter(name, help, rows(read), labels),
    histogram: (name: string, help: string, read: (entry: T) => Histogram): HistogramSource => ({
      name,
      help,
      kind: 'histogram',
      labels,
      read: () => Array.from(entries(), ([key, entry]) => ({ labels: { [label]: key }, histogram: read(entry) })),
    }),
  }
}

/** Upper bounds in seconds for times from a millisecond to ten seconds. */
export const latencyBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Upper bounds in seconds for times from a tenth of a second to a day. */
export const lagBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400]

/** Counts of observed values by upper bound, with their sum. */
export class Histogram {
  readonly bounds: readonly number[]
  /** By bound: the values up to it and above the one before; the last count is for values above all bounds. */
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  observe(value: number): void {
    let at = 0
    while (at < this.bounds.length && value > this.bounds[at]!) at++
    this.counts[at]!++
    this.sum += value
  }
}

/** The value of some labels, and a step on the way to those that go on with another label. */
type Step<T> = { after: Map<string, Step<T>>; entry?: { labels: Labels; value: T } }

/**
 * One value for each combination of labels, made at its first use. The number of combinations must be bounded. The labels are looked
 * up in turn, because the hash of a text that is known is known as well, and that of a text made of them is not.
 */
class ByLabels<T> {
  readonly #names: readonly string[]
  readonly #make: () => T
  readonly #first: Step<T> = { after: new Map() }
  readonly #all: { labels: Labels; value: T }[] = []

  constructor(names: readonly string[], make: () => T) {
    this.#names = names
    this.#make = make
  }

  of(values: readonly string[]): T {
    let step = this.#first
    for (const value of values) {
      let next = step.after.get(value)
      if (!next) {
        next = { after: new Map() }
        step.after.set(value, next)
      }
      step = next
    }
    step.entry ??= this.#entry(values)
    return step.entry.value
  }

  #entry(values: readonly string[]): { labels: Labels; value: T } {
    const labels = Object.fromEntries(this.#names.map((name, i) => [name, values[i]!]))
    const entry = { labels, value: this.#make() }
    this.#all.push(entry)
    return entry
  }

  all(): readonly { labels: Labels; value: T }[] {
    return this.#all
  }
}

/** A counter that events add to. */
export type Counter = NumberSource & {
  /** Adds to the count of these label values, in the order of the labels. */
  add(amount: number, ...labels: string[]): void
}

/** Makes a counter at zero; with labels it has no rows before the first event. */
export const createCounter = (described: Required<Described>): Counter => {
  const counts = new ByLabels(described.labels, () => ({ count: 0 }))
  return {
    ...described,
    kind: 'counter',
    add(amount, ...labels) {
      counts.of(labels).count += amount
    },
    read: () => counts.all().map(({ labels, value }) => ({ labels, value: value.count })),
  }
}

/** Histograms by label that observe every value. */
export type HistogramFamily = HistogramSource & {
  /** The histogram of these label values, in the order of the labels. */
  of(...labels: string[]): Histogram
}

/** Makes histograms without values. */
export const createHistogram = ({
  bounds = latencyBounds,
  ...described
}: Required<Described> & { bounds?: readonly number[] }): HistogramFamily => {
  const histograms = new ByLabels(described.labels, () => new Histogram(bounds))
  return {
    ...described,
    kind: 'histogram',
    of: (...labels) => histograms.of(labels),
    read: () => histograms.all().map(({ labels, value }) => ({ labels, histogram: value })),
  }
}
