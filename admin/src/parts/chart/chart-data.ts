/** A stretch of time in milliseconds of the epoch; of an elapsed axis in milliseconds since its start. */
export type Span = { from: number; to: number }

/** Why there is no value: in a word or two, and in a sentence. */
export type Absence = { word: string; reason: string }

/** One line, area or row of bars. */
export type Series = {
  name: string
  /** Which of the six chart colours, from 1. */
  colour: number
  /** A value for each time. Null is a gap: nobody knows. */
  values: readonly (number | null)[]
  kind?: 'line' | 'area' | 'bars' | 'steps'
  dashed?: boolean
  /** A value stands for this time: the line goes on over buckets without one that are shorter, and in which nothing is missing. */
  standsForMs?: number
  /** What its values count, where that is not the unit of the chart: "chatters". */
  unit?: string
}

/** A stretch of time in which something was the case: a session, a chapter with its title. */
export type Band = Span & { label: string }

/** Where observations are missing, with the reason in words and a link to the evidence. */
export type Hole = Span & {
  explanation: string
  href?: string | undefined
  /** Nobody watched yet: nothing is wrong. */
  isBefore?: boolean
  /** The series that it is about; left out, all of them. */
  of?: string
}

/** What a chart shows. */
export type ChartData = {
  title: string
  /** What is counted, in the plural: "viewers". */
  unit: string
  /** When each bucket begins, in order. */
  times: readonly number[]
  series: readonly Series[]
  /** What the axis shows. */
  span: Span
  bands?: readonly Band[] | undefined
  holes?: readonly Hole[] | undefined
  /** What is later may still change. */
  completeThrough?: number | null | undefined
  /** When it was on air, as far as that is known: a value that is missing between them is missing because it was offline. */
  onAir?: readonly Span[] | undefined
  /** Why a value may be missing, where nothing else tells it. */
  unknown?: Absence | undefined
}

/** The last whose time is not after `at`; null where there is none. */
export const indexAt = (times: readonly number[], at: number): number | null => {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! <= at) low = middle + 1
    else high = middle
  }
  return low > 0 ? low - 1 : null
}

/** When a bucket ends: where the next begins, and the last one with the span. */
export const endOf = ({ times, span }: Pick<ChartData, 'times' | 'span'>, index: number): number =>
  times[index + 1] ?? Math.max(span.to, times[index]!)

/** The bucket in which an instant lies, as far as the axis shows it. */
export const bucketAt = (data: Pick<ChartData, 'times' | 'span'>, at: number | null): number | null => {
  if (at === null || at < data.span.from || at > data.span.to) return null
  const index = indexAt(data.times, at)
  return index === null || at > endOf(data, index) ? null : index
}

/** What is left of stretches inside a span. */
export const within = <Stretch extends Span>(stretches: readonly Stretch[], { from, to }: Span): Stretch[] =>
  stretches
    .filter((stretch) => stretch.to > from && stretch.from < to)
    .map((stretch) => ({ ...stretch, from: Math.max(from, stretch.from), to: Math.min(to, stretch.to) }))

/** The holes that an instant lies in. */
export const holesAt = (holes: readonly Hole[], at: number): Hole[] =>
  holes.filter(({ from, to }) => from <= at && at < to)

export const overlaps = (a: Span, b: Span): boolean => a.from < b.to && a.to > b.from

/** The holes of one series. */
export const holesOfSeries = (holes: readonly Hole[], { name }: Pick<Series, 'name'>): Hole[] =>
  holes.filter(({ of }) => of === undefined || of === name)

/** The stretches that are in both lists. */
const inBoth = (some: readonly Span[], others: readonly Span[]): Span[] =>
  some.flatMap((one) => within(others, one).map(({ from, to }) => ({ from, to })))

/** What nobody watched yet of any line: the stretches in which all lines that are not dashed have such a hole. */
const beforeAll = (holes: readonly Hole[], series: readonly Series[]): Hole[] => {
  const [first = [], ...others] = series
    .filter(({ dashed }) => !dashed)
    .map((one) => joined(holesOfSeries(holes, one).filter(({ isBefore }) => isBefore)))
  return others.reduce(inBoth, first).map((span) => ({ ...span, explanation: '', isBefore: true }))
}

/**
 * The holes that are shaded over the whole height. Where other lines go on, a dashed line that is missing, and one that nobody watched yet, are
 * only marked below; where nobody watched any of them yet, that is shaded.
 */
export const shadedHoles = ({ holes = [], series }: Pick<ChartData, 'holes' | 'series'>): Hole[] => [
  ...holes.filter(({ of, isBefore }) => {
    if (of === undefined || series.length === 1) return true
    return !isBefore && !series.some(({ name, dashed }) => name === of && dashed)
  }),
  ...(series.length > 1
    ? beforeAll(
        holes.filter(({ of }) => of !== undefined),
        series,
      )
    : []),
]

/** Stretches that touch or overlap as one, in order. */
export const joined = (stretches: readonly Span[]): Span[] => {
  const all: Span[] = []
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else all.push({ from, to })
  }
  return all
}

/** Holes that are too close together to point at one of them. */
export type HoleGroup = Span & { holes: readonly Hole[] }

/** Puts holes together that are nearer than `distance`, so that each group can be pointed at. */
export const groupHoles = (holes: readonly Hole[], distance: number): HoleGroup[] => {
  const groups: (Span & { holes: Hole[] })[] = []
  for (const hole of holes.toSorted((a, b) => a.from - b.from)) {
    const last = groups.at(-1)
    if (last && hole.from - last.to < distance) {
      last.to = Math.max(last.to, hole.to)
      last.holes.push(hole)
    } else groups.push({ from: hole.from, to: hole.to, holes: [hole] })
  }
  return groups
}

/** Whether nothing at all is known. */
export const isEmpty = ({ series }: Pick<ChartData, 'series'>): boolean =>
  series.every(({ values }) => values.every((value) => value === null))

/** Values that stand alone between gaps, which no line would show. Undefined is no gap. */
export const lonely = (values: readonly (number | null | undefined)[]): number[] =>
  values.flatMap((value, i) =>
    typeof value === 'number' &&
    (i === 0 || values[i - 1] === null) &&
    (i === values.length - 1 || values[i + 1] === null)
      ? [i]
      : [],
  )

type Observed = Pick<ChartData, 'times' | 'holes'>

/** Whether the value of one bucket still stands at another, with nothing between them: it is near, and no hole is between. */
const standsUntil = ({ times, holes = [] }: Observed, series: Series, before: number, after: number): boolean => {
  const [from, to] = [times[before]!, times[after]!]
  return (
    to - from <= (series.standsForMs ?? 0) && !holesOfSeries(holes, series).some((hole) => overlaps(hole, { from, to }))
  )
}

/** Values with undefined instead of null where the value before still stands, and no hole is. */
export const bridged = (data: Observed, series: Series): readonly (number | null | undefined)[] => {
  if (!series.standsForMs) return series.values
  const drawn: (number | null | undefined)[] = [...series.values]
  let last = -1
  for (let i = 0; i < drawn.length; i++) {
    if (drawn[i] === null) continue
    if (last >= 0 && i - last > 1 && standsUntil(data, series, last, i)) drawn.fill(undefined, last + 1, i)
    last = i
  }
  return drawn
}

/** The value of a bucket, as the line shows it: its own, or the one before that still stands. */
export const valueAt = (data: Observed, series: Series, index: number): number | null => {
  const { values, standsForMs } = series
  const own = values[index] ?? null
  if (own !== null || !standsForMs) return own
  const before = values.findLastIndex((value, i) => i < index && value !== null)
  const after = values.findIndex((value, i) => i > index && value !== null)
  return before >= 0 && after >= 0 && standsUntil(data, series, before, after) ? values[before]! : null
}

/** Several lists of values, each at its own times, on the times of all of them. */
export const onSharedTimes = (
  lists: readonly { times: readonly number[]; values: readonly (number | null)[] }[],
): { times: number[]; values: (number | null)[][] } => {
  const times = [...new Set(lists.flatMap((list) => list.times))].sort((a, b) => a - b)
  const place = new Map(times.map((at, i) => [at, i]))
  const values = lists.map((list) => {
    const row = new Array<number | null>(times.length).fill(null)
    list.times.forEach((at, i) => {
      row[place.get(at)!] = list.values[i] ?? null
    })
    return row
  })
  return { times, values }
}
