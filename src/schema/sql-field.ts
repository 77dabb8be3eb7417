import type { ListRequest } from '../resolvers/row-list.ts'
import type { ToldAnswers, ToldRows } from '../resolvers/told-rows.ts'

/** What is known where the SQL of a field is written. */
export type SqlScope = {
  /** The slug that the row was looked up by, where that is not its current one; NULL where it was not looked up by a slug. */
  redirectedFrom: string
  /** The parameter that stands for the time of the request. */
  now(): string
}

/** The rows of a type that the arguments of a field name. */
export type NamedRows = {
  /** The name of the type in the schema. */
  type: string
  /** Equal names mean equal SQL, with as many values. */
  name: string
  values: readonly unknown[]
} & (
  | {
      /** The condition on the row, by its alias and the parameters that stand for the values. */
      where(alias: string, parameters: readonly string[]): string
      /** A condition that costs less, and finds the same row or none: it is tried first. */
      usual?(alias: string, parameters: readonly string[]): string
      /** The parameter of the slug that the row is looked up by. */
      slug?: number
    }
  /** The value is a list of ids: the rows are wanted in their order, with null where there is none. */
  | { inOrder: true }
)

/** Which part of a page a field of a connection, an edge or PageInfo shows. */
export type PagePart =
  | 'rows'
  | 'itself'
  | 'cursor'
  | 'startCursor'
  | 'endCursor'
  | 'hasNextPage'
  | 'hasPreviousPage'
  | 'totalCount'
  | 'asOf'

/** The value of a delegated field in the row itself, by the alias of the row: as JSON has it, and whether it is there. */
type StoredValue = { value(alias: string): string; isThere(alias: string): string }

/** What the resolver of a delegated field needs of its row. */
export type Told = {
  told?: ToldRows<unknown>
  /** What its arguments ask for. */
  answers?: AnyAnswers
  stored?: StoredValue
}

// biome-ignore lint/suspicious/noExplicitAny: what is asked is as different as the fields
export type AnyAnswers = ToldAnswers<any, any, unknown>

/**
 * What a field is in SQL, as its extension `sql`. Fields that expose a column of their model need none, and neither do relations:
 * both are read from the model. Every other field without one is executed, with its whole operation.
 */
export type SqlField =
  /** An expression of the row, by its alias. With `as` the value becomes a global id (it is `Type:key`) or a cursor of the journal. */
  | { kind: 'value'; sql(alias: string, scope: SqlScope): string; as?: 'id' | 'eventCursor' }
  /** The row of the model's relation of this name. */
  | { kind: 'relation'; name: string }
  /** An object of the same row. */
  | { kind: 'own-row' }
  /** An object of the one row of a subquery, by the alias of the row that it belongs to; null where the subquery has no row. */
  | { kind: 'subquery'; from(alias: string): string }
  | { kind: 'page'; part: PagePart }
  /** A connection: a page of a list, or of the part of it that belongs to the channel whose field this is. */
  | { kind: 'list'; read(args: never): ListRequest | string; isOfChannel: boolean }
  | { kind: 'rows'; read(args: never): NamedRows | string }
  /**
   * The value is found by the resolver: it is in another store, or not made in SQL. The resolver needs the id of the row, and where
   * `told` or `answers` is given also what that tells of the row. With `stored`, a row that has the value already answers by itself.
   */
  | ({ kind: 'delegated' } & Told)

/** What a field says that it is in SQL; undefined where it says nothing. */
export const sqlOf = ({ extensions }: { extensions: object }): SqlField | undefined =>
  (extensions as { sql?: SqlField }).sql

/** A field that is an expression of its row. */
export const value = (sql: (alias: string, scope: SqlScope) => string, as?: 'id' | 'eventCursor'): SqlField => ({
  kind: 'value',
  sql,
  as,
})

/** A field that is the row of a relation of the model. */
export const relation = (name: string): SqlField => ({ kind: 'relation', name })

/** A field whose object is made of the row that it belongs to. */
export const ownRow: SqlField = { kind: 'own-row' }

/** A field whose object is made of the one row that a subquery finds for its row. */
export const subquery = (from: (alias: string) => string): SqlField => ({ kind: 'subquery', from })

/** A field of a connection, an edge or PageInfo. */
export const pagePart = (part: PagePart): { sql: SqlField } => ({ sql: { kind: 'page', part } })

/** A field that is a page of a list. A sentence says why no statement reads the list. */
export const listOf = <Args>(read: (args: Args) => ListRequest | string): SqlField => ({
  kind: 'list',
  read,
  isOfChannel: false,
})

/** A field that is a page of the list of one channel. */
export const listOfChannel = <Args>(read: (args: Args) => ListRequest): SqlField => ({
  kind: 'list',
  read,
  isOfChannel: true,
})

/** A field of Query whose arguments name rows. A sentence says why no statement reads them. */
export const rowsBy = <Args>(read: (args: Args) => NamedRows | string): SqlField => ({ kind: 'rows', read })

/** A field whose value its resolver finds. */
export const delegated = (told: Told = {}): SqlField => ({ kind: 'delegated', ...told })
