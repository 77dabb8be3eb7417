declare const rowType: unique symbol

/** SQL text with the type of the row that it selects; only `select`, `expressions` and `sql` make it. */
export type Sql<Row = unknown> = {
  readonly text: string
  /** The names of the columns as the row has them. */
  readonly columns: readonly string[]
  readonly [rowType]?: Row
}

/** A named statement: Postgres plans it once per connection and the name shows up in its own views. */
export type Statement<Row = unknown> = {
  readonly name: string
  readonly text: string
  /** The names of the columns that its row type claims; absent where the statement was declared as plain text. */
  readonly columns?: readonly string[]
  readonly [rowType]?: Row
}

type Part = string | number | Sql
type RowOf<Parts> = Parts extends readonly [infer First, ...infer Rest]
  ? (First extends Sql<infer Row> ? Row : unknown) & RowOf<Rest>
  : unknown
type Flat<Row> = { [Field in keyof Row]: Row[Field] }

/**
 * SQL text whose row type is made of the selections in it: sql`SELECT ${select('Channel', ['id'])} FROM ...`. Plain strings
 * are taken as they are and must be constants of the code: values only ever travel as parameters. What a subquery selects
 * is no column of the row: it takes the `text` of a selection.
 */
export const sql = <const Parts extends readonly Part[]>(
  texts: TemplateStringsArray,
  ...parts: Parts
): Sql<Flat<RowOf<Parts>>> => {
  const textOf = (part: Part) => (typeof part === 'object' ? part.text : part)
  return {
    text: String.raw({ raw: texts }, ...parts.map(textOf)),
    columns: parts.flatMap((part) => (typeof part === 'object' ? part.columns : [])),
  }
}

type Widened<Row> = {
  [Field in keyof Row]: Row[Field] extends string | null ? string | Extract<Row[Field], null> : Row[Field]
}

/** The same selection, its text columns narrowed to the values that the database lets them have. Claims no further column. */
export const narrowed = <Row>(text: Sql<Widened<Row>>): Sql<Row> => text as Sql<never>

type Declare = {
  <Row>(name: string, text: Sql<Row>): Statement<Row>
  (name: string, text: string): Statement
}

/** Declares a statement; values only ever travel as parameters. */
export const statement: Declare = (name: string, text: string | Sql): Statement =>
  typeof text === 'string' ? { name, text } : { name, text: text.text, columns: text.columns }

/** SQL for an instant that is at most the database's now, as our clock may run ahead; NULL stays NULL. */
export const notInFuture = (instant: string): string => `CASE WHEN ${instant} > now() THEN now() ELSE ${instant} END`

/** A text as a constant of SQL. For words of the code, such as the values of an enumeration: what callers write travels as a parameter. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
