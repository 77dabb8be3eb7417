import { expect } from 'vitest'
import { operatorKey } from './api.ts'
import { type HistoryChannel, now, rangeOf, start, startHistoryApi } from './history-api.ts'

const query = `query ($range: TimeRange!, $bucket: Bucket, $timezone: TimeZone, $filter: ChannelFilter) {
  totals(range: $range, bucket: $bucket, timezone: $timezone, filter: $filter) {
    meta { bucket coverage completeThrough } points { start end liveChannels viewers observedChannels messages follows partial } } }`

const viewersQuery = `query ($range: TimeRange!, $bucket: Bucket, $timezone: TimeZone, $filter: ChannelFilter) {
  totals(range: $range, bucket: $bucket, timezone: $timezone, filter: $filter) { points { liveChannels viewers } } }`

type Point = {
  start: string
  end: string
  liveChannels: number | null
  viewers: number | null
  observedChannels: number
  messages: number
  follows: number
  partial: boolean
}

/** Totals as the API answers them. */
export type TotalsSeries = {
  meta: { bucket: string; coverage: number; completeThrough: string }
  points: Point[]
}

/** An API over both stores, which is asked for totals. */
export const startTotalsApi = async () => {
  await using opened = new AsyncDisposableStack()
  const history = opened.use(await startHistoryApi())
  const running = opened.move()
  return {
    ...history,
    /** A channel that is watched. */
    async newChannel(channel = {}, lastProbedAt = now): Promise<HistoryChannel> {
      const made = await history.newChannel(channel)
      await history.watch(made, lastProbedAt)
      return made
    },
    async totalsOf(variables: object): Promise<TotalsSeries> {
      const { data, errors } = await history.api.ask(query, variables, operatorKey)
      expect(errors).toBeUndefined()
      return data.totals
    },
    /** Only what goes with a category. */
    async viewersOf(variables: object): Promise<Pick<Point, 'liveChannels' | 'viewers'>[]> {
      const { data, errors } = await history.api.ask(viewersQuery, variables, operatorKey)
      expect(errors).toBeUndefined()
      return data.totals.points
    },
    async refusalOf(variables: object): Promise<string[] | undefined> {
      const { errors } = await history.api.ask(
        query,
        { range: rangeOf(start, start + 86_400_000), ...variables },
        operatorKey,
      )
      return errors?.map(({ message, extensions }) => `${extensions.code}: ${message}`)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
