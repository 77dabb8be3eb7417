import { badInput } from '../lib/errors.ts'
import type { Context } from './context.ts'
import type { PageCursorCodec, Position } from './page-cursor.ts'

/** The largest page of any list. */
export const maxPageSize = 100

/** The default page size. */
export const defaultPageSize = 20

/** The arguments of a Relay connection. */
export type PageArguments = {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

/** A page to read: `limit` rows after the position `beyond`, forward from the start or backward from the end. */
export type PageRequest = { limit: number; backward: boolean; beyond: Position | null }

/** Rows of a page in list order, and whether there are others around them. */
export type Page<Row> = { rows: readonly Row[]; hasNextPage: boolean; hasPreviousPage: boolean }

/** The value of a connection type. Cursors are made when they are read. */
export type Connection<Row> = {
  edges: { node: Row; readonly cursor: string }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

const size = (name: 'first' | 'last', value: number): number => {
  if (value < 0 || value > maxPageSize) throw badInput(`${name} must be from 0 to ${maxPageSize}.`)
  return value
}

/** Checks the arguments of a page: `first` with `after`, or `last` with `before`. */
export const pageDirection = ({ first, after, last, before }: PageArguments): { limit: number; backward: boolean } => {
  if (first != null && last != null) throw badInput('Give first or last, not both.')
  if (after != null && before != null) throw badInput('Give after or before, not both.')
  if (first != null && before != null) throw badInput('before goes with last, after goes with first.')
  if (last != null && after != null) throw badInput('after goes with first, before goes with last.')
  if (last != null || before != null) return { limit: size('last', last ?? defaultPageSize), backward: true }
  return { limit: size('first', first ?? defaultPageSize), backward: false }
}

/** The page of a list for these arguments; BAD_USER_INPUT when they contradict each other or the cursor is of another list. */
export const pageRequest = async (context: Context, list: string, args: PageArguments): Promise<PageRequest> => {
  const direction = pageDirection(args)
  const cursor = args.after ?? args.before
  if (cursor == null) return { ...direction, beyond: null }
  // Shared by all lists of the operation.
  const codec = await context.loaders.load(
    'cursor codec',
    null,
    'current',
    async () => new Map([['current', await context.cursors.current()]]),
  )
  return { ...direction, beyond: codec!.decode(list, cursor) }
}

/** Makes a page of up to `limit + 1` rows in the direction of the request; the surplus row shows that there are more. */
export const pageOf = <Row>(found: readonly Row[], { limit, backward, beyond }: PageRequest): Page<Row> => {
  const rows = found.slice(0, limit)
  const more = found.length > limit
  return backward
    ? { rows: rows.reverse(), hasPreviousPage: more, hasNextPage: beyond !== null }
    : { rows, hasNextPage: more, hasPreviousPage: beyond !== null }
}

/** A page with the cursors of the named list. */
export const connectionOf = <Row>(
  { rows, hasNextPage, hasPreviousPage }: Page<Row>,
  codec: PageCursorCodec,
  list: string,
  position: (row: Row) => Position,
): Connection<Row> => {
  const edges = rows.map((node) => ({
    node,
    get cursor() {
      return codec.encode(list, position(node))
    },
  }))
  const pageInfo = {
    hasNextPage,
    hasPreviousPage,
    get startCursor() {
      return edges[0]?.cursor ?? null
    },
    get endCursor() {
      return edges.at(-1)?.cursor ?? null
    },
  }
  return { edges, pageInfo }
}

/** Reads a page of the named list. `read` is asked for one row more than the page has. */
export const readPage = async <Row>(
  context: Context,
  list: string,
  args: PageArguments,
  read: (request: PageRequest) => Promise<readonly Row[]>,
  position: (row: Row) => Position,
): Promise<Connection<Row>> => {
  const request = await pageRequest(context, list, args)
  const found = await read({ ...request, limit: request.limit + 1 })
  return connectionOf(pageOf(found, request), await context.cursors.known(), list, position)
}
