import type { ChannelListQueryVariables } from '../../generated/graphql.ts'
import { isFindable } from '../parts/channel/handle.ts'
import { type PageSearch, pageVariables, readPageSearch } from '../parts/table/page-search.ts'
import type { PlatformName } from '../view/platforms.ts'
import { choiceOf, textOf } from '../view/search-params.ts'

const platforms = ['KICK', 'TWITCH', 'X'] as const satisfies readonly PlatformName[]
const statuses = ['ONLINE', 'OFFLINE', 'UNKNOWN'] as const
const answers = ['yes', 'no'] as const

/** The orders of the list in words. The first one is meant where a link names none. */
export const orders = [
  ['SLUG_ASC', 'By handle'],
  ['VIEWERS_DESC', 'Most viewers now'],
  ['LAST_SEEN_DESC', 'Last live'],
  ['FIRST_SEEN_DESC', 'Newly tracked'],
  ['TRUST_SCORE_DESC', 'Highest trust'],
  ['FOLLOWERS_DESC', 'Most followers'],
] as const

export type Order = (typeof orders)[number][0]

const pageSize = 50

/** What a link to the place says beside range and zone. */
export type ChannelsSearch = PageSearch & {
  q?: string
  platform?: PlatformName
  status?: (typeof statuses)[number]
  watched?: (typeof answers)[number]
  claimed?: (typeof answers)[number]
  category?: string
  language?: string
  order?: Order
  /** Somebody is about to track a channel: "@" and what is known of its handle. */
  track?: string
}

/** Kick tells followers of no channel, so that a list of its channels has no such order. */
export const ordersOf = (platform: PlatformName | undefined) =>
  orders.filter(([order]) => platform !== 'KICK' || order !== 'FOLLOWERS_DESC')

export const readChannelsSearch = (search: Record<string, unknown>): ChannelsSearch => {
  const platform = choiceOf(search.platform, platforms)
  const order = choiceOf(
    search.order,
    ordersOf(platform).map(([name]) => name),
  )
  return {
    q: textOf(search.q),
    platform,
    status: choiceOf(search.status, statuses),
    watched: choiceOf(search.watched, answers),
    claimed: choiceOf(search.claimed, answers),
    category: textOf(search.category),
    language: textOf(search.language),
    order: order === orders[0][0] ? undefined : order,
    track: textOf(search.track),
    ...readPageSearch(search),
  }
}

const yes = (answer: 'yes' | 'no' | undefined): boolean | undefined => answer && answer === 'yes'

/** What the address asks the API for. What only operators may ask is left out for others. */
export const listVariables = (search: ChannelsSearch, isOperator: boolean): ChannelListQueryVariables => {
  const { q, platform, status, watched, claimed, category, language, order = orders[0][0] } = search
  return {
    filter: {
      // A longer one is refused, and is the beginning of no name.
      handle: q && !isFindable(q) ? q.slice(0, 100) : q,
      platform,
      status,
      category,
      language,
      ...(isOperator && { active: yes(watched), claimed: yes(claimed) }),
    },
    orderBy: order,
    ...pageVariables(search, pageSize),
    operator: isOperator,
    searching: q !== undefined,
  }
}

/** What takes all filters away. */
export const noFilters = {
  q: undefined,
  platform: undefined,
  status: undefined,
  watched: undefined,
  claimed: undefined,
  category: undefined,
  language: undefined,
} as const satisfies Partial<ChannelsSearch>

/** Whether the list is less than all channels. */
export const isFiltered = (search: ChannelsSearch): boolean =>
  Object.keys(noFilters).some((name) => search[name as keyof typeof noFilters] !== undefined)
