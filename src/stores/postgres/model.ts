import { type Facts, facts, type ModelRows, models } from '../../../prisma/generated/models.ts'
import type { Sql } from './statement.ts'

/** The name of a model in prisma/schema/. */
export type ModelName = keyof ModelRows
/** The name of a field of a model that is a column. */
export type FieldOf<Model extends ModelName> = keyof ModelRows[Model] & string
/** A column: the field of the model, its name and type in Postgres, and what it is where nothing is given. */
export type Column = {
  readonly field: string
  readonly name: string
  readonly type: string
  readonly otherwise?: string
}

/** The table of a model with its schema, as SQL. */
export const tableOf = (model: ModelName): string => models[model].table

/** Columns of a model in the order of `fields`; without them all, in the order of the model. Throws for a field that is none. */
export const columnsOf = <Model extends ModelName>(
  model: Model,
  fields: readonly FieldOf<Model>[] = Object.keys(models[model].columns) as FieldOf<Model>[],
): Column[] => {
  const columns: Record<string, Omit<Column, 'field'>> = models[model].columns
  return fields.map((field) => {
    if (!Object.hasOwn(columns, field)) throw new Error(`The model ${model} has no column for ${field}.`)
    return { field, ...columns[field]! }
  })
}

/** The name in Postgres of a field's column. Throws where the model has no such column. */
export const columnName = <Model extends ModelName>(model: Model, field: FieldOf<Model>): string =>
  columnsOf(model, [field])[0]!.name

/** The names of columns as SQL, for the list of an INSERT. */
export const columnNames = <Model extends ModelName>(model: Model, fields: readonly FieldOf<Model>[]): string =>
  columnsOf(model, fields)
    .map(({ name }) => name)
    .join(', ')

/** Selects fields of a model under their own names, of the table or alias `of`; without `fields` all of them. */
export const select = <Model extends ModelName, Field extends FieldOf<Model> = FieldOf<Model>>(
  model: Model,
  fields?: readonly Field[],
  of = '',
): Sql<Pick<ModelRows[Model], Field>> => {
  const columns = columnsOf(model, fields)
  return {
    text: columns.map(({ field, name }) => `${of && `${of}.`}${name} AS "${field}"`).join(', '),
    columns: columns.map(({ field }) => field),
  }
}

/** Selects SQL expressions under the names of a row; whoever writes one says which type the driver gives for it. */
export const expressions = <Row extends object>(row: { readonly [Name in keyof Row]: string }): Sql<Row> => {
  const all = Object.entries<string>(row)
  return { text: all.map(([name, sql]) => `${sql} AS "${name}"`).join(', '), columns: all.map(([name]) => name) }
}

/** Column definitions for json_to_recordset: fields of a model under their own names. */
export const recordset = <Model extends ModelName>(model: Model, fields: readonly FieldOf<Model>[]): string =>
  columnsOf(model, fields)
    .map(({ field, type }) => `"${field}" ${type}`)
    .join(', ')

/** The name of a field that is a fact: one that observations set, marked with @fact in the model. */
export type FactOf<Model extends keyof Facts> = keyof Facts[Model] & FieldOf<Model>

/** The facts of a model in the order of the model. */
export const factsOf = <Model extends keyof Facts>(model: Model): readonly FactOf<Model>[] =>
  facts[model] as readonly FactOf<Model>[]

/** A condition: the observation in the record `seen` tells a fact that the row `stored` does not have. */
export const factsDiffer = (model: keyof Facts, seen: string, stored: string): string =>
  columnsOf(model, factsOf(model))
    .map(
      ({ field, name }) => `(${seen}."${field}" IS NOT NULL AND ${seen}."${field}" IS DISTINCT FROM ${stored}.${name})`,
    )
    .join(' OR ')

/** Assignments of an UPDATE: each fact becomes what the record `seen` has of it, or stays as the row `stored` has it. */
export const assignFacts = (model: keyof Facts, seen: string, stored: string): string =>
  columnsOf(model, factsOf(model))
    .map(({ field, name }) => `${name} = coalesce(${seen}."${field}", ${stored}.${name})`)
    .join(', ')

/** The values of the record `seen` for an INSERT of the facts, in the order of their columns. */
export const factValues = (model: keyof Facts, seen: string): string =>
  columnsOf(model, factsOf(model))
    .map(({ field, otherwise }) => (otherwise ? `coalesce(${seen}."${field}", ${otherwise})` : `${seen}."${field}"`))
    .join(', ')
