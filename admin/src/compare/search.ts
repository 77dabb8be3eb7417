import { readChannelParams } from '../parts/channel/channel-params.ts'
import { type ChartSearch, readChartSearch } from '../parts/chart/tables.ts'
import { choiceOf, textOf, textsOf } from '../view/search-params.ts'

/** What a link to the place says beside range and zone. */
export type CompareSearch = ChartSearch & {
  /** Channels as the paths of their pages have them: "kick/ninja". */
  c?: string[]
  /** By the time since their broadcasts began; left out, by the clock. */
  by?: 'start'
  /** The previous period, too. */
  before?: '1'
  /** Of the time since the start, in seconds: "600-3600". */
  zoom?: string
}

/** How many can be told apart on one chart. */
export const mostChannels = 6

/** Texts that differ in more than their case. An id has its case. */
const differing = (texts: readonly string[]): string[] => [
  ...new Map(texts.map((text) => [text.includes('id:') ? text : text.toLowerCase(), text])).values(),
]

export const readCompareSearch = (search: Record<string, unknown>): CompareSearch => ({
  ...readChartSearch(search),
  c: differing(textsOf(search.c).filter((text) => readHandle(text) !== null)).slice(0, mostChannels),
  by: choiceOf(search.by, ['start']),
  before: choiceOf(search.before, ['1']),
  zoom: readSeconds(textOf(search.zoom)) ? textOf(search.zoom) : undefined,
})

export type Handle = { platform: string } & ({ slug: string } | { id: string })

/** The channel that "kick/ninja" names; null for what names none. */
export const readHandle = (text: string): Handle | null => {
  const [platform, slug, ...more] = text.split('/')
  return platform && slug && more.length === 0 ? readChannelParams({ platform, slug }) : null
}

/** A part of the time since the start, in milliseconds. */
export const readSeconds = (text: string | undefined): { from: number; to: number } | null => {
  const match = /^(\d{1,7})-(\d{1,7})$/.exec(text ?? '')
  const [from, to] = [Number(match?.[1]) * 1_000, Number(match?.[2]) * 1_000]
  return match && from < to ? { from, to } : null
}
