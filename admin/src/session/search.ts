import { type ChartSearch, readChartSearch } from '../parts/chart/tables.ts'
import { readInstant } from '../view/instant.ts'
import { choiceOf, textOf } from '../view/search-params.ts'

/** What a link to the place says beside range and zone. */
export type SessionSearch = ChartSearch & {
  /** The part of the broadcast that is shown: two instants with ".." between them. */
  zoom?: string
  show?: 'receipt'
}

export const readSessionSearch = (search: Record<string, unknown>): SessionSearch => ({
  ...readChartSearch(search),
  zoom: readZoom(textOf(search.zoom)) ? textOf(search.zoom) : undefined,
  show: choiceOf(search.show, ['receipt']),
})

/** The two instants of a zoom, in milliseconds of the epoch. */
export const readZoom = (text: string | undefined): { from: number; to: number } | null => {
  const [from, to] = (text ?? '').split('..').map((part) => readInstant(part, 0))
  return typeof from === 'number' && typeof to === 'number' && from < to ? { from, to } : null
}

export const printZoom = ({ from, to }: { from: number; to: number }): string =>
  [from, to].map((at) => new Date(at).toISOString()).join('..')
