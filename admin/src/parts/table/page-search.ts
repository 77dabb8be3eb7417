import { textOf } from '../../view/search-params.ts'

/** Which page of a list the address asks for: the one after a cursor, or the one before it. Without both the first. */
export type PageSearch = { after?: string; before?: string }

export const readPageSearch = (search: Record<string, unknown>): PageSearch => {
  const before = textOf(search.before)
  return before ? { before } : { after: textOf(search.after) }
}

/** The same as variables of a document. */
export const pageVariables = (
  { after, before }: PageSearch,
  size: number,
): { first?: number; after?: string; last?: number; before?: string } =>
  before ? { last: size, before } : { first: size, after }

/** What leads to the first page: for every change of a filter or an order. */
export const firstPage: PageSearch = { after: undefined, before: undefined }
