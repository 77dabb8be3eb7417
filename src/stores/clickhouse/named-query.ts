import type { Column } from './columns.ts'
import { type ParametersOf, type Template, template } from './parameters.ts'

/** Reading lanes: a light query never waits for a heavy one. */
export type ReadLane = 'light' | 'heavy'

/** A reading statement declared once: its name in metrics, its text, its parameters and the rows it answers. */
export type NamedQuery<Parameters, Row> = {
  readonly name: string
  /** Where it runs unless the caller knows better from the size of its arguments. */
  readonly lane: ReadLane
  readonly template: Template
  readonly row: { readonly [K in keyof Row]: Column<Row[K]> }
  /** Never set: carries the type of the parameters. */
  readonly parameters?: Parameters
}

/** Declares a query. The placeholders of the text are the parameters; `row` has one entry per selected column. */
export const namedQuery = <const Sql extends string, Row extends object>(definition: {
  name: string
  lane?: ReadLane
  sql: Sql
  row: { readonly [K in keyof Row]: Column<Row[K]> }
}): NamedQuery<ParametersOf<Sql>, Row> => ({
  name: definition.name,
  lane: definition.lane ?? 'light',
  template: template(definition.sql),
  row: definition.row,
})

/** The rows of an answer in JSONColumns; throws TypeError when its columns or their values are not those declared. */
export const decodeRows = <Row>(
  { name, row }: Pick<NamedQuery<unknown, Row>, 'name' | 'row'>,
  answer: string,
): Row[] => {
  const columns = JSON.parse(answer) as Record<string, unknown[]>
  const undeclared = Object.keys(columns).filter((column) => !(column in row))
  if (undeclared.length > 0) throw new TypeError(`${name} answered undeclared columns: ${undeclared.join(', ')}.`)
  const rows: Record<string, unknown>[] = Array.from(Object.values(columns)[0] ?? [], () => ({}))
  for (const [column, read] of Object.entries<Column<unknown>>(row)) {
    const values = columns[column]
    if (!values) throw new TypeError(`${name} answered no column ${column}.`)
    try {
      for (let index = 0; index < rows.length; index++) rows[index]![column] = read(values[index])
    } catch (cause) {
      throw new TypeError(`${name}.${column}: ${(cause as Error).message}.`, { cause })
    }
  }
  return rows as Row[]
}
