import type { Statement } from '../stores/postgres/statement.ts'
import type { Context } from './context.ts'

/**
 * What resolvers need of rows. A compiled statement that reads the row tells it as one JSON list, so that its operation asks for
 * nothing more; else it is read by a statement of its own.
 */
export type ToldRows<T> = {
  name: string
  /** The SQL of the list of a row with this alias. */
  sql(alias: string): string
  /** The id and the value in a list. */
  read(list: readonly unknown[]): readonly [id: bigint, value: T]
  /** The same lists by the ids of the rows. */
  statement: Statement<{ list: unknown[] }>
  /** Where the rows are; left out, `dm`. A compiled statement tells those of `public` only where both are one database. */
  database?: 'public'
}

const loading =
  <T>({ databases }: Pick<Context, 'databases'>, { statement, read, database }: ToldRows<T>) =>
  async (ids: readonly bigint[]): Promise<Map<bigint, T>> => {
    const rows = await databases[database ?? 'dm'].query(statement, [ids])
    return new Map(rows.map(({ list }) => read(list)))
  }

type Loading = Pick<Context, 'loaders' | 'databases'>

/** What is told of the row with this id; undefined where it is gone. One statement for all that are not loaded yet. */
export const loadTold = <T>(context: Loading, kind: ToldRows<T>, id: bigint): Promise<T | undefined> =>
  context.loaders.load(kind.name, null, id, loading(context, kind))

/** The same for rows with these ids, without those that are gone. */
export const loadAllTold = async <T>(context: Loading, kind: ToldRows<T>, ids: readonly bigint[]): Promise<T[]> => {
  const found = await Promise.all(ids.map((id) => loadTold(context, kind, id)))
  return found.filter((value) => value !== undefined) as T[]
}

/** Keeps what another statement told, so that the operation does not load it. */
export const primeTold = <T>(context: Context, kind: ToldRows<T>, list: readonly unknown[]): void => {
  const [id, value] = kind.read(list)
  context.loaders.prime(kind.name, null, id, loading(context, kind), value)
}
