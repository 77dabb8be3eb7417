import { planBuckets, type TimeRange } from '../telemetry/buckets.ts'
import { coarsestOf } from '../telemetry/probe-totals.ts'
import { type RankingMeasure, rankingMeasures } from '../telemetry/ranking.ts'
import { defaultHoursAround, maxHoursAround } from './chatters.ts'
import { type SeriesArguments, withDefaults } from './series.ts'

/** What a scan costs whatever it reads: as much as makes an operation count as one request more. */
const oneScan = 1_000

/**
 * What each day of a scan costs more, by what is read of most of the range: sums by day, sums by hour, or single probes
 * (docs/decisions/0059-heavy-scans-have-a-price-and-take-turns.md).
 */
const costOfDay = { day: 32, hour: 192, none: 4_800 }

type Read = keyof typeof costOfDay

/** More days cost no more, so that a question about all that is kept is not refused. */
const mostDays = 1_000

const hoursOfDay = 24
const dayMs = hoursOfDay * 3_600_000

const costOfDays = (days: number, read: Read): number =>
  oneScan + Math.ceil(Math.min(Math.max(days, 0), mostDays) * costOfDay[read])

/** Arguments that cost is reckoned from; what was wrong with them is missing, and the resolver refuses it. */
type Given<Arguments> = { [Name in keyof Arguments]?: Arguments[Name] | null | undefined }

const costOfRange = (range: TimeRange | null | undefined, read: Read): number => {
  const ms = range ? range.to.getTime() - range.from.getTime() : 0
  return costOfDays(ms > 0 ? ms / dayMs : 0, read)
}

/** What a ranking costs beside its answer: sums of probes are kept by day, those of chat by hour. */
export const rankingScanCost = ({ by, range }: Given<{ by: RankingMeasure; range: TimeRange }>): number =>
  costOfRange(range, by && rankingMeasures[by].of === 'chat' ? 'hour' : 'day')

const readOfSeries = (args: SeriesArguments): Read => {
  try {
    return coarsestOf(planBuckets(withDefaults(args)))
  } catch {
    return 'day'
  }
}

/** What totals cost beside their answer, by the sums that their buckets consist of. */
export const totalsScanCost = ({ range, ...cut }: Given<SeriesArguments>): number =>
  costOfRange(range, range ? readOfSeries({ range, ...cut }) : 'day')

/** What it costs beside the answer to read what all channels said or were delivered over a range. */
export const wholeScanCost = ({ range }: Given<{ range: TimeRange }>): number => costOfRange(range, 'hour')

/** What it costs beside the answer to follow the people of a broadcast, which counts as one day. */
export const broadcastScanCost = ({ hours }: Given<{ hours: number }>): number =>
  costOfDays(1 + (2 * Math.min(hours ?? defaultHoursAround, maxHoursAround)) / hoursOfDay, 'hour')

/** What it costs beside the answer to search the chat of a channel; a page without a search is read from its index. */
export const searchScanCost = ({ range, search }: Given<{ range: TimeRange; search: string }>): number =>
  search ? costOfRange(range, 'day') : 0
