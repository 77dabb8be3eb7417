/**
 * The sums of probes that the table keeps by hour and by day (clickhouse/migrations/0007_probe_sums.sql), as SQL. The engine knows a kept sum by its
 * expression, so these are the expressions of the migration. Written in another way they would be right as well, and read every row.
 */

const stands = `greatest(1, if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2))))`
const sampled = '(elapsed_seconds - unsampled_seconds)'
const aired = `greatest(1, least(toInt64(${stands}), toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(stream_started_at)))`
const intoHour = 'toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(toStartOfHour(ts))'
const hasViewers = 'viewer_count >= 0'

// Seconds of a row that lie in the range, and those of an hour's row that lie before the hour.
const sinceFrom = `dateDiff('millisecond', {from:DateTime64(3)}, ts) / 1000`
const inRange = (seconds: string): string => `least(toFloat64(${seconds}), ${sinceFrom})`
const beforeHour = (seconds: string): string => `greatest(0, ${seconds} - (${intoHour}))`

const starts = '{starts:Array(UInt32)}'

// Numbers and starts of buckets are looked up in a hash table, because an array that is indexed for each row is copied for each row.
const numbersOfBuckets = `arrayEnumerate(${starts})`
const startOf = (bucket: string): string =>
  `toInt64(transform(${bucket}, ${numbersOfBuckets}, ${starts}, 4294967295)) * 1000`

/** SQL: the number of the bucket of an instant in seconds since the epoch, from 1. */
export const bucketOf = (instant: string): string =>
  `transform(roundDown(${instant}, ${starts}), ${starts}, ${numbersOfBuckets}, 0)`

/** SQL: the numbers of the buckets over which the time of a row in the range may spread, a row for each. */
export const bucketsOfRow = `arrayJoin(range(${bucketOf(
  `toUInt32(greatest(0, toInt64(toUnixTimestamp(ts)) - ${stands}))`,
)}, ${bucketOf('toUnixTimestamp(ts)')} + 1))`

// Milliseconds since the epoch. A bucket ends where the next one starts, and the last one after every probe.
const at = 'toUnixTimestamp64Milli(ts)'
const sinceStart = (seconds: string): string =>
  `greatest(${startOf('bucket')}, toUnixTimestamp64Milli({from:DateTime64(3)}), ${at} - toInt64(${seconds}) * 1000)`
const inBucket = (seconds: string): string =>
  `(greatest(0, least(${at}, ${startOf('bucket + 1')}) - ${sinceStart(seconds)}) / 1000)`

/**
 * A sum of probes: of kept sums, of single rows of which only the time in the range counts, of the time before an hour for which its rows stand, and
 * of single rows of which only the time in the range and in the bucket counts whose number is the column `bucket`.
 */
type Sum = { whole: string; rows: string; before: string; spread: string }

const counted = (whole: string) => ({ whole, rows: whole, before: '0' })

const timed = (sumOf: (seconds: string) => string, seconds: string): Sum => ({
  whole: sumOf(seconds),
  rows: sumOf(inRange(seconds)),
  before: sumOf(beforeHour(seconds)),
  spread: sumOf(inBucket(seconds)),
})

/** What probes add up to. Seconds are those that probes stand for: with a viewer count, of a broadcast, and in all. */
export const probeSums = {
  probes: counted('count()'),
  missed: counted('sum(missed_probes)'),
  samples: counted(`countIf(${hasViewers})`),
  viewerSeconds: timed((seconds) => `sum(toUInt64(viewer_count) * ${seconds})`, sampled),
  seconds: timed((seconds) => `sumIf(${seconds}, ${hasViewers})`, sampled),
  airSeconds: timed((seconds) => `sumIf(${seconds}, is_live)`, aired),
  observedSeconds: timed((seconds) => `sum(${seconds})`, stands),
} satisfies Record<string, Omit<Sum, 'spread'>>

export type ProbeSum = keyof typeof probeSums

/** A sum of time, which can be told for a part of the time. */
export type TimedSum = { [Name in ProbeSum]: (typeof probeSums)[Name] extends Sum ? Name : never }[ProbeSum]

/** The most viewers, and the negative second of it: the first of equals is the greatest. */
export const peakOfProbes = `maxIf((assumeNotNull(viewer_count), -toInt64(toUnixTimestamp(ts))), ${hasViewers})`

/** The probes that ended an outage. */
export const outagesOfProbes = 'groupArrayIf((ts, elapsed_seconds, missed_probes), missed_probes > 1)'

/** Half-open stretches of time, in milliseconds since the epoch; an empty one has no length. */
type Stretch = { from: number; until: number }

/**
 * How a range is read: whole days and whole hours from the sums, and the rest from rows. Where the range begins with an hour, the time before it
 * that the probes of this hour stand for is subtracted. Else the first whole hour is read from rows as well, since its probes reach back before it.
 */
export type RollupPlan = {
  hours: Stretch
  /** Inside the hours. */
  days: Stretch
  beginsWithHour: boolean
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const wholeSteps = ({ from, until }: Stretch, step: number): Stretch => {
  const start = Math.ceil(from / step) * step
  return { from: start, until: Math.max(start, Math.floor(until / step) * step) }
}

/** Plans a range. `coarsest` says which sums may be read: those of days, of hours only, or none. */
export const planRollups = (
  range: { from: number; to: number },
  coarsest: 'day' | 'hour' | 'none' = 'day',
): RollupPlan => {
  const { from, to: until } = range
  const nothing = { from: until, until }
  if (coarsest === 'none') return { hours: nothing, days: nothing, beginsWithHour: false }
  const beginsWithHour = from % hourMs === 0
  const inner = wholeSteps({ from: beginsWithHour ? from : Math.ceil(from / hourMs) * hourMs + hourMs, until }, hourMs)
  const hours = inner.from < inner.until ? inner : nothing
  const whole = coarsest === 'day' ? wholeSteps(hours, dayMs) : nothing
  const days = whole.from < whole.until ? whole : { from: hours.until, until: hours.until }
  return { hours, days, beginsWithHour: beginsWithHour && hours.from < hours.until }
}

/** A plan as parameters of a query. */
export const rollupParameters = (range: { from: number; to: number }, { hours, days }: RollupPlan) => ({
  from: new Date(range.from),
  until: new Date(range.to),
  hours_from: new Date(hours.from),
  hours_until: new Date(hours.until),
  days_from: new Date(days.from),
  days_until: new Date(days.until),
  after_until: new Date(range.to + hourMs),
})

/** The types of these parameters, for queries whose text is put together. */
export type RollupParameters = ReturnType<typeof rollupParameters>

const within = (start: string, from: string, until: string): string =>
  `${start} >= {${from}:DateTime64(3)} AND ${start} < {${until}:DateTime64(3)}`

/** A place where sums of a range are: which rows are read there, how their steps begin, and which form of a sum they have. */
export type RollupSource = {
  name: string
  step: string
  where: string
  form: Exclude<keyof Sum, 'spread'>
  /** Whether it also tells the sums before its steps. */
  isHourly: boolean
}

const [dayStart, hourStart] = ['toStartOfDay(ts)', 'toStartOfHour(ts)']

const wholeDays: RollupSource = {
  name: 'days',
  step: dayStart,
  where: within(dayStart, 'days_from', 'days_until'),
  form: 'whole',
  isHourly: false,
}
const wholeHours: RollupSource = {
  name: 'hours',
  step: hourStart,
  where: within(hourStart, 'hours_from', 'hours_until'),
  form: 'whole',
  isHourly: true,
}
const hoursAroundDays: RollupSource = {
  ...wholeHours,
  name: 'hours around days',
  where: `(${within(hourStart, 'hours_from', 'days_from')} OR ${within(hourStart, 'days_until', 'hours_until')})`,
}
const beforeFirstHour: RollupSource = {
  name: 'before',
  step: hourStart,
  where: `${hourStart} = {from:DateTime64(3)}`,
  form: 'before',
  isHourly: true,
}

const edges = `arrayPushBack(${starts}, toUnixTimestamp({from:DateTime64(3)}))`

/** SQL: whether an instant in seconds since the epoch is one at which the range or a bucket begins. */
export const isEdge = (instant: string): string => `has(${edges}, ${instant})`

/** The hours of whole days that begin with the range or with a bucket. The engine looks for values of a subquery in its index, and of an array not. */
const edgesOfDays: RollupSource = {
  ...beforeFirstHour,
  name: 'edges of days',
  where: `${within(hourStart, 'days_from', 'days_until')} AND ${hourStart} IN (SELECT toDateTime(arrayJoin(${edges}), 'UTC'))`,
}
const singleRows: RollupSource = {
  name: 'rows',
  step: 'ts',
  where: `(${within('ts', 'from', 'hours_from')} OR ${within('ts', 'hours_until', 'until')})`,
  form: 'rows',
  isHourly: false,
}

const lengthOf = ({ from, until }: Stretch): number => until - from

/** The sources that have something of a range; together they hold each of its probes once. */
export const rollupSources = (
  { from, to }: { from: number; to: number },
  { hours, days, beginsWithHour }: RollupPlan,
): RollupSource[] => [
  ...(lengthOf(days) > 0 ? [wholeDays] : []),
  ...(lengthOf(hours) > lengthOf(days) ? [lengthOf(days) > 0 ? hoursAroundDays : wholeHours] : []),
  ...(beginsWithHour ? [beforeFirstHour] : []),
  ...(lengthOf(hours) < to - from ? [singleRows] : []),
]

/** The sources of a range whose time is told by bucket: what the sums of a bucket stand for before it is in those of hours. */
export const bucketSources = (range: { from: number; to: number }, plan: RollupPlan): RollupSource[] => [
  ...rollupSources(range, { ...plan, beginsWithHour: false }),
  ...(lengthOf(plan.days) > 0 ? [edgesOfDays] : []),
]

/** SQL: the probes of the hour after a range; from the sums of that hour where the range ends with one. */
export const hourAfter = {
  hour: `${hourStart} = {until:DateTime64(3)}`,
  rows: within('ts', 'until', 'after_until'),
}

export type HourAfter = keyof typeof hourAfter

/** Where the hour after a range is read. */
export const hourAfterOf = ({ to }: { to: number }): HourAfter => (to % hourMs === 0 ? 'hour' : 'rows')

/** SQL: the seconds before the end of the range that the probes of the hour after it stand for. */
export const observedBeforeEnd: Record<HourAfter, string> = {
  hour: probeSums.observedSeconds.before,
  rows: `sum(greatest(0, ${stands} - dateDiff('millisecond', {until:DateTime64(3)}, ts) / 1000))`,
}

/** SQL expressions by the names that they get. */
export type Columns = Record<string, string>

/** The SQL of columns with their names. */
export const selection = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')

const asFloat = (sum: string): string => `toFloat64(ifNull(${sum}, 0))`

/** The SQL of sums in one of the sources by their names, as Float64; what lies before the range is negative. */
export const sumsIn = (names: readonly ProbeSum[], form: RollupSource['form']): Columns =>
  Object.fromEntries(names.map((name) => [name, `${form === 'before' ? '-' : ''}${asFloat(probeSums[name][form])}`]))

/** The SQL of sums of single rows that spread over buckets, by their names, as Float64. */
export const sumsSpread = (names: readonly TimedSum[]): Columns =>
  Object.fromEntries(names.map((name) => [name, asFloat(probeSums[name].spread)]))
