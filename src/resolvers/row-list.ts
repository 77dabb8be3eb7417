import { hash } from 'node:crypto'
import type { ModelRows } from '../../prisma/generated/models.ts'
import { type ModelName, select, tableOf } from '../stores/postgres/model.ts'
import { type Sql, type Statement, sql, statement } from '../stores/postgres/statement.ts'
import type { Context } from './context.ts'
import type { PageRequest } from './page.ts'
import type { Position } from './page-cursor.ts'

/** A condition on the rows of a list. Equal names mean equal SQL, with as many values. */
export type Condition = {
  /** Letters, digits and "_". */
  name: string
  values: readonly unknown[]
  /** Whether an index finds all rows that fulfil it, and these are few: then they can be counted. */
  isFew?: boolean
  /** Whether they are so few that a list is best read from them, and sorted. */
  isNarrow?: boolean
  /** Whether it is about the position in the list, which the index of a part has to answer. */
  isPlace?: boolean
  /** Its SQL for the alias of the rows, the parameters of its values, and the part of the list. */
  sql(alias: string, parameters: readonly string[], part: ListPart): string
}

/** A part of a list that one index can give in order. The parts of a list follow each other. */
export type ListPart = {
  /**
   * What follows FROM, with the table of the model under the alias, where the rows fulfil `where`. Their position is a condition apart.
   * `isNarrow` says that one of the conditions is.
   */
  from(alias: string, where: string, isNarrow: boolean): { from: string; where?: string }
  /** The SQL of the key that orders the rows; never null. */
  key(alias: string): string
  /** Further columns that the rows of a page get, the same in all parts. */
  columns?: string
  /** The SQL of their id, where the index has it in another table. */
  id?: string
  /** The condition that rows come after a position, where it is not that key and id do. */
  behind?(alias: string, than: '<' | '>', key: string, id: string): string
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
  /** Its parts, where no index gives all rows in order. The key of a row in the page is then its column `order_key`. */
  parts?: readonly ListPart[]
  /** Whether the keys of rows change while pages are read: the cursors of a page then hold its rows, so that the next page leaves them out. */
  moves?: boolean
  /** Subqueries of fields, by their names, that the rows of a page answer by their further columns. */
  answers?: Readonly<Record<string, (alias: string) => string>>
  /** The largest page, if it is not that of other lists. */
  maxPageSize?: number
}

/** The rows that a field asks for: a list and what they must fulfil. */
export type ListRequest<Model extends ModelName = ModelName> = {
  list: RowList<Model>
  conditions: readonly Condition[]
  /** Selects the ids of some channels: only their rows are wanted, of which each has few in front. */
  among?: Condition | undefined
}

/** Everything that has values in a request, in the order of its parameters. */
export const boundConditions = ({ conditions, among }: Pick<ListRequest, 'conditions' | 'among'>): Condition[] =>
  among ? [...conditions, among] : [...conditions]

/** The condition that rows belong to the channel of another row. */
export const ofChannel = (channel: string): Condition => ({
  name: 'of_channel',
  values: [],
  isFew: true,
  sql: (alias) => `${alias}.channel_id = ${channel}.id`,
})

const idOf = ({ id }: ListPart, alias: string): string => id ?? `${alias}.id`

/** The conditions that rows come after the position of a cursor, and are none of those that its page showed; none without a cursor. */
export const behind = (list: RowList, backward: boolean, position: Position | null): Condition[] => {
  if (!position) return []
  const than = list.ascending !== backward ? '>' : '<'
  const [key, id, ...shown] = position
  const after: Condition = {
    name: 'behind',
    isPlace: true,
    values: list.hasTies ? [key, id] : [key],
    sql: (alias, [key, id], part) => {
      if (part.behind) return part.behind(alias, than, `${key}::${list.type}`, `${id}::bigint`)
      return list.hasTies
        ? `(${part.key(alias)}, ${idOf(part, alias)}) ${than} (${key}::${list.type}, ${id}::bigint)`
        : `${part.key(alias)} ${than} ${key}::${list.type}`
    },
  }
  if (shown.length === 0) return [after]
  return [after, { name: 'unshown', values: [shown], sql: (alias, [ids]) => `${alias}.id <> ALL (${ids}::bigint[])` }]
}

/** Sorts the rows of a page of a list, from its end when `reversed`. */
export const orderBy = (
  { key, hasTies, ascending }: RowList,
  alias: string,
  reversed: boolean,
  id = `${alias}.id`,
): string => {
  const direction = ascending !== reversed ? 'ASC' : 'DESC'
  return `ORDER BY ${key(alias)} ${direction}${hasTies ? `, ${id} ${direction}` : ''}`
}

const wholeTable = (model: ModelName, key = (alias: string) => `${alias}.id`): ListPart => ({
  from: (alias, where) => ({ from: `${tableOf(model)} ${alias}`, where }),
  key,
})

const rowsOfPart = (
  part: ListPart,
  conditions: readonly Condition[],
  alias: string,
  parameters: readonly string[],
): string => {
  const rest = [...parameters]
  const all = conditions.map(({ isPlace = false, sql, values }) => {
    return { isPlace, text: sql(alias, rest.splice(0, values.length), part) }
  })
  const textOf = (isWanted: (one: { isPlace: boolean }) => boolean) => all.filter(isWanted).map(({ text }) => text)
  const isNarrow = conditions.some((condition) => condition.isNarrow)
  const { from, where = '' } = part.from(alias, textOf(({ isPlace }) => !isPlace).join(' AND '), isNarrow)
  const outside = [...textOf(({ isPlace }) => isPlace), where].filter((text) => text !== '')
  return `${from}${outside.length > 0 ? ` WHERE ${outside.join(' AND ')}` : ''}`
}

/** The part of a statement after the columns: the rows of a model that fulfil all conditions. The parameters are those of the conditions. */
export const rowsWhere = (
  model: ModelName,
  conditions: readonly Condition[],
  alias: string,
  parameters: readonly string[],
): string => `FROM ${rowsOfPart(wholeTable(model), conditions, alias, parameters)}`

/** What follows FROM, for the rows of a page in order. The parameters are those of the conditions. */
export const fromOfPage = (
  { list, conditions }: Pick<ListRequest, 'list' | 'conditions'>,
  { alias, backward, limit }: PageOfRows,
  parameters: readonly string[],
  part = wholeTable(list.model, list.key),
): string =>
  `${rowsOfPart(part, conditions, alias, parameters)} ${orderBy({ ...list, key: part.key }, alias, backward, idOf(part, alias))} LIMIT ${limit}`

/** Which rows of a list are a page: up to a limit from its front, or from its end. */
type PageOfRows = { alias: string; backward: boolean; limit: string }

/**
 * Selects all columns of the rows of a page, and of a list in parts their key. Each part but the first reads what is left of the page
 * by those before it, so that a full page reads no further. The rows of some channels are read by the index of each, and merged.
 */
export const rowsOfPage = (
  { list, conditions, among }: ListRequest,
  { alias, backward, limit }: PageOfRows,
  parameters: readonly string[],
): string => {
  const all = among ? [...conditions, ofChannel('among')] : conditions
  const select = (part: ListPart, columns: string, room: string) =>
    `SELECT ${alias}.*${columns} FROM ${fromOfPage({ list, conditions: all }, { alias, backward, limit: room }, parameters, part)}`
  if (!list.parts) {
    const rows = select(wholeTable(list.model, list.key), '', limit)
    if (!among) return rows
    const channels = `(${among.sql('among', parameters.slice(-among.values.length), wholeTable('Channel'))}) among (id)`
    return `SELECT ${alias}.* FROM ${channels} CROSS JOIN LATERAL (${rows}) ${alias} ${orderBy(list, alias, backward)} LIMIT ${limit}`
  }
  const parts = backward ? list.parts.toReversed() : list.parts
  const names = parts.map((_, index) => `part_${index}`)
  const read = parts.map((part, index) => {
    const room = names.slice(0, index).map((name) => ` - (SELECT count(*) FROM ${name})`)
    return `${names[index]} AS MATERIALIZED (${select(part, `, ${[`${part.key(alias)} AS order_key`, ...(part.columns ? [part.columns] : [])].join(', ')}`, `${limit}${room.join('')}`)})`
  })
  const together = names.map((name) => `SELECT * FROM ${name}`).join(' UNION ALL ')
  return `WITH ${read.join(', ')} ${together} ${orderBy({ ...list, key: () => 'order_key' }, alias, backward, 'id')}`
}

/** A statement with its values. */
export type BoundStatement<Row> = { statement: Statement<Row>; values: unknown[] }

// Only combinations that were used. The first are named statements, planned once for each connection, which keeps them all: later ones
// have no name.
// biome-ignore lint/suspicious/noExplicitAny: the rows of a statement follow from its name
const statements = new Map<string, Statement<any>>()

const maxNames = 200

/** Forgets which statements have names, as in a process that has just begun. */
export const forgetStatements = (): void => statements.clear()

/** A name that Postgres does not cut. */
const shortName = (name: string): string =>
  name.length < 64 ? name : `${name.slice(0, 46)}_${hash('sha256', name, 'base64url').slice(0, 16)}`

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
  // No name holds a colon, so no two statements get one name.
  const fullName = [name, ...conditions.map((condition) => condition.name)].join(':')
  const values = conditions.flatMap((condition) => condition.values)
  const known = statements.get(fullName)
  if (known) return { statement: known, values }
  const parameters = values.map((_, i) => `$${first + i}`)
  const isKept = statements.size < maxNames
  const made = statement(isKept ? shortName(fullName) : '', text(parameters, `$${first + values.length}`))
  if (isKept) statements.set(fullName, made)
  return { statement: made, values }
}

/**
 * Selects columns of up to `limit` rows of a list, whose alias is `r`. With `channelIds` it reads the list of each of these
 * channels in one statement.
 */
export const selectPage = <Row>(
  name: string,
  { list, conditions, among }: ListRequest,
  { backward, beyond, limit }: PageRequest,
  columns: Sql<Row>,
  channelIds?: readonly bigint[],
): BoundStatement<Row> => {
  const all = [...behind(list, backward, beyond), ...conditions]
  const text = (parameters: readonly string[], next: string): Sql => {
    const ofAll = { list, conditions: channelIds ? [ofChannel('c'), ...all] : all, among }
    const rows = rowsOfPage(ofAll, { alias: 'r', backward, limit: `${next}::bigint` }, parameters)
    return channelIds
      ? sql`SELECT ${columns} FROM unnest($1::bigint[]) AS c (id) CROSS JOIN LATERAL (${rows}) r`
      : sql`SELECT ${columns} FROM (${rows}) r ${orderBy(list, 'r', backward)}`
  }
  const given = channelIds ? [channelIds] : []
  const asked = boundConditions({ conditions: all, among })
  const bound = statementOf(backward ? `${name}_back` : name, asked, text as () => Sql<Row>, given.length + 1)
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
