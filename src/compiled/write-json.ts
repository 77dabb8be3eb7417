import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  lexicographicSortSchema,
  TypeNameMetaFieldDef,
} from 'graphql'
import { collectSubfields } from 'graphql/execution/collectFields.js'
import { modelOf } from './relations.ts'

/** A value as JSON. */
class Written {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Write = (value: unknown) => string
type Nodes = readonly FieldNode[]
/** The operation whose selections are written. */
type Scope = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>

/** Only the execution tells what is wrong with a value. */
const refuse = (): never => {
  throw new TypeError('A value is not of the type of its field.')
}

/** Scalars whose texts have nothing that JSON escapes. */
const unescaped = new Set(['DateTime', 'TimeZone', 'BigInt'])

const writeLeaf = (type: GraphQLLeafType): Write => {
  const isUnescaped = isEnumType(type) || unescaped.has(type.name)
  return (value) => {
    const leaf = type.serialize(value) ?? refuse()
    if (typeof leaf === 'string' && isUnescaped) return `"${leaf}"`
    if (typeof leaf === 'number' && Number.isFinite(leaf)) return String(leaf)
    return JSON.stringify(leaf)
  }
}

/** Writes values of the type with the fields that the nodes select. Throws where a field does more than show something of its value. */
export const writeObject = (type: GraphQLObjectType, nodes: Nodes, scope: Scope): Write => {
  const { schema, fragments, variableValues } = scope
  const selected = collectSubfields(schema, fragments, variableValues, type, nodes)
  const parts = Array.from(selected, ([key, below], index) => {
    const before = `${index === 0 ? '' : ','}"${key}":`
    const name = below[0]!.name.value
    if (name === TypeNameMetaFieldDef.name) return { before, show: () => null, write: () => `"${type.name}"` }
    const field = type.getFields()[name]!
    return { before, show: shown(field), write: writeValue(field.type, below, scope) }
  })
  return (value) => {
    if (value instanceof Error || value instanceof Promise) refuse()
    let text = '{'
    for (const { before, show, write } of parts) text += before + write(show(value))
    return `${text}}`
  }
}

const writePresent = (type: GraphQLOutputType, nodes: Nodes, scope: Scope): Write => {
  if (isLeafType(type)) return writeLeaf(type)
  if (!isListType(type)) return isObjectType(type) && !type.isTypeOf ? writeObject(type, nodes, scope) : refuse()
  const write = writeValue(type.ofType, nodes, scope)
  return (list) => (Array.isArray(list) ? `[${list.map(write).join(',')}]` : refuse())
}

/** Writes values of a type that is plain, with the fields that the nodes select. */
const writeValue = (type: GraphQLOutputType, nodes: Nodes, scope: Scope): Write => {
  const isRequired = isNonNullType(type)
  const write = writePresent(isRequired ? type.ofType : type, nodes, scope)
  return (value) => {
    if (value !== null && value !== undefined) return write(value)
    return isRequired ? refuse() : 'null'
  }
}

/** The property that a field shows as it is; undefined where it does more. */
const exposed = ({ args, extensions }: GraphQLField<unknown, unknown>): string | undefined =>
  args.length === 0 && hasNoScopes(extensions) ? (extensions.pothosExposedField as string | undefined) : undefined

const hasNoScopes = (extensions: object): boolean =>
  (extensions as { pothosOptions?: { authScopes?: unknown } }).pothosOptions?.authScopes === undefined

/** What a field shows of its value. One that takes nothing but the value asks nobody else. */
const shown = (field: GraphQLField<unknown, unknown>): ((value: unknown) => unknown) => {
  const { args, extensions } = field
  const property = exposed(field)
  // What is wrapped asks for scopes, or loads what the value does not have.
  if (extensions.pothosResolveWrapped) return refuse()
  if (property !== undefined) return (value) => (value as Record<string, unknown>)[property]
  const { resolve } = (extensions as { pothosOptions?: { resolve?: (value: unknown) => unknown } }).pothosOptions ?? {}
  if (args.length > 0 || resolve?.length !== 1) return refuse()
  return (value) => {
    const found = resolve(value)
    return found instanceof Promise ? refuse() : found
  }
}

/** Finds out whether the fields of a type are only properties of its values, down to the leaves. A type of a model has fields that Prisma loads. */
const findPlainTypes = (): ((type: GraphQLNamedType) => boolean) => {
  const known = new Map<GraphQLNamedType, boolean>()
  const isPlain = (type: GraphQLNamedType): boolean => {
    if (isLeafType(type)) return true
    const before = known.get(type)
    if (before !== undefined) return before
    // A type that leads back to itself is not plain.
    known.set(type, false)
    const plain =
      isObjectType(type) &&
      modelOf(type) === undefined &&
      type.getInterfaces().length === 0 &&
      !type.isTypeOf &&
      hasNoScopes(type.extensions) &&
      Object.values(type.getFields()).every(
        (field) => exposed(field) !== undefined && isPlain(getNamedType(field.type)),
      )
    known.set(type, plain)
    return plain
  }
  return isPlain
}

const WrittenType = new GraphQLScalarType({ name: 'Written', serialize: (value) => value })

/** Has a field answer its value as JSON. It is written once for each selection of an execution, which has a list of nodes for each. */
const writeField = (field: GraphQLField<unknown, unknown>): void => {
  const { type, resolve = defaultFieldResolver } = field
  const writers = new WeakMap<Nodes, Write>()
  const writerOf = (info: GraphQLResolveInfo): Write => {
    const known = writers.get(info.fieldNodes)
    if (known) return known
    const made = writeValue(type, info.fieldNodes, info)
    writers.set(info.fieldNodes, made)
    return made
  }
  field.type = WrittenType
  field.resolve = async (source, args, context, info) => {
    const value = await resolve(source, args, context, info)
    return new Written(writerOf(info)(value))
  }
}

/**
 * A copy of a schema for `jsonOf`. Where the fields of a type are only properties, as of the points of a series, its values are written from these
 * properties: an execution would make an object for each, field by field, to have it printed.
 */
export const writingPlainTypes = (schema: GraphQLSchema): GraphQLSchema => {
  // Nothing else of graphql-js makes a copy with types of its own.
  const copy = lexicographicSortSchema(schema)
  const isPlain = findPlainTypes()
  for (const type of Object.values(copy.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || isPlain(type)) continue
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type)
      if (isObjectType(named) && isPlain(named)) writeField(field)
    }
  }
  return copy
}

/** The JSON of a part of what an execution has answered. It makes objects without a prototype; others are values of the scalar JSON. */
export const jsonOf = (value: unknown): string => {
  if (value instanceof Written) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== null) return JSON.stringify(value)
  const parts = Object.entries(value).map(([key, part]) => `"${key}":${jsonOf(part)}`)
  return `{${parts.join(',')}}`
}
