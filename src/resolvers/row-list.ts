import type { ModelRows } from '../../prisma/generated/models.ts'
import { type ModelName, select, tableOf } from '../stores/postgres/model.ts'
import { type Sql, type Statement, sql, statement } from '../stores/postgres/statement.ts'
import type { Context } from './context.ts'
import type { PageRequest } from './page.ts'
import type { Position } from './page-cursor.ts'

/** A condition on the rows of a list. Equal names mean equal SQL, with as many values. */
export type Condition = {
  name: string
  values: readonly unknown[]
  /** Its SQL for the alias of the rows and the parameters of its values. */
  sql(alias: string, parameters: readonly string[]): string
}

/** A list of rows that is read in pages. A cursor holds the key and the id of a row. */
export type RowList<Model extends ModelName = ModelName> = {
  /** The name of the list in signed cursors. */
  name: string
  model: Model
  /** The SQL of the key that orders the rows; never null. */
  key(alias: string): string
  /** The Postgres type of the key. */
  type: string
  /** The SQL of the key in a cursor, if it is not the text of the key. */
  keyText?(alias: string): string
  /** Whether rows may have the same key; then the id orders them. */
  hasTies: boolean
  /** Whether the smallest key comes first. */
  ascending: boolean
}

/** The rows that a field asks for: a list and what they must fulfil. */
export type ListRequest<Model extends ModelName = ModelName> = {
  list: RowList<Model>
  conditions: readonly Condition[]
}

/** The condition that rows belong to the channel of another row. */
export const ofChannel = (channel: string): Condition => ({
  name: 'of_channel',
  values: [],
  sql: (alias) => `${alias}.channel_id = ${channel}.id`,
})

/** The condition that rows come after the position of a cursor; none without a cursor. */
export const behind = (list: RowList, backward: boolean, position: Position | null): Condition[] => {
  if (!position) return []
  const than = list.ascending !== backward ? '>' : '<'
  const sql = (alias: string, [key, id]: readonly string[]) =>
    list.hasTies
      ? `(${list.key(alias)}, ${alias}.id) ${than} (${key}::${list.type}, ${id}::bigint)`
      : `${list.key(alias)} ${than} ${key}::${list.type}`
  return [{ name: 'on', values: list.hasTies ? position : position.slice(0, 1), sql }]
}

/** Sorts the rows of a list, from its end when `reversed`. */
export const orderBy = ({ key, hasTies, ascending }: RowList, alias: string, reversed: boolean): string => {
  const direction = ascending !== reversed ? 'ASC' : 'DESC'
  return `ORDER BY ${key(alias)} ${direction}${hasTies ? `, ${alias}.id ${direction}` : ''}`
}

/** The part of a statement after the columns: the rows of a model that fulfil all conditions. The parameters are those of the conditions. */
export const rowsWhere = (
  model: ModelName,
  conditions: readonly Condition[],
  alias: string,
  parameters: readonly string[],
): string => {
  const rest = [...parameters]
  const all = conditions.map(({ sql, values }) => sql(alias, rest.splice(0, values.length)))
  return `FROM ${tableOf(model)} ${alias}${all.length > 0 ? ` WHERE ${all.join(' AND ')}` : ''}`
}

/** A statement with its values. */
export type BoundStatement<Row> = { statement: Statement<Row>; values: unknown[] }

// Only combinations that were used. Each is one named statement, planned once for each connection.
// biome-ignore lint/suspicious/noExplicitAny: the rows of a statement follow from its name
const statements = new Map<string, Statement<any>>()

/**
 * The statement of a name and its conditions, made at its first use. `text` gets the parameters of the conditions, and the next
 * one after them; `first` is the number of the first.
 */
export const statementOf = <Row>(
  name: string,
  conditions: readonly Condition[],
  text: (parameters: readonly string[], next: string) => Sql<Row>,
  first = 1,
): BoundStatement<Row> => {
  const fullName = [name, ...conditions.map((condition) => condition.name)].join('_')
  const values = conditions.flatMap((condition) => condition.values)
  let known = statements.get(fullName)
  if (!known) {
    const parameters = values.map((_, i) => `$${first + i}`)
    known = statement(fullName, text(parameters, `$${first + values.length}`))
    statements.set(fullName, known)
  }
  return { statement: known, values }
}

/**
 * Selects columns of up to `limit` rows of a list, whose alias is `r`. With `channelIds` it reads the list of each of these
 * channels in one statement.
 */
export const selectPage = <Row>(
  name: string,
  { list, conditions }: ListRequest,
  { backward, beyond, limit }: PageRequest,
  columns: Sql<Row>,
  channelIds?: readonly bigint[],
): BoundStatement<Row> => {
  const all = [...behind(list, backward, beyond), ...conditions]
  const text = (parameters: readonly string[], next: string): Sql => {
    const ofAll = channelIds ? [ofChannel('c'), ...all] : all
    const rows = `${rowsWhere(list.model, ofAll, 'r', parameters)} ${orderBy(list, 'r', backward)} LIMIT ${next}`
    return channelIds
      ? sql`SELECT ${columns} FROM unnest($1::bigint[]) AS c (id) CROSS JOIN LATERAL (SELECT r.* ${rows}) r`
      : sql`SELECT ${columns} ${rows}`
  }
  const given = channelIds ? [channelIds] : []
  const bound = statementOf(backward ? `${name}_back` : name, all, text as () => Sql<Row>, given.length + 1)
  return { ...bound, values: [...given, ...bound.values, limit] }
}

/** The rows of a page of a list of one channel, and one more; one statement for all channels of the operation with the same arguments. */
export const pageRowsOfChannel = async <Model extends 'StreamSession' | 'StatusEvent'>(
  { loaders, databases }: Pick<Context, 'loaders' | 'databases'>,
  name: string,
  asked: ListRequest<Model>,
  request: PageRequest,
  channelId: bigint,
): Promise<readonly ModelRows[Model][]> => {
  const rows = await loaders.load(name, [request, asked.conditions], channelId, async (ids) => {
    const columns = select(asked.list.model, undefined, 'r')
    const { statement, values } = selectPage(name, asked, request, columns, ids)
    const found = (await databases.dm.query(statement, values)) as ModelRows[Model][]
    return Map.groupBy(found, (row) => row.channelId)
  })
  return rows ?? []
}
