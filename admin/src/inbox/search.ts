import { choiceOf, textOf } from '../view/search-params.ts'
import { type OutcomeFilter, outcomeFilters } from './outcomes.ts'

/** What a link to the place says beside range and zone. */
export type InboxSearch = {
  outcome?: OutcomeFilter
  /** The type of the event, as the platform names it. */
  type?: string
  /** The id of a channel. */
  channel?: string
  signed?: 'yes' | 'no'
  /** The message id of the delivery that is open, and when it came: a platform may send one twice. */
  open?: string
  at?: string
}

export const readInboxSearch = (search: Record<string, unknown>): InboxSearch => ({
  outcome: choiceOf(search.outcome, outcomeFilters),
  type: textOf(search.type),
  channel: textOf(search.channel),
  signed: choiceOf(search.signed, ['yes', 'no']),
  open: textOf(search.open),
  at: textOf(search.at),
})
