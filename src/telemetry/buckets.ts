import { ApiError, badInput } from '../lib/errors.ts'
import { cutsAround, type Grid, timeZoneName } from './time-grid.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** The buckets of a fixed or calendar length, finest first. Weeks begin on Monday, and the epoch began on a Thursday. */
const grids = {
  MINUTE: { width: minute, phase: 0 },
  FIVE_MINUTES: { width: 5 * minute, phase: 0 },
  FIFTEEN_MINUTES: { width: 15 * minute, phase: 0 },
  HOUR: { width: hour, phase: 0 },
  SIX_HOURS: { width: 6 * hour, phase: 0 },
  DAY: { width: day, phase: 0 },
  WEEK: { width: 7 * day, phase: 4 * day },
  MONTH: 'month',
} as const satisfies Record<string, Grid>

/** A bucket that has a length. */
export type GridBucket = keyof typeof grids

/** A bucket of a request: AUTO is the finest that fits, RAW is every single observation. */
export type Bucket = 'AUTO' | 'RAW' | GridBucket

const gridBuckets = Object.keys(grids) as GridBucket[]

/** Every bucket of a request. */
export const bucketNames: readonly Bucket[] = ['AUTO', 'RAW', ...gridBuckets]

/** A half-open stretch of time: `from <= t < to`. */
export type TimeRange = { from: Date; to: Date }

export type BucketRequest = {
  range: TimeRange
  bucket: Bucket
  /** The most points of the answer. */
  maxPoints: number
  /** IANA name. */
  timezone: string
}

/** How a range is cut into points. */
export type BucketPlan = {
  /** In milliseconds since the epoch. */
  from: number
  to: number
  timezone: string
  maxPoints: number
  bucket: 'RAW' | GridBucket
  /** The ends of the buckets, one more than there are buckets; empty for RAW and for an empty range. */
  edges: readonly number[]
}

/** The largest `maxPoints`. */
export const largestMaxPoints = 10_000

// The last instant that every time column can hold.
const lastInstant = 2 ** 32 * second - 1

const requireInstant = (argument: string, date: Date): number => {
  const ms = date.getTime()
  if (!(ms >= 0 && ms <= lastInstant)) {
    throw badInput(
      `${argument} must be an instant from 1970-01-01T00:00:00Z to ${new Date(lastInstant).toISOString()}.`,
    )
  }
  return ms
}

/** A range in milliseconds since the epoch; BAD_USER_INPUT when it runs backward or beyond the time that can be stored. An empty range is allowed. */
export const requireSpan = (range: TimeRange): { from: number; to: number } => {
  const from = requireInstant('range.from', range.from)
  const to = requireInstant('range.to', range.to)
  if (from > to) throw badInput('range.from must not be after range.to.')
  return { from, to }
}

const tooMany = (count: number, maximum: number, what: string, suggestion: GridBucket | undefined): ApiError =>
  new ApiError(
    'BUCKET_LIMIT_EXCEEDED',
    `The range has ${count} ${what}, the maximum is ${maximum}: ${suggestion ? `use bucket ${suggestion} or coarser, or ask for a shorter range` : 'ask for a shorter range'}.`,
    { count, maximum, suggestion: suggestion ?? null },
  )

/** A range that is not cut yet. */
type Span = Omit<BucketPlan, 'bucket' | 'edges'>

/** The finest bucket of which the range has at most `maxPoints`. */
const finest = ({ from, to, timezone, maxPoints }: Span): GridBucket | undefined =>
  gridBuckets.find((bucket) => {
    const grid: Grid = grids[bucket]
    // If the length alone decides, changes of the clock need not be searched.
    if (grid !== 'month' && (to - from) / grid.width > maxPoints + 2) return false
    return cutsAround(from, to, timezone, grid).count <= maxPoints
  })

/** The error for a RAW series of `count` points, known or expected. */
export const tooManySamples = (plan: BucketPlan, count: number): ApiError =>
  tooMany(count, plan.maxPoints, 'samples', finest(plan))

const makePlan = (span: Span, bucket: Bucket): BucketPlan => {
  const { from, to, timezone, maxPoints } = span
  if (bucket === 'RAW') return { ...span, bucket, edges: [] }
  const chosen = bucket === 'AUTO' ? (finest(span) ?? 'MONTH') : bucket
  const cuts = cutsAround(from, to, timezone, grids[chosen])
  if (cuts.count > maxPoints) throw tooMany(cuts.count, maxPoints, `buckets of ${chosen}`, finest(span))
  return { ...span, bucket: chosen, edges: cuts.list() }
}

// A request plans its series for its cost, to refuse what is wrong, and to read, and many requests ask for the same.
const latestPlans = new Map<string, BucketPlan>()
const mostPlans = 32

/**
 * Cuts a range into buckets on the local clock of a zone, also across changes of that clock. More buckets than `maxPoints` are
 * BUCKET_LIMIT_EXCEEDED with a suggestion, before any bucket is made. Any other argument out of range is BAD_USER_INPUT.
 */
export const planBuckets = ({ range, bucket, maxPoints, timezone: name }: BucketRequest): BucketPlan => {
  const { from, to } = requireSpan(range)
  const key = [from, to, maxPoints, bucket, name].join(' ')
  const known = latestPlans.get(key)
  if (known) return known
  if (!Number.isInteger(maxPoints) || maxPoints < 1 || maxPoints > largestMaxPoints) {
    throw badInput(`maxPoints must be a whole number from 1 to ${largestMaxPoints}.`)
  }
  const timezone = timeZoneName(name)
  if (timezone === null) throw badInput('timezone must be the IANA name of a time zone, such as America/New_York.')

  const plan = makePlan({ from, to, timezone, maxPoints }, bucket)
  if (latestPlans.size >= mostPlans) latestPlans.clear()
  latestPlans.set(key, plan)
  return plan
}

/** The index of the bucket in which an instant lies; it must be within the edges. */
export const bucketIndexOf = (edges: readonly number[], ms: number): number => {
  let low = 0
  let high = edges.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (edges[middle]! <= ms) low = middle
    else high = middle
  }
  return low
}

/** The starts of the buckets in seconds since the epoch, for queries. */
export const bucketStarts = ({ edges }: BucketPlan): number[] =>
  edges.slice(0, -1).map((edge) => Math.max(0, edge / 1000))
