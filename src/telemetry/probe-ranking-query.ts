import { list, number, numbers, text } from '../stores/clickhouse/columns.ts'
import { type NamedQuery, namedQuery, type RowOf } from '../stores/clickhouse/named-query.ts'
import { type ChosenParameters, sumsByMatch } from './chosen-probes.ts'
import {
  type Columns,
  type HourAfter,
  hourAfter,
  outagesOfProbes,
  type ProbeSum,
  peakOfProbes,
  type RollupParameters,
  type RollupSource,
  selection,
  sumsIn,
} from './probe-rollups.ts'
import { type MeasureOf, type PageParameters, rankedRows } from './ranking.ts'

type Measure = MeasureOf<'probes'>

/** How the value of a channel follows from its sums over what the filter leaves. Values are viewer-seconds, viewers or seconds. */
const measures: Record<Measure, { sums: readonly ProbeSum[]; value: string }> = {
  HOURS_WATCHED: { sums: ['viewerSeconds'], value: 'sumIf(viewerSeconds, matches)' },
  AVERAGE_VIEWERS: {
    sums: ['viewerSeconds', 'seconds'],
    value: 'if(sumIf(seconds, matches) > 0, sumIf(viewerSeconds, matches) / sumIf(seconds, matches), 0)',
  },
  AIR_TIME: { sums: ['airSeconds'], value: 'sumIf(airSeconds, matches)' },
  PEAK_VIEWERS: { sums: [], value: 'toFloat64(maxIf(peak, matches).1)' },
}

const instant = (of: string) => `toFloat64(toUnixTimestamp64Milli(${of}))`
const [never, always] = [`toFloat64('inf')`, `toFloat64('-inf')`]
const noProbe = { firstAt: never, lastAt: always, outages: '[]', nextAt: never, nextOutages: '[]' }

/** What a source says of when channels were probed: in the range, or after it. */
const probed = {
  inRange: { ...noProbe, firstAt: instant('min(ts)'), lastAt: instant('max(ts)'), outages: outagesOfProbes },
  afterRange: { ...noProbe, nextAt: instant('min(ts)'), nextOutages: outagesOfProbes },
}

/** What a query reads: the sources of the range and, for what was observed, the hour after it. */
export type RankingReading = {
  measure: Measure
  sources: readonly RollupSource[]
  next: HourAfter | null
  /** Whether what was broadcast does not matter. */
  isAll: boolean
}

const readingRows = ({ measure, sources, next, isAll }: RankingReading): string => {
  const rowsOf = (where: string, columns: Columns) =>
    sumsByMatch({ platform: 'platform', platform_user_id: 'platform_user_id' }, columns, where, isAll)
  const isPeak = measure === 'PEAK_VIEWERS'
  const counts: readonly ProbeSum[] = next === null ? [] : ['probes', 'missed']
  const sums = [...measures[measure].sums, ...counts]
  const rows = sources
    // What lies before the range matters to seconds alone.
    .filter(({ form }) => form !== 'before' || !isPeak)
    .map(({ where, form }) =>
      rowsOf(where, {
        ...sumsIn(sums, form),
        ...(isPeak && { peak: peakOfProbes }),
        ...(next !== null && (form === 'before' ? noProbe : probed.inRange)),
      }),
    )
  if (next !== null) {
    const none = Object.fromEntries(sums.map((name) => [name, '0.']))
    const noPeak = isPeak && { peak: '(toUInt32(0), toInt64(0))' }
    rows.push(rowsOf(hourAfter[next], { ...none, ...noPeak, ...probed.afterRange }))
  }
  return rows.join('\n    UNION ALL')
}

const ends = (name: string): string => `arrayMap(o -> [${instant('o.1')}, o.2, o.3], groupArrayArray(${name}))`

/** By channel; zeros where it was not asked for. */
const observed: Columns = {
  probes: 'sum(probes)',
  missed: 'sum(missed)',
  firstAt: 'min(firstAt)',
  lastAt: 'max(lastAt)',
  outages: ends('outages'),
  nextAt: 'if(min(nextAt) = inf, 0, min(nextAt))',
  nextOutages: ends('nextOutages'),
}
const unobserved: Columns = {
  ...Object.fromEntries(Object.keys(observed).map((name) => [name, '0.'])),
  outages: '[]',
  nextOutages: '[]',
}

const textOf = (reading: RankingReading): string => {
  const { measure, next } = reading
  const columns: Columns = {
    peakAt: measure === 'PEAK_VIEWERS' ? 'toFloat64(-maxIf(peak, matches).2) * 1000' : '0.',
    ...(next === null ? unobserved : observed),
  }
  // Other names than those of the sources, which the engine would take for them.
  const found = Object.fromEntries(Object.entries(columns).map(([name, sql]) => [`of_${name}`, sql]))
  const rows = `
  SELECT platform, platform_user_id AS platformUserId, concat(platform, '/', platform_user_id) AS key,
    ${measures[measure].value} AS value, ${selection(found)}
  FROM (${readingRows(reading)}
  )
  GROUP BY platform, platform_user_id`
  const answered = Object.keys(columns).map((name) => `of_${name} AS ${name}`)
  return rankedRows(rows, 'key', ['platform', 'platformUserId', 'key', ...answered].join(', '))
}

const row = {
  platform: text,
  platformUserId: text,
  key: text,
  ...numbers('value', 'rank', 'total', 'peakAt', 'probes', 'missed', 'firstAt', 'lastAt', 'nextAt'),
  outages: list(list(number)),
  nextOutages: list(list(number)),
}

type Row = { [Name in keyof typeof row]: ReturnType<(typeof row)[Name]['read']> }

type RankingQuery = NamedQuery<RollupParameters & ChosenParameters & PageParameters, Row>

export type RankingRow = RowOf<RankingQuery>

const known = new Map<string, RankingQuery>()

/** The query of a reading, made at its first use. */
export const probeRankingQuery = (reading: RankingReading): RankingQuery => {
  const { measure, sources, next, isAll } = reading
  const key = [measure, next, isAll, ...sources.map(({ name }) => name)].join(' ')
  const found = known.get(key)
  if (found) return found
  const name = `ranking_${measure.toLowerCase()}`
  const query = namedQuery<string, Row>({ name, sql: textOf(reading), row }) as RankingQuery
  known.set(key, query)
  return query
}
