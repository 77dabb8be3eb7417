import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql'
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js'
import type { RowList } from '../resolvers/row-list.ts'
import type { ToldRows } from '../resolvers/told-rows.ts'
import { requireScopes } from '../schema/argument-scopes.ts'
import type { Scopes } from '../schema/forbidden.ts'
import { holdsRelative, takesInstants, withInstants } from '../schema/relative-instants.ts'
import type { Told } from '../schema/sql-field.ts'
import { quoted } from '../stores/postgres/statement.ts'
import { type ArgumentBinding, type Bind, type Request, watch } from './argument-binding.ts'
import { argumentsOf, hasVariables } from './field-arguments.ts'
import { type ValueMark, valueMarks } from './finish-json.ts'
import { NotCompiled } from './ways.ts'

/** A selected field: the key in the answer, its definition, and the nodes of the document that select it under this key. */
export type Selected = {
  key: string
  parent: GraphQLObjectType
  definition: GraphQLField<unknown, unknown>
  nodes: readonly FieldNode[]
}

/** The row whose fields are written. */
export type Row = {
  alias: string
  /** The SQL of the slug that a channel was looked up by. */
  redirectedFrom?: string
  /** The page that it is a part of. */
  page?: PageSql
  /** The fields that it answers by columns of the page. */
  answers?: RowList['answers']
}

/** The SQL of a page of a list. */
type PageSql = {
  /** What follows FROM, for the rows in the order of the list. */
  rows: string
  /** The cursors of its first and its last row. */
  startCursor: string
  endCursor: string
  /** The cursor of a row. */
  cursor: string
  hasNextPage: string
  hasPreviousPage: string
  /** The number of rows of the whole list. */
  totalCount: string
  /** When it is read. */
  asOf: string
}

/** A field whose resolver finds its value by the id of the row. */
export type DelegatedField = Pick<Selected, 'key' | 'parent' | 'nodes'> & Pick<Told, 'told' | 'answers'>

/** The SQL of a value, and the mark where the value has to be finished. */
export type Column = { sql: string; mark?: ValueMark }

/** Writes the value of a field of the row. */
export type WriteField = (writer: StatementWriter, row: Row, field: Selected) => Column

export type WriterOptions = {
  schema: GraphQLSchema
  fragments: Record<string, FragmentDefinitionNode>
  write: WriteField
  scopes: Scopes
  request: Request
  /** Whether to select from the one row that the operation is about, as it is usually found. Where it is not, the statement has no row. */
  isUsual?: boolean
}

// Postgres cuts longer names.
const maxKeyLength = 63

// No key of an answer can have this name.
const whole = '"@"'

/** One object as SQL, made of one row; NULL where there is no row. */
export const record = (columns: string, from = ''): string =>
  `(SELECT ${whole} FROM (SELECT ${columns} ${from}) ${whole})`

/** A list of objects as SQL, in the order of the rows. */
export const records = (columns: string, from: string): string => `ARRAY${record(columns, from)}`

/** A stored value as the type of its field shows it. */
export const leaf = (type: GraphQLLeafType, sql: string): Column => {
  if (isEnumType(type)) {
    const names = type.getValues().map(({ value, name }) => `WHEN ${quoted(String(value))} THEN ${quoted(name)}`)
    return { sql: `CASE ${sql} ${names.join(' ')} END` }
  }
  switch (type.name) {
    case 'String':
    case 'Int':
    case 'Boolean':
      return { sql }
    case 'BigInt':
    case 'ID':
      return { sql: `${sql}::text` }
    case 'Float':
      return { sql: `${sql}::text`, mark: valueMarks.float }
    case 'DateTime':
      return { sql, mark: valueMarks.instant }
    case 'JSON':
      return { sql: `${sql}::text`, mark: valueMarks.json }
    default:
      throw new NotCompiled('field', `No statement makes a ${type.name}.`)
  }
}

/**
 * Whether a caller may read a field, or the fields of a type: one of its scopes is enough. False also where a function decides,
 * because only the execution can call it.
 */
const mayRead = ({ extensions }: { extensions: object }, scopes: Scopes): boolean => {
  const { authScopes } = (extensions as { pothosOptions?: { authScopes?: unknown } }).pothosOptions ?? {}
  if (authScopes === undefined) return true
  if (typeof authScopes !== 'object' || authScopes === null) return false
  const wanted = Object.entries(authScopes)
  return (
    wanted.every(([scope, value]) => Object.hasOwn(scopes, scope) && value === true) &&
    wanted.some(([scope]) => scopes[scope as keyof Scopes])
  )
}

/** Writes one statement, and remembers how it has read the arguments. */
export class StatementWriter {
  readonly values: unknown[] = []
  /** How the arguments were read, field by field, and the name of each form. It is absent where the arguments have no form. */
  readonly trail: { ask: ArgumentBinding; name?: string }[] = []
  /** Whether the statement begins behind a cursor. */
  readsCursor = false
  /** Whether one of the rows is usually found by a condition that costs less. */
  hasUsual = false
  /** What follows FROM, where the statement selects from the one row that the operation is about. */
  from: string | undefined
  /** The fields that the statement does not answer. */
  readonly delegated: DelegatedField[] = []
  readonly #options: WriterOptions
  readonly #told = new Map<Row, Set<ToldRows<unknown>>>()
  #aliases = 0

  constructor(options: WriterOptions) {
    this.#options = options
  }

  get isUsual(): boolean {
    return this.#options.isUsual === true
  }

  /** A name for rows that no other rows of the statement have. */
  alias(letter: string): string {
    return `${letter}${++this.#aliases}`
  }

  /** Leaves a field to its resolver; the number that it has in `delegated`. */
  delegate({ key, parent, nodes }: Selected, { told, answers }: Told): number {
    return this.delegated.push({ key, parent, nodes, ...(told && { told }), ...(answers && { answers }) }) - 1
  }

  /** Whether the statement has to tell this of a row: the row's database has it, and it does not tell it yet. */
  tells(row: Row, kind: ToldRows<unknown>): boolean {
    if (kind.database === 'public') return false
    const told = this.#told.get(row) ?? new Set()
    this.#told.set(row, told)
    const isFirst = !told.has(kind)
    told.add(kind)
    return isFirst
  }

  /** Reads the arguments of a field: the form of its SQL, and the parameters that stand for the values. */
  ask<Form>({ parent, definition, nodes }: Selected, bind: Bind<Form>): { form: Form; parameters: readonly string[] } {
    const [node] = nodes
    const { scopes } = this.#options
    const read = argumentsOf(definition, node!)
    const coerce = (variables: Record<string, unknown>) => {
      const args = read(variables)
      // An error here leads to the execution, which tells it to the caller.
      requireScopes(parent.name, definition, args, scopes)
      return args
    }
    const constant = hasVariables(node!) ? undefined : coerce({})
    const takesNow = constant ? holdsRelative(constant) : takesInstants(definition)
    return this.#ask((request) => {
      const args = constant ?? coerce(request.variables)
      return takesNow ? withInstants(args, request.now) : args
    }, bind)
  }

  /** A parameter for a value that each request has. */
  parameter(value: (request: Request) => unknown): string {
    const { parameters } = this.#ask(
      () => ({}),
      (_, request) => ({ name: '', form: null, values: [value(request)] }),
    )
    return parameters[0]!
  }

  #ask<Form>(args: ArgumentBinding['args'], bind: Bind<Form>): { form: Form; parameters: readonly string[] } {
    const { request } = this.#options
    const asked: (typeof this.trail)[number] = { ask: { args, bind } }
    this.trail.push(asked)
    const watched = watch(request)
    const answer = bind(args(watched), watched)
    if (!watched.wasRead) asked.ask.always = answer
    const { name, form, values } = answer
    asked.name = name
    return { form, parameters: values.map((value) => `$${this.values.push(value)}`) }
  }

  /** The fields selected below a field, of the object type that it answers. */
  below(type: GraphQLObjectType, { nodes }: Selected): Selected[] {
    const { schema, fragments, request } = this.#options
    return this.#selected(type, collectSubfields(schema, fragments, request.variables, type, nodes))
  }

  /** The fields selected of the operation's root type. */
  root(type: GraphQLObjectType, selectionSet: SelectionSetNode): Selected[] {
    const { schema, fragments, request } = this.#options
    return this.#selected(type, collectFields(schema, fragments, request.variables, type, selectionSet))
  }

  #selected(parent: GraphQLObjectType, fields: Map<string, readonly FieldNode[]>): Selected[] {
    return Array.from(fields, ([key, nodes]) => {
      const name = nodes[0]!.name.value
      const definition = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : parent.getFields()[name]
      if (!definition) throw new NotCompiled('field', `${parent.name}.${name} is about the schema.`)
      return { key, parent, definition, nodes }
    })
  }

  /** The object type that a field answers; of several the one of this name. */
  objectType({ definition }: Selected, name = getNamedType(definition.type).name): GraphQLObjectType {
    const type = this.#options.schema.getType(name)
    if (!isObjectType(type)) throw new NotCompiled('field', `${name} is no type of objects.`)
    return type
  }

  /** Whether a field answers a list. */
  isList({ definition }: Selected): boolean {
    return isListType(getNullableType(definition.type))
  }

  /** What follows SELECT: these fields of a row, under the keys of the answer. */
  columns(fields: readonly Selected[], row: Row): string {
    return fields
      .map((field) => {
        const { sql, mark = '' } = this.#column(field, row)
        const key = `${field.key}${mark}`
        if (key.length > maxKeyLength) throw new NotCompiled('field', `Postgres cuts the name ${field.key}.`)
        return `${sql} AS "${key}"`
      })
      .join(', ')
  }

  #column(field: Selected, row: Row): Column {
    const { parent, definition } = field
    const { write, scopes } = this.#options
    const name = `${parent.name}.${definition.name}`
    if (!mayRead(parent, scopes) || !mayRead(definition, scopes))
      throw new NotCompiled('role', `${name} needs a role that the caller does not have.`)
    if (definition === TypeNameMetaFieldDef) return { sql: `${quoted(parent.name)}::text` }
    return write(this, row, field)
  }
}
