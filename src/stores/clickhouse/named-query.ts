import { reasonText } from '../../lib/errors.ts'
import { type Column, readColumn } from './columns.ts'
import type { NumberType } from './native-format.ts'
import { type ParametersOf, type Template, template } from './parameters.ts'

/** Reading pools: a light query never waits for a heavy one. */
export type ReadPool = 'light' | 'heavy'

/** A reading statement declared once: its name in metrics, its text, its parameters and the rows it answers. */
export type NamedQuery<Parameters, Row> = {
  readonly name: string
  /** Where it runs unless the caller knows better from the size of its arguments. */
  readonly pool: ReadPool
  readonly template: Template
  readonly row: { readonly [K in keyof Row]: Column<Row[K]> }
  /** Never set: carries the type of the parameters. */
  readonly parameters?: Parameters
}

/** A row of a query. */
export type RowOf<Query> = Query extends NamedQuery<infer _, infer Row> ? Row : never

/** Declares a query. The placeholders of the text are the parameters; `row` has one entry per selected column. */
export const namedQuery = <const Sql extends string, Row extends object>(definition: {
  name: string
  pool?: ReadPool
  sql: Sql
  row: { readonly [K in keyof Row]: Column<Row[K]> }
}): NamedQuery<ParametersOf<Sql>, Row> => {
  const { name, pool = 'light', sql, row } = definition
  return { name, pool, template: template(sql), row }
}

/** A reading statement whose answer is numbers only, in the order and of the types declared. */
export type NumberQuery<Parameters, Name extends string> = Omit<NamedQuery<Parameters, object>, 'row'> & {
  readonly types: { readonly [N in Name]: NumberType }
}

/** Declares a query of numbers. */
export const numberQuery = <const Sql extends string, Name extends string>(definition: {
  name: string
  pool?: ReadPool
  sql: Sql
  types: { readonly [N in Name]: NumberType }
}): NumberQuery<ParametersOf<Sql>, Name> => {
  const { name, pool = 'light', sql, types } = definition
  return { name, pool, template: template(sql), types }
}

/** An answer by column: for large ones, which need no object per row. */
export type Columns<Row> = { readonly [K in keyof Row]: readonly Row[K][] }

/** The columns of an answer in JSONColumns; throws TypeError when they or their values are not those declared. */
export const decodeColumns = <Row>(
  query: Pick<NamedQuery<unknown, Row>, 'name' | 'row'>,
  answer: string,
): Columns<Row> => {
  const { name, row } = query
  const given = JSON.parse(answer) as Record<string, unknown[]>
  const undeclared = Object.keys(given).filter((column) => !(column in row))
  if (undeclared.length > 0) throw new TypeError(`${name} answered undeclared columns: ${undeclared.join(', ')}.`)
  const decode = ([column, type]: [string, Column<unknown>]) => {
    const values = given[column]
    if (!values) throw new TypeError(`${name} answered no column ${column}.`)
    try {
      return [column, readColumn(type, values)]
    } catch (cause) {
      throw new TypeError(`${name}.${column}: ${reasonText(cause)}.`, { cause })
    }
  }
  return Object.fromEntries(Object.entries<Column<unknown>>(row).map(decode))
}

/** The rows of an answer by column. */
export const rowsOf = <Row>(columns: Columns<Row>): Row[] => {
  const entries = Object.entries<readonly unknown[]>(columns)
  return Array.from(
    entries[0]?.[1] ?? [],
    (_, index) => Object.fromEntries(entries.map(([name, values]) => [name, values[index]])) as Row,
  )
}
