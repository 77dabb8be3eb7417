import { readInstant } from './instant.ts'
import { textOf } from './search-params.ts'
import { isZone } from './zone.ts'

/** What every place reads of its link: the range and the zone. It goes along from place to place. */
export type ViewSearch = { from?: string; to?: string; zone?: string }

/** The range as the API takes it. */
export type Range = { from: string; to: string }

export const defaultRange: Range = { from: 'now-24h', to: 'now' }

/** Keeps what is a range and a zone; anything else is as if it were missing. */
export const readViewSearch = (search: Record<string, unknown>): ViewSearch => {
  const [from, to, zone] = [textOf(search.from), textOf(search.to), textOf(search.zone)]
  const now = Date.now()
  const [first, last] = [from, to].map((text) => (text === undefined ? null : readInstant(text, now)))
  const isRange = first != null && last != null && first < last
  // What is left out would stay as the link has it.
  return {
    from: isRange ? from : undefined,
    to: isRange ? to : undefined,
    zone: zone !== undefined && isZone(zone) ? zone : undefined,
  }
}
