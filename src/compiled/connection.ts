import { type PageArguments, pageDirection } from '../resolvers/page.ts'
import { countSql } from '../resolvers/row-count.ts'
import {
  behind,
  boundConditions,
  type Condition,
  fromOfPage,
  type ListRequest,
  ofChannel,
  orderBy,
  rowsOfPage,
} from '../resolvers/row-list.ts'
import { type PagePart, type SqlField, sqlOf } from '../schema/sql-field.ts'
import type { BoundArguments, Request } from './argument-binding.ts'
import { type ValueMark, valueMarks } from './finish-json.ts'
import { type Column, type Row, record, records, type Selected, type StatementWriter } from './statement-writer.ts'
import { NotCompiled } from './ways.ts'

/** The page that the arguments of a connection ask for. Its size is a part of the form, because the planner has to know it. */
type PageForm = ListRequest & { limit: number; backward: boolean; place: readonly Condition[]; continued: boolean }

const bindPage = (
  read: (args: never) => ListRequest | string,
  args: PageArguments,
  request: Request,
): BoundArguments<PageForm> => {
  const asked = read(args as never)
  if (typeof asked === 'string') throw new NotCompiled('arguments', asked)
  const { list } = asked
  const { limit, backward } = pageDirection(args, list.maxPageSize)
  const cursor = args.after ?? args.before ?? null
  const codec = cursor === null ? undefined : request.codec
  if (cursor !== null && !codec) throw new NotCompiled('arguments', 'No cursor was read in this process before.')
  const position = cursor === null ? null : codec!.decode(list.name, cursor)
  const place = behind(list, backward, position)
  const all = [...place, ...boundConditions(asked)]
  return {
    name: [list.name, backward ? 'last' : 'first', limit, ...all.map(({ name }) => name)].join(' '),
    form: { ...asked, limit, backward, place, continued: cursor !== null },
    values: all.flatMap(({ values }) => values),
  }
}

/** Whether the rows are all that is asked of a page, and once. */
const isOnlyRows = ([part, ...others]: readonly Selected[]): boolean => {
  const sql = part && sqlOf(part.definition)
  return others.length === 0 && sql?.kind === 'page' && sql.part === 'rows'
}

/** Writes a connection. Its page is read once, whatever is selected of it. */
export const writeList = (
  writer: StatementWriter,
  row: Row,
  field: Selected,
  { read, isOfChannel }: SqlField & { kind: 'list' },
): Column => {
  const { form, parameters } = writer.ask(field, (args: PageArguments, request) => bindPage(read, args, request))
  const { list, limit, backward, place, continued } = form
  if (continued) writer.readsCursor = true
  const conditions = isOfChannel ? [ofChannel(row.alias), ...form.conditions] : form.conditions
  const asked = { ...form, conditions }
  const parts = writer.below(writer.objectType(field), field)
  // One row more tells whether there are more.
  const isCounted = parts.some(({ definition }) => ['pageInfo', 'totalCount'].includes(definition.name))
  const [page, alias] = [writer.alias('page'), writer.alias('l')]
  const ordered = { ...form, conditions: [...place, ...conditions] }
  // Where one field alone reads the page, a WITH for it would cost Postgres a tenth of the statement.
  const isApart = list.parts !== undefined || form.among !== undefined || backward || !isOnlyRows(parts)
  const rows = !isApart
    ? fromOfPage(ordered, { alias, backward, limit: String(limit) }, parameters)
    : isCounted
      ? `(SELECT * FROM ${page} LIMIT ${limit}) ${alias}`
      : `${page} ${alias}`
  const key = list.keyText ? list.keyText(alias) : `(${list.key(alias)})::text`
  const cursor = `ARRAY['${list.name}', ${key}, ${alias}.id::text]`
  const isMore = `(SELECT count(*) > ${limit} FROM ${page})`
  const shown = list.moves ? ` || (SELECT array_agg(${alias}.id::text) FROM ${rows})` : ''
  const counted = countSql(asked, alias, parameters.slice(place.flatMap(({ values }) => values).length))
  const pageParts: Row['page'] = {
    rows: backward ? `${rows} ${orderBy(list, alias, false)}` : rows,
    cursor,
    startCursor: `(SELECT ${cursor}${shown} FROM ${rows} ${orderBy(list, alias, false)} LIMIT 1)`,
    endCursor: `(SELECT ${cursor}${shown} FROM ${rows} ${orderBy(list, alias, true)} LIMIT 1)`,
    hasNextPage: backward ? String(continued) : isMore,
    hasPreviousPage: backward ? isMore : String(continued),
    totalCount: continued
      ? counted
      : `CASE WHEN ${isMore} THEN ${counted} ELSE (SELECT count(*)::integer FROM ${page}) END`,
    asOf: `date_trunc('milliseconds', now())`,
  }
  const connection = record(writer.columns(parts, { alias, page: pageParts, answers: list.answers }))
  if (!isApart) return { sql: connection }
  const found = rowsOfPage(ordered, { alias, backward, limit: String(isCounted ? limit + 1 : limit) }, parameters)
  return { sql: `(WITH ${page} AS (${found}) ${connection.slice(1)}` }
}

const marks: { readonly [part in PagePart]?: ValueMark } = {
  cursor: valueMarks.cursor,
  startCursor: valueMarks.cursor,
  endCursor: valueMarks.cursor,
  asOf: valueMarks.instant,
}

/** Writes a field of a connection, of an edge or of PageInfo. */
export const writePagePart = (writer: StatementWriter, row: Row, field: Selected, part: PagePart): Column => {
  if (!row.page) throw new NotCompiled('field', `${field.parent.name} is no part of a page of rows.`)
  if (part === 'rows' || part === 'itself') {
    const columns = writer.columns(writer.below(writer.objectType(field), field), row)
    return { sql: part === 'rows' ? records(columns, `FROM ${row.page.rows}`) : record(columns) }
  }
  return { sql: row.page[part], ...(part in marks && { mark: marks[part] }) }
}
