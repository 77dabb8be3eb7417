import type { ModelRows } from '../../prisma/generated/models.ts'
import { type ModelName, select, tableOf } from '../stores/postgres/model.ts'
import { type Sql, type Statement, sql, statement } from '../stores/postgres/statement.ts'
import type { Context } from './context.ts'
import type { PageRequest } from './page.ts'

/** A condition on the rows of a list. Equal names mean equal SQL, with as many values. */
export type Condition = {
  name: string
  values: readonly unknown[]
  /** Its SQL, by the alias of the rows and the parameters that stand for its values. */
  sql(alias: string, parameters: readonly string[]): string
}

/** A list of rows that is read in pages. A cursor holds the key of a row and its id. */
export type RowList<Model extends ModelName = ModelName> = {
  /** The name that its cursors are signed for. */
  name: string
  model: Model
  /** The SQL of what orders the rows; never null. */
  key(alias: string): string
  /** The key in Postgres' type of this name. */
  type: string
  /** The key as a cursor holds it, where that is not the text that Postgres makes of it. */
  keyText?(alias: string): string
  /** Whether rows may have the same key. The id orders them then. */
  hasTies: boolean
  /** Whether the smallest key comes first. */
  ascending: boolean
}

/** The condition that rows belong to the channel of another row. */
export const ofChannel = (channel: string): Condition => ({
  name: 'of_channel',
  values: [],
  sql: (alias) => `${alias}.channel_id = ${channel}.id`,
})

/** The rows that a field asks for: a list and what they must fulfil. */
export type ListRequest<Model extends ModelName = ModelName> = {
  list: RowList<Model>
  conditions: readonly Condition[]
}

/** A page of a list: which rows, from which end, and whether it goes on behind a cursor. */
export type ListPage = ListRequest & { backward: boolean; continued: boolean }

/** The values of a cursor that a page of this list compares with. */
export const cursorValues = ({ hasTies }: RowList, [key, id]: readonly [string, string]): string[] =>
  hasTies ? [key, id] : [key]

/** Sorts the rows of a list, from its end where it is `reversed`. */
export const orderBy = ({ key, hasTies, ascending }: RowList, alias: string, reversed: boolean): string => {
  const direction = ascending !== reversed ? 'ASC' : 'DESC'
  return `ORDER BY ${key(alias)} ${direction}${hasTies ? `, ${alias}.id ${direction}` : ''}`
}

/** The SQL of each condition, and the parameters that are not theirs. */
export const conditionsSql = (
  conditions: readonly Condition[],
  alias: string,
  parameters: readonly string[],
): { all: string[]; rest: string[] } => {
  const rest = [...parameters]
  const all = conditions.map((condition) => condition.sql(alias, rest.splice(0, condition.values.length)))
  return { all, rest }
}

/**
 * What follows SELECT and the columns: the rows of a page in the order in which they are read. The parameters stand for the values
 * of the conditions, then for those of the cursor.
 */
export const pageSql = (
  { list, conditions, backward, continued }: ListPage,
  alias: string,
  parameters: readonly string[],
  limit: string | number,
): string => {
  const { all, rest } = conditionsSql(conditions, alias, parameters)
  if (continued) {
    const [key, id] = rest
    const than = list.ascending !== backward ? '>' : '<'
    all.push(
      list.hasTies
        ? `(${list.key(alias)}, ${alias}.id) ${than} (${key}::${list.type}, ${id}::bigint)`
        : `${list.key(alias)} ${than} ${key}::${list.type}`,
    )
  }
  const where = all.length > 0 ? ` WHERE ${all.join(' AND ')}` : ''
  return `FROM ${tableOf(list.model)} ${alias}${where} ${orderBy(list, alias, backward)} LIMIT ${limit}`
}

/** A statement with its values. */
export type BoundStatement<Row> = { statement: Statement<Row>; values: unknown[] }

// Only the combinations that are asked for: each is one named statement, planned once for each connection.
// biome-ignore lint/suspicious/noExplicitAny: the rows of a statement follow from its name
const statements = new Map<string, Statement<any>>()

/** The statement of a name and the conditions in it, made when it is first asked for. */
export const statementOf = <Row>(
  name: string,
  conditions: readonly Condition[],
  text: () => Sql<Row>,
): Statement<Row> => {
  const fullName = [name, ...conditions.map((condition) => condition.name)].join('_')
  let known = statements.get(fullName)
  if (!known) {
    known = statement(fullName, text())
    statements.set(fullName, known)
  }
  return known
}

/** The parameters of so many values, from this number on. */
export const numbered = (count: number, from = 1): string[] => Array.from({ length: count }, (_, i) => `$${from + i}`)

/**
 * Selects columns of up to `limit` rows of a list, whose alias is `r`. With `channelIds` it is a list of each of these channels, in
 * one statement for all of them.
 */
export const selectPage = <Row>(
  name: string,
  { list, conditions }: ListRequest,
  { backward, beyond, limit }: PageRequest,
  columns: Sql<Row>,
  channelIds?: readonly bigint[],
): BoundStatement<Row> => {
  const values = [...conditions.flatMap((one) => one.values), ...(beyond ? cursorValues(list, beyond) : [])]
  const text = (): Sql => {
    const first = channelIds ? 2 : 1
    const all = channelIds ? [ofChannel('c'), ...conditions] : conditions
    const page = { list, conditions: all, backward, continued: beyond !== null }
    const rows = pageSql(page, 'r', numbered(values.length, first), `$${first + values.length}`)
    return channelIds
      ? sql`SELECT ${columns} FROM unnest($1::bigint[]) AS c (id) CROSS JOIN LATERAL (SELECT r.* ${rows}) r`
      : sql`SELECT ${columns} ${rows}`
  }
  const fullName = `${name}${backward ? '_back' : ''}${beyond ? '_on' : ''}`
  const statement = statementOf(fullName, conditions, text as () => Sql<Row>)
  return { statement, values: [...(channelIds ? [channelIds] : []), ...values, limit] }
}

/** The request with one row more, which tells whether there are more. */
export const withOneMore = (request: PageRequest): PageRequest => ({ ...request, limit: request.limit + 1 })

/** The rows of a page of a list of one channel, and one more; one statement for all channels of the operation that ask for the same. */
export const pageRowsOfChannel = async <Model extends 'StreamSession' | 'StatusEvent'>(
  { loaders, databases }: Pick<Context, 'loaders' | 'databases'>,
  name: string,
  asked: ListRequest<Model>,
  request: PageRequest,
  channelId: bigint,
): Promise<readonly ModelRows[Model][]> => {
  const rows = await loaders.load(name, [request, asked.conditions], channelId, async (ids) => {
    const columns = select(asked.list.model, undefined, 'r')
    const { statement, values } = selectPage(name, asked, withOneMore(request), columns, ids)
    const found = (await databases.dm.query(statement, values)) as ModelRows[Model][]
    return Map.groupBy(found, (row) => row.channelId)
  })
  return rows ?? []
}
