import { numbers } from '../stores/clickhouse/columns.ts'
import { type NamedQuery, namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketStarts } from './buckets.ts'
import { type ChosenParameters, type ChosenProbes, chosenParameters, matchesAll, sumsByMatch } from './chosen-probes.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'
import {
  bucketOf,
  bucketSources,
  bucketsOfRow,
  type Columns,
  type HourAfter,
  hourAfter,
  hourAfterOf,
  isEdge,
  observedBeforeEnd,
  planRollups,
  type RollupParameters,
  type RollupSource,
  rollupParameters,
  sumsIn,
  sumsSpread,
  type TimedSum,
} from './probe-rollups.ts'

/**
 * What the probes of all chosen channels add up to, by bucket, in seconds that they stand for. The time of a probe is spread over the buckets that it
 * covers.
 */
export type ProbeTotals = {
  /** Of all probes, whatever they saw. */
  observedSeconds: number[]
  /** Of probes that saw what is asked for. */
  airSeconds: number[]
  viewerSeconds: number[]
  /** Seconds before the end of the range for which probes after it stand; 0 where that was not asked for. */
  observedAtEnd: number
}

const sums = ['observedSeconds', 'airSeconds', 'viewerSeconds'] as const satisfies readonly TimedSum[]

/** What a query reads: the sources of the range and, for the coverage, the hour after it. */
type TotalsReading = { sources: readonly RollupSource[]; next: HourAfter | null; isAll: boolean }

const none: Columns = Object.fromEntries(sums.map((name) => [name, '0.']))
const before = (name: TimedSum) => `${name}Before`

/** Columns of seconds in a bucket, and of seconds before the edge at which it begins, negative. */
const columnsOf = (inside: Columns, outside: Columns = none): Columns => ({
  ...inside,
  ...Object.fromEntries(sums.map((name) => [before(name), outside[name]!])),
})

const textOf = ({ sources, next, isAll }: TotalsReading): string => {
  const rowsOf = (bucket: string, where: string, inside: Columns) =>
    sumsByMatch({ bucket }, { isEdge: 'false', ...columnsOf(inside) }, where, isAll)
  const rows = sources.map(({ step, where, form, isHourly }) => {
    if (form === 'rows') return rowsOf(bucketsOfRow, where, sumsSpread(sums))
    const inside = form === 'before' ? none : sumsIn(sums, form)
    const columns = columnsOf(inside, isHourly ? sumsIn(sums, 'before') : none)
    return `
    SELECT ${bucketOf('step')} AS bucket, matches, ${isEdge('step')} AS isEdge, ${Object.keys(columns).join(', ')}
    FROM (${sumsByMatch({ step: `toUnixTimestamp(${step})` }, columns, where, isAll)})`
  })
  // What is behind the range has the number 0.
  if (next !== null)
    rows.push(
      rowsOf('toUInt32(0)', hourAfter[next], { ...none, observedSeconds: `toFloat64(${observedBeforeEnd[next]})` }),
    )
  return `
SELECT toUInt32(bucket) AS number, sum(observedSeconds) AS observed, sumIf(airSeconds, matches) AS aired,
  sumIf(viewerSeconds, matches) AS watched, sumIf(${before('observedSeconds')}, isEdge) AS observedBefore,
  sumIf(${before('airSeconds')}, isEdge AND matches) AS airedBefore,
  sumIf(${before('viewerSeconds')}, isEdge AND matches) AS watchedBefore
FROM (${rows.join('\n    UNION ALL')}
)
GROUP BY number`
}

const row = numbers('number', 'observed', 'aired', 'watched', 'observedBefore', 'airedBefore', 'watchedBefore')

type TotalsRow = Record<keyof typeof row, number>

type TotalsQuery = NamedQuery<RollupParameters & ChosenParameters & { starts: readonly number[] }, TotalsRow>

const known = new Map<string, TotalsQuery>()

const queryOf = (reading: TotalsReading): TotalsQuery => {
  const { sources, next, isAll } = reading
  const key = [next, isAll, ...sources.map(({ name }) => name)].join(' ')
  const found = known.get(key)
  if (found) return found
  const query = namedQuery<string, TotalsRow>({
    name: 'totals_of_probes',
    sql: textOf(reading),
    row,
  }) as TotalsQuery
  known.set(key, query)
  return query
}

const hourMs = 3_600_000

/** The coarsest sums of which every bucket consists; the range itself may begin and end anywhere. */
export const coarsestOf = ({ edges }: BucketPlan): 'day' | 'hour' | 'none' => {
  const inner = edges.slice(1, -1)
  if (inner.every((edge) => edge % (24 * hourMs) === 0)) return 'day'
  return inner.every((edge) => edge % hourMs === 0) ? 'hour' : 'none'
}

/** The probes of all chosen channels by the buckets of a plan that has some, in one query; with `coverage` also what was observed at its end. Rejects with UNAVAILABLE. */
export const totalsOfProbes = async (
  store: ClickHouse,
  bucketPlan: BucketPlan,
  { env, chosen, coverage, signal }: { env: string; chosen: ChosenProbes; coverage: boolean; signal?: AbortSignal },
): Promise<ProbeTotals> => {
  const { edges } = bucketPlan
  const zeros = () => Array<number>(edges.length - 1).fill(0)
  const totals: ProbeTotals = {
    observedSeconds: zeros(),
    airSeconds: zeros(),
    viewerSeconds: zeros(),
    observedAtEnd: 0,
  }
  if (chosen.channels?.length === 0) return totals
  const plan = planRollups(bucketPlan, coarsestOf(bucketPlan))
  const query = queryOf({
    sources: bucketSources(bucketPlan, plan),
    next: coverage ? hourAfterOf(bucketPlan) : null,
    isAll: matchesAll(chosen),
  })
  const parameters = {
    ...rollupParameters(bucketPlan, plan),
    ...chosenParameters(env, chosen),
    starts: bucketStarts(bucketPlan),
  }
  const rows = await store
    .query(query, parameters, { signal, pool: readPoolFor(Number.POSITIVE_INFINITY) })
    .catch(historyUnavailable())
  const add = (bucket: number, observed: number, aired: number, watched: number) => {
    totals.observedSeconds[bucket]! += observed
    totals.airSeconds[bucket]! += aired
    totals.viewerSeconds[bucket]! += watched
  }
  for (const { number, observed, aired, watched, observedBefore, airedBefore, watchedBefore } of rows) {
    if (number === 0) {
      totals.observedAtEnd = observed
      continue
    }
    const bucket = number - 1
    add(bucket, observed + observedBefore, aired + airedBefore, watched + watchedBefore)
    // What lies before the edge belongs to the bucket before it; before the first bucket it is out of the range.
    if (bucket > 0) add(bucket - 1, -observedBefore, -airedBefore, -watchedBefore)
  }
  return totals
}
