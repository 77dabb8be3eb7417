import { type PageArguments, pageDirection } from '../resolvers/page.ts'
import type { BoundArguments, Request } from './argument-binding.ts'
import { valueMarks } from './finish-json.ts'
import {
  type Column,
  type Row,
  record,
  records,
  type Selected,
  type StatementWriter,
  type WriteField,
} from './statement-writer.ts'
import { NotCompiled } from './ways.ts'

/** The page that the arguments of a connection ask for. */
export type PageForm = { limit: number; backward: boolean; continued: boolean }

/** A list, as its rows are read. */
export type ListSource = {
  /** The name that its cursors are signed for. */
  list: string
  alias: string
  /** What follows FROM, with its condition. */
  from: string
  /** The columns that order it, largest first unless it is ascending. */
  order: readonly string[]
  ascending?: boolean
  /** The key in a row's cursor. */
  key: string
}

/** Reads the arguments of a page. Its size is a part of the form: the planner has to know it. The values are those of its cursor. */
export const bindPage = (list: string, args: PageArguments, { codec }: Request): BoundArguments<PageForm> => {
  const { limit, backward } = pageDirection(args)
  const cursor = args.after ?? args.before
  if (cursor != null && !codec) throw new NotCompiled('arguments', 'No cursor was read in this process before.')
  const values = cursor == null ? [] : codec!.decode(list, cursor)
  const form = { limit, backward, continued: values.length > 0 }
  return { name: `${backward ? 'last' : 'first'} ${limit} ${form.continued}`, form, values }
}

/** Writes a connection: its page is read once, whatever is selected of it. */
export const connection = (
  writer: StatementWriter,
  field: Selected,
  { limit, backward, continued }: PageForm,
  { list, alias, from, order, ascending = false, key }: ListSource,
): Column => {
  if (continued) writer.readsCursor = true
  const parts = writer.below(writer.objectType(field), field)
  const isCounted = parts.some(({ definition }) => definition.name === 'pageInfo')
  const page = writer.alias('page')
  const sorted = (up: boolean) => `ORDER BY ${order.map((column) => `${column} ${up ? 'ASC' : 'DESC'}`).join(', ')}`
  const rows = isCounted ? `(SELECT * FROM ${page} LIMIT ${limit}) ${alias}` : `${page} ${alias}`
  const cursor = `ARRAY['${list}', ${key}, ${alias}.id::text]`
  const isMore = `(SELECT count(*) > ${limit} FROM ${page})`
  const row: Row = {
    alias,
    page: {
      rows: backward ? `${rows} ${sorted(ascending)}` : rows,
      cursor,
      startCursor: `(SELECT ${cursor} FROM ${rows} ${sorted(ascending)} LIMIT 1)`,
      endCursor: `(SELECT ${cursor} FROM ${rows} ${sorted(!ascending)} LIMIT 1)`,
      hasNextPage: backward ? String(continued) : isMore,
      hasPreviousPage: backward ? isMore : String(continued),
    },
  }
  const read = `SELECT ${alias}.* FROM ${from} ${sorted(ascending !== backward)} LIMIT ${isCounted ? limit + 1 : limit}`
  return { sql: `(WITH ${page} AS (${read}) ${record(writer.columns(parts, row)).slice(1)}` }
}

const below: (field: Selected, writer: StatementWriter, row: Row) => string = (field, writer, row) =>
  writer.columns(writer.below(writer.objectType(field), field), row)

const list: WriteField = (writer, row, field) => ({ sql: records(below(field, writer, row), `FROM ${row.page!.rows}`) })
const object: WriteField = (writer, row, field) => ({ sql: record(below(field, writer, row)) })

/** The fields of the connection and edge types of a node type. */
export const connectionFields = (node: string): Record<string, WriteField> => ({
  [`${node}Connection.nodes`]: list,
  [`${node}Connection.edges`]: list,
  [`${node}Connection.pageInfo`]: object,
  [`${node}Edge.cursor`]: (_, { page }) => ({ sql: page!.cursor, mark: valueMarks.cursor }),
  [`${node}Edge.node`]: object,
})

/** The fields of PageInfo. */
export const pageInfoFields: Record<string, WriteField> = {
  'PageInfo.hasNextPage': (_, { page }) => ({ sql: page!.hasNextPage }),
  'PageInfo.hasPreviousPage': (_, { page }) => ({ sql: page!.hasPreviousPage }),
  'PageInfo.startCursor': (_, { page }) => ({ sql: page!.startCursor, mark: valueMarks.cursor }),
  'PageInfo.endCursor': (_, { page }) => ({ sql: page!.endCursor, mark: valueMarks.cursor }),
}
