import { expect } from 'vitest'
import { operatorKey } from './api.ts'
import { startHistoryApi } from './history-api.ts'

const page = `nodes { rank value share coverage peakAt channel { channelId slug } } pageInfo { hasNextPage endCursor } total`
const query = `query ($by: RankingMeasure!, $range: TimeRange!, $filter: ChannelFilter, $first: Int, $after: String) {
  rankings(by: $by, range: $range, filter: $filter, first: $first, after: $after) { ${page} } }`

/** A place of a ranking as the API answers it. */
export type RankedChannel = {
  channel: { channelId: string; slug: string }
  rank: number
  value: number
  share: number | null
  coverage: number
}

/** The channels of a page. */
export const idsOf = ({ nodes }: { nodes: readonly RankedChannel[] }) =>
  nodes.map(({ channel }) => BigInt(channel.channelId))

/** An API over both stores, which is asked for rankings. */
export const startRankingsApi = async () => {
  await using opened = new AsyncDisposableStack()
  const history = opened.use(await startHistoryApi())
  const running = opened.move()
  const ranked = async (variables: object, key?: string) => {
    const { data, errors } = await history.api.ask(query, variables, key)
    expect(errors).toBeUndefined()
    return data.rankings as {
      nodes: RankedChannel[]
      total: number | null
      pageInfo: { hasNextPage: boolean; endCursor: string }
    }
  }
  return {
    ...history,
    ranked,
    async refusalOf(variables: object): Promise<string[] | undefined> {
      const { errors } = await history.api.ask(query, variables)
      return errors?.map(({ message, extensions }) => `${extensions.code}: ${message}`)
    },
    /** What the stores are asked for a ranking, by name. */
    statementsOf: (variables: object) => history.askedDuring(() => ranked(variables, operatorKey)),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
