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
  /** Where the rows are; left out, `dm`. A compiled statement tells none of `public`: no statement names both sides, so that `dm` can move away. */
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

/**
 * What a field asks of rows by its arguments. A compiled statement that reads the row tells the answer too; else it is loaded, for all rows
 * at once.
 */
export type ToldAnswers<Args, Asked, T> = {
  name: string
  /** Reads the arguments into plain JSON; `now` is in milliseconds of the epoch. Throws where they are wrong. */
  ask(args: Args, now: number): Asked
  /** What the parameters of the SQL stand for. */
  values(asked: Asked): unknown[]
  /** The SQL of the answer of a row with this alias, as one JSON list. */
  sql(alias: string, parameters: readonly string[]): string
  /** The id and the answer in a list. */
  read(list: readonly unknown[]): readonly [id: bigint, value: T]
  load(context: Loading, ids: readonly bigint[], asked: Asked): Promise<ReadonlyMap<bigint, T>>
}

const answering =
  <Asked, T>(context: Loading, kind: ToldAnswers<never, Asked, T>) =>
  (ids: readonly bigint[], asked: Asked) =>
    kind.load(context, ids, asked)

/** The answer of the row with this id; undefined where it is gone. Rows that are asked the same are loaded together. */
export const loadAnswer = <Asked, T>(
  context: Loading,
  kind: ToldAnswers<never, Asked, T>,
  asked: Asked,
  id: bigint,
): Promise<T | undefined> => context.loaders.load(kind.name, asked, id, answering(context, kind))

/** Keeps what another statement told: what was asked, and the list of a row. */
export const primeAnswer = <Asked, T>(
  context: Context,
  kind: ToldAnswers<never, Asked, T>,
  [asked, list]: readonly [Asked, readonly unknown[]],
): void => {
  const [id, value] = kind.read(list)
  context.loaders.prime(kind.name, asked, id, answering(context, kind), value)
}
