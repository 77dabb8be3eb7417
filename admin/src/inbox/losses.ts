import type { WebhookStatisticsQuery } from '../../generated/graphql.ts'
import { exactNumber } from '../view/format.ts'

export type TypeTotal = WebhookStatisticsQuery['webhookStatistics']['byType'][number]

/** What a type of event has lost. `silent`: none came although one was expected. */
export type Loss = { state: 'silent' | 'lost' | 'none' | 'unknown'; text: string }

export const lossOf = ({ received, expected, untold }: Pick<TypeTotal, 'received' | 'expected' | 'untold'>): Loss => {
  if (expected === 0) return { state: 'unknown', text: 'nothing to compare with' }
  if (received === 0) return { state: 'silent', text: `silent: none of ${exactNumber(expected)} arrived` }
  if (untold > 0) return { state: 'lost', text: `${exactNumber(untold)} of ${exactNumber(expected)} lost` }
  return { state: 'none', text: `none of ${exactNumber(expected)} lost` }
}

const rank = { silent: 0, lost: 1, none: 2, unknown: 3 }

/** The types in an order for reading: what is silent, what is lost, then those of which most came. */
export const worstFirst = (types: readonly TypeTotal[]): TypeTotal[] =>
  [...types].sort((a, b) => rank[lossOf(a).state] - rank[lossOf(b).state] || b.received - a.received)
