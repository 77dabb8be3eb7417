import { type PageArguments, pageDirection } from '../resolvers/page.ts'
import { behind, type ListRequest, ofChannel, orderBy, rowsWhere } from '../resolvers/row-list.ts'
import type { PagePart, SqlField } from '../schema/sql-field.ts'
import type { BoundArguments, Request } from './argument-binding.ts'
import { valueMarks } from './finish-json.ts'
import { type Column, type Row, record, records, type Selected, type StatementWriter } from './statement-writer.ts'
import { NotCompiled } from './ways.ts'

/** The page that the arguments of a connection ask for. Its size is a part of the form, because the planner has to know it. */
type PageForm = ListRequest & { limit: number; backward: boolean; continued: boolean }

const bindPage = (
  read: (args: never) => ListRequest | string,
  args: PageArguments,
  { codec }: Request,
): BoundArguments<PageForm> => {
  const asked = read(args as never)
  if (typeof asked === 'string') throw new NotCompiled('arguments', asked)
  const { list } = asked
  const { limit, backward } = pageDirection(args)
  const cursor = args.after ?? args.before ?? null
  if (cursor !== null && !codec) throw new NotCompiled('arguments', 'No cursor was read in this process before.')
  const position = cursor === null ? null : codec!.decode(list.name, cursor)
  const conditions = [...behind(list, backward, position), ...asked.conditions]
  return {
    name: [list.name, backward ? 'last' : 'first', limit, ...conditions.map(({ name }) => name)].join(' '),
    form: { list, conditions, limit, backward, continued: cursor !== null },
    values: conditions.flatMap(({ values }) => values),
  }
}

/** Writes a connection. Its page is read once, whatever is selected of it. */
export const writeList = (
  writer: StatementWriter,
  row: Row,
  field: Selected,
  { read, isOfChannel }: SqlField & { kind: 'list' },
): Column => {
  const { form, parameters } = writer.ask(field, (args: PageArguments, request) => bindPage(read, args, request))
  const { list, limit, backward, continued } = form
  if (continued) writer.readsCursor = true
  const conditions = isOfChannel ? [ofChannel(row.alias), ...form.conditions] : form.conditions
  const parts = writer.below(writer.objectType(field), field)
  // One row more tells whether there are more.
  const isCounted = parts.some(({ definition }) => definition.name === 'pageInfo')
  const [page, alias] = [writer.alias('page'), writer.alias('l')]
  const rows = isCounted ? `(SELECT * FROM ${page} LIMIT ${limit}) ${alias}` : `${page} ${alias}`
  const key = list.keyText ? list.keyText(alias) : `(${list.key(alias)})::text`
  const cursor = `ARRAY['${list.name}', ${key}, ${alias}.id::text]`
  const isMore = `(SELECT count(*) > ${limit} FROM ${page})`
  const pageParts: Row['page'] = {
    rows: backward ? `${rows} ${orderBy(list, alias, false)}` : rows,
    cursor,
    startCursor: `(SELECT ${cursor} FROM ${rows} ${orderBy(list, alias, false)} LIMIT 1)`,
    endCursor: `(SELECT ${cursor} FROM ${rows} ${orderBy(list, alias, true)} LIMIT 1)`,
    hasNextPage: backward ? String(continued) : isMore,
    hasPreviousPage: backward ? isMore : String(continued),
  }
  const found = `${rowsWhere(list.model, conditions, alias, parameters)} ${orderBy(list, alias, backward)}`
  const columns = writer.columns(parts, { alias, page: pageParts })
  return {
    sql: `(WITH ${page} AS (SELECT ${alias}.* ${found} LIMIT ${isCounted ? limit + 1 : limit}) ${record(columns).slice(1)}`,
  }
}

/** Writes a field of a connection, of an edge or of PageInfo. */
export const writePagePart = (writer: StatementWriter, row: Row, field: Selected, part: PagePart): Column => {
  if (!row.page) throw new NotCompiled('field', `${field.parent.name} is no part of a page of rows.`)
  if (part === 'rows' || part === 'itself') {
    const columns = writer.columns(writer.below(writer.objectType(field), field), row)
    return { sql: part === 'rows' ? records(columns, `FROM ${row.page.rows}`) : record(columns) }
  }
  const isCursor = part === 'cursor' || part === 'startCursor' || part === 'endCursor'
  return { sql: row.page[part], ...(isCursor && { mark: valueMarks.cursor }) }
}
