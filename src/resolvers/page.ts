import { badInput } from '../lib/errors.ts'
import type { Context } from './context.ts'
import type { PageCursorCodec, Position } from './page-cursor.ts'

/** The largest page of a list, unless the list says otherwise. */
export const maxPageSize = 100

/** The default page size. */
/** How many rows a page has where nothing is said. */
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

/** What the value of a connection type says of its whole list, where the type has these fields. */
export type WholeList = {
  /** The number of its rows; null where that is not known. */
  totalCount?: () => Promise<number | null>
  /** When the page was read. */
  asOf?: Date
}

/** The value of a connection type. Cursors are made when they are read. */
export type Connection<Row> = WholeList & {
  edges: { node: Row; readonly cursor: string }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** How many rows a page has at most, whether or not its arguments are allowed. */
export const pageSizeOf = ({ first, last }: PageArguments, largest = maxPageSize): number =>
  Math.min(Math.max(first ?? last ?? defaultPageSize, 0), largest)

/** What a page has to know of its list. */
export type PagedList = { name: string; maxPageSize?: number; moves?: boolean }

/** Checks the arguments of a page: `first` with `after`, or `last` with `before`. */
export const pageDirection = (
  { first, after, last, before }: PageArguments,
  largest = maxPageSize,
): { limit: number; backward: boolean } => {
  const size = (name: 'first' | 'last', value: number): number => {
    if (value < 0 || value > largest) throw badInput(`${name} must be from 0 to ${largest}.`)
    return value
  }
  if (first != null && last != null) throw badInput('Give first or last, not both.')
  if (after != null && before != null) throw badInput('Give after or before, not both.')
  if (first != null && before != null) throw badInput('before goes with last, after goes with first.')
  if (last != null && after != null) throw badInput('after goes with first, before goes with last.')
  if (last != null || before != null) return { limit: size('last', last ?? defaultPageSize), backward: true }
  return { limit: size('first', first ?? defaultPageSize), backward: false }
}

/** The page of a list for these arguments; BAD_USER_INPUT when they contradict each other or the cursor is of another list. */
export const pageRequest = async (context: Context, list: PagedList, args: PageArguments): Promise<PageRequest> => {
  const direction = pageDirection(args, list.maxPageSize)
  const cursor = args.after ?? args.before
  if (cursor == null) return { ...direction, beyond: null }
  // Shared by all lists of the operation.
  const codec = await context.loaders.load(
    'cursor codec',
    null,
    'current',
    async () => new Map([['current', await context.cursors.current()]]),
  )
  return { ...direction, beyond: codec!.decode(list.name, cursor) }
}

/** Makes a page of up to `limit + 1` rows in the direction of the request; the surplus row shows that there are more. */
export const pageOf = <Row>(found: readonly Row[], { limit, backward, beyond }: PageRequest): Page<Row> => {
  const rows = found.slice(0, limit)
  const more = found.length > limit
  return backward
    ? { rows: rows.reverse(), hasPreviousPage: more, hasNextPage: beyond !== null }
    : { rows, hasNextPage: more, hasPreviousPage: beyond !== null }
}

/** How many rows a list has: those of the page where that is all, else what `count` says. */
export const countWith = (
  { rows, hasNextPage, hasPreviousPage }: Page<unknown>,
  count: () => Promise<number | null>,
): (() => Promise<number | null>) => (hasNextPage || hasPreviousPage ? count : () => Promise.resolve(rows.length))

/** A page with the cursors of a list. */
export const connectionOf = <Row>(
  { rows, hasNextPage, hasPreviousPage }: Page<Row>,
  codec: PageCursorCodec,
  { name, moves }: PagedList,
  position: (row: Row) => Position,
): Connection<Row> => {
  const edges = rows.map((node) => ({
    node,
    get cursor() {
      return codec.encode(name, position(node))
    },
  }))
  const endOf = (row: Row | undefined): string | null => {
    if (row === undefined) return null
    return codec.encode(name, moves ? [...position(row), ...rows.map((one) => position(one)[1])] : position(row))
  }
  const pageInfo = {
    hasNextPage,
    hasPreviousPage,
    get startCursor() {
      return endOf(rows[0])
    },
    get endCursor() {
      return endOf(rows.at(-1))
    },
  }
  return { edges, pageInfo }
}

/** Reads a page of the named list. `read` is asked for one row more than the page has. */
export const readPage = async <Row>(
  context: Context,
  name: string,
  args: PageArguments,
  read: (request: PageRequest) => Promise<readonly Row[]>,
  position: (row: Row) => Position,
  count: () => Promise<number | null> = async () => null,
): Promise<Connection<Row>> => {
  const list = { name }
  const request = await pageRequest(context, list, args)
  const found = await read({ ...request, limit: request.limit + 1 })
  const page = pageOf(found, request)
  return { ...connectionOf(page, await context.cursors.known(), list, position), totalCount: countWith(page, count) }
}
