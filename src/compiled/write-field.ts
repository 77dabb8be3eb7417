import { getNamedType, isLeafType } from 'graphql'
import { type AnyAnswers, type NamedRows, type SqlField, sqlOf, type Told } from '../schema/sql-field.ts'
import { columnName, tableOf } from '../stores/postgres/model.ts'
import type { BoundArguments } from './argument-binding.ts'
import { writeList, writePagePart } from './connection.ts'
import { valueMarks } from './finish-json.ts'
import { modelOf, selectedRelation, writeRelation } from './relations.ts'
import { type Column, leaf, type Row, record, type WriteField } from './statement-writer.ts'
import { NotCompiled } from './ways.ts'

type Kind<K extends SqlField['kind']> = SqlField & { kind: K }
type Writer = Parameters<WriteField>[0]
type Selected = Parameters<WriteField>[2]

const writeLeaf = ({ definition, parent }: Selected, sql: string): Column => {
  const type = getNamedType(definition.type)
  if (!isLeafType(type)) throw new NotCompiled('field', `${parent.name}.${definition.name} is no column.`)
  return leaf(type, sql)
}

const writeValue = (writer: Writer, row: Row, field: Selected, { sql, as }: Kind<'value'>): Column => {
  const text = sql(row.alias, {
    redirectedFrom: row.redirectedFrom ?? 'NULL::text',
    now: () => `${writer.parameter(({ now }) => new Date(now))}::timestamptz`,
  })
  return as ? { sql: text, mark: valueMarks[as] } : writeLeaf(field, text)
}

/** What the arguments of the field ask for, with the answer of the row. */
const writeAnswer = (writer: Writer, row: Row, field: Selected, answers: AnyAnswers): string => {
  const { parameters } = writer.ask(field, (args, { now }) => {
    const asked = answers.ask(args, now)
    return { name: answers.name, form: null, values: [JSON.stringify(asked), ...answers.values(asked)] }
  })
  const [asked, ...values] = parameters
  return `json_build_array(${asked}::json, ${answers.sql(row.alias, values)})`
}

/**
 * Leaves a field to its resolver, which needs the id of the row. The first field of a row that needs something told brings it. A
 * value that the row has itself is written as a list in a list.
 */
const writeDelegated = (writer: Writer, row: Row | null, field: Selected, needs: Told = {}): Column => {
  const { told, answers, stored } = needs
  const list = row && told && writer.tells(row, told) ? told.sql(row.alias) : 'NULL'
  const answer = row && answers ? writeAnswer(writer, row, field, answers) : 'NULL'
  const key = row ? `${row.alias}.id::text` : 'NULL'
  const reference = `json_build_array(${writer.delegate(field, needs)}, ${key}, ${list}, ${answer})`
  const mark = valueMarks.delegated
  if (!row || !stored) return { sql: reference, mark }
  const own = `json_build_array(json_build_array(${stored.value(row.alias)}))`
  return { sql: `CASE WHEN ${stored.isThere(row.alias)} THEN ${own} ELSE ${reference} END`, mark }
}

const bindRows = (named: NamedRows | string): BoundArguments<NamedRows> => {
  if (typeof named === 'string') throw new NotCompiled('arguments', named)
  return { name: `${named.type} ${named.name}`, form: named, values: named.values }
}

const writeRows = (writer: Writer, field: Selected, { read }: Kind<'rows'>): Column => {
  const { form, parameters } = writer.ask(field, (args) => bindRows(read(args as never)))
  const type = writer.objectType(field, form.type)
  const alias = writer.alias('n')
  const columnsOf = (row: Row) => writer.columns(writer.below(type, field), row)
  const oneWhere = (condition: string) => `${tableOf(modelOf(type)!)} ${alias} WHERE ${condition} LIMIT 1`
  if ('inOrder' in form) {
    const wanted = writer.alias('w')
    const row = record(columnsOf({ alias }), `FROM ${oneWhere(`${alias}.id = ${wanted}.id`)}`)
    const ids = `unnest(${parameters[0]}::bigint[]) WITH ORDINALITY ${wanted} (id, ordinal)`
    return { sql: `ARRAY(SELECT ${row} FROM ${ids} ORDER BY ${wanted}.ordinal)` }
  }
  const slug = form.slug === undefined ? undefined : `${parameters[form.slug]}::text`
  const redirectedFrom = slug && `CASE WHEN ${alias}.current_slug IS DISTINCT FROM ${slug} THEN ${slug} END`
  const columns = columnsOf({ alias, redirectedFrom })
  writer.hasUsual = form.usual !== undefined
  if (!writer.isUsual || !form.usual) return { sql: record(columns, `FROM ${oneWhere(form.where(alias, parameters))}`) }
  writer.from = oneWhere(form.usual(alias, parameters))
  return { sql: record(columns) }
}

const writeSubquery = (writer: Writer, row: Row, field: Selected, { from }: Kind<'subquery'>): Column => {
  const alias = writer.alias('q')
  const columns = writer.columns(writer.below(writer.objectType(field), field), { alias })
  const found = (row.answers?.[field.definition.name] ?? from)(row.alias)
  return { sql: record(columns, `FROM ${found} ${alias}`) }
}

/** Writes a field by its extension `sql`. Without one it is a column or a relation of its model. */
export const writeField: WriteField = (writer, row, field) => {
  const { parent, definition } = field
  const sql = sqlOf(definition)
  if (sql?.kind === 'value') return writeValue(writer, row, field, sql)
  if (sql?.kind === 'relation') return writeRelation(writer, row, field, [sql.name, {}])
  if (sql?.kind === 'own-row')
    return { sql: record(writer.columns(writer.below(writer.objectType(field), field), row)) }
  if (sql?.kind === 'subquery') return writeSubquery(writer, row, field, sql)
  if (sql?.kind === 'page') return writePagePart(writer, row, field, sql.part)
  if (sql?.kind === 'list') return writeList(writer, row, field, sql)
  if (sql?.kind === 'rows') return writeRows(writer, field, sql)
  if (sql?.kind === 'delegated') return writeDelegated(writer, row, field, sql)
  // It has nothing to do with the rows of the statement.
  if (parent.name === 'Query') return writeDelegated(writer, null, field)
  const { pothosExposedField } = definition.extensions
  const model = modelOf(parent)
  if (model && typeof pothosExposedField === 'string')
    return writeLeaf(field, `${row.alias}.${columnName(model, pothosExposedField as never)}`)
  const relation = selectedRelation(definition)
  if (relation) return writeRelation(writer, row, field, relation)
  throw new NotCompiled('field', `${parent.name}.${definition.name} has no SQL.`)
}
