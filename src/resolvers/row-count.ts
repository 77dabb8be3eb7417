import { expressions } from '../stores/postgres/model.ts'
import { sql } from '../stores/postgres/statement.ts'
import type { Context } from './context.ts'
import { type ListRequest, ofChannel, rowsWhere, statementOf } from './row-list.ts'

/** Most rows that are counted: an index finds them in a few milliseconds. */
export const maxCounted = 10_000

/** SQL for how many rows a list has; NULL where only a scan could tell, and for more than are counted. The parameters are those of the conditions. */
export const countSql = ({ list, conditions }: ListRequest, alias: string, parameters: readonly string[]): string => {
  if (!conditions.some(({ isFew }) => isFew)) return 'NULL::integer'
  const counted = `SELECT ${rowsWhere(list.model, conditions, alias, parameters)} LIMIT ${maxCounted + 1}`
  return `(SELECT CASE WHEN count(*) <= ${maxCounted} THEN count(*)::integer END FROM (${counted}) counted)`
}

type Count = { count: number | null }

/** How many rows a list has; null where only a scan could tell, and for more than are counted. */
export const countRows = async (
  { databases }: Pick<Context, 'databases'>,
  asked: ListRequest,
): Promise<number | null> => {
  if (!asked.conditions.some(({ isFew }) => isFew)) return null
  const { statement, values } = statementOf(`count_${asked.list.model}`, asked.conditions, (parameters) => {
    return sql`SELECT ${expressions<Count>({ count: countSql(asked, 'r', parameters) })}`
  })
  return (await databases.dm.query(statement, values))[0]!.count
}

/** How many rows of a list one channel has; one statement for all channels of the operation with the same arguments. */
export const countRowsOfChannel = async (
  { loaders, databases }: Pick<Context, 'loaders' | 'databases'>,
  { list, conditions }: ListRequest,
  channelId: bigint,
): Promise<number | null> => {
  const of = { list, conditions: [ofChannel('c'), ...conditions] }
  const counts = await loaders.load(`count ${list.name}`, conditions, channelId, async (ids) => {
    const text = (parameters: readonly string[]) =>
      sql`SELECT ${expressions<Count & { id: bigint }>({ id: 'c.id', count: countSql(of, 'r', parameters) })} FROM unnest($1::bigint[]) AS c (id)`
    const { statement, values } = statementOf(`count_${list.model}_of_channels`, conditions, text, 2)
    const rows = await databases.dm.query(statement, [ids, ...values])
    return new Map(rows.map(({ id, count }) => [id, count]))
  })
  return counts ?? null
}
