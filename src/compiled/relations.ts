import type { GraphQLField, GraphQLObjectType } from 'graphql'
import { getDatamodel } from '../../prisma/generated/pothos-types.ts'
import { columnName, type ModelName, tableOf } from '../stores/postgres/model.ts'
import { type Column, type Row, record, records, type Selected, type StatementWriter } from './statement-writer.ts'
import { NotCompiled } from './ways.ts'

/** Which rows of a relation are wanted, as Prisma takes it. */
type Query = { where?: Record<string, unknown>; orderBy?: Record<string, 'asc' | 'desc'>; take?: number }

type ModelField = { name: string; type: string; relationName?: string; relationFromFields?: readonly string[] }

let models: Record<string, { fields: readonly ModelField[] }> | undefined
const fieldsOf = (model: string): readonly ModelField[] => {
  models ??= getDatamodel().datamodel.models as NonNullable<typeof models>
  return models[model]!.fields
}

/** The model of an object type; undefined where it has none. */
export const modelOf = ({ extensions }: GraphQLObjectType): ModelName | undefined =>
  extensions.pothosPrismaModel as ModelName | undefined

/** The condition that joins the rows of a relation to their row. Every relation of the model is by the id of one side. */
const joined = (model: ModelName, name: string, child: string, parent: string): string => {
  const { type, relationName, relationFromFields } = fieldsOf(model).find((field) => field.name === name)!
  const [own] = relationFromFields ?? []
  if (own !== undefined) return `${child}.id = ${parent}.${columnName(model, own as never)}`
  const back = fieldsOf(type).find((field) => field.relationName === relationName && field.relationFromFields?.length)!
  return `${child}.${columnName(type as ModelName, back.relationFromFields![0] as never)} = ${parent}.id`
}

/** The relation that a field has Prisma load, and which of its rows; undefined where the field is none. */
export const selectedRelation = ({ extensions }: GraphQLField<unknown, unknown>): [string, Query] | undefined => {
  const { pothosPrismaSelect } = extensions
  if (typeof pothosPrismaSelect !== 'function') return undefined
  const { select } = pothosPrismaSelect({}, {}, (query: unknown) => query) as { select?: Record<string, Query> }
  const relations = Object.entries(select ?? {})
  return relations.length === 1 ? relations[0] : undefined
}

/** Writes the rows of a relation: a list, or the first one where the field is one object. */
export const writeRelation = (
  writer: StatementWriter,
  row: Row,
  field: Selected,
  [name, { where = {}, orderBy = {}, take }]: [string, Query],
): Column => {
  const type = writer.objectType(field)
  const [model, parentModel] = [modelOf(type), modelOf(field.parent)]
  if (!model || !parentModel)
    throw new NotCompiled('field', `${field.parent.name}.${field.definition.name} has no SQL.`)
  const alias = writer.alias('r')
  const column = (name: string) => `${alias}.${columnName(model, name as never)}`
  const conditions = Object.entries(where).map(([name, value]) => {
    if (value !== null) throw new NotCompiled('field', `${field.parent.name}.${field.definition.name} has a condition.`)
    return `${column(name)} IS NULL`
  })
  const from = [
    `FROM ${tableOf(model)} ${alias} WHERE ${[joined(parentModel, name, alias, row.alias), ...conditions].join(' AND ')}`,
    ...Object.entries(orderBy).map(([name, direction]) => `ORDER BY ${column(name)} ${direction}`),
    ...(take === undefined ? [] : [`LIMIT ${take}`]),
  ].join(' ')
  const columns = writer.columns(writer.below(type, field), { alias })
  return { sql: writer.isList(field) ? records(columns, from) : record(columns, from) }
}
