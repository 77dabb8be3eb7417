import { type ChartSearch, readChartSearch } from '../parts/chart/tables.ts'
import { choiceOf, textOf } from '../view/search-params.ts'

const channelTabs = ['sessions', 'chat', 'names', 'events', 'deliveries', 'claims', 'watching'] as const

export type ChannelTab = (typeof channelTabs)[number]

/** What a link to the place says beside range and zone. */
export type ChannelSearch = ChartSearch & {
  /** The open tab; left out, the sessions. */
  tab?: ChannelTab
  /** What is searched for in the chat; left out, the chat is followed as it comes. */
  q?: string
  /** The event whose evidence is open. */
  event?: string
}

export const readChannelSearch = (search: Record<string, unknown>): ChannelSearch => ({
  ...readChartSearch(search),
  tab: choiceOf(search.tab, channelTabs),
  q: textOf(search.q),
  event: textOf(search.event),
})
