import { readPageSearch } from '../parts/table/page-search.ts'
import { choiceOf, textOf } from '../view/search-params.ts'
import { type OutcomeFilter, outcomeFilters } from './outcomes.ts'

/** What a link to the place says beside range and zone. */
export type InboxSearch = {
  /** What is listed: what came, or with `lost` what did not come although it should have. */
  view?: 'lost'
  outcome?: OutcomeFilter
  /** The type of the event, as the platform names it. */
  type?: string
  /** The id of a channel. */
  channel?: string
  signed?: 'yes' | 'no'
  /** The message id of the delivery that is open, and when it came: a platform may send one twice. */
  open?: string
  at?: string
  /** The page of what was lost. */
  after?: string
}

/** What leads back to every delivery that came. */
export const noFilters: InboxSearch = { outcome: undefined, type: undefined, channel: undefined, signed: undefined }

/** What leads to what was lost. */
export const lostOnes: InboxSearch = {
  ...{ view: 'lost', outcome: undefined, signed: undefined },
  ...{ open: undefined, at: undefined, after: undefined },
}

export const readInboxSearch = (search: Record<string, unknown>): InboxSearch => ({
  view: choiceOf(search.view, ['lost']),
  outcome: choiceOf(search.outcome, outcomeFilters),
  type: textOf(search.type),
  channel: textOf(search.channel),
  signed: choiceOf(search.signed, ['yes', 'no']),
  open: textOf(search.open),
  at: textOf(search.at),
  after: readPageSearch(search).after,
})
