import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import type { Role } from '../../../src/access/identity.ts'
import { type AccessMatrix, covers, objectTypes, roles } from '../access/access-matrix.ts'

type Field = GraphQLField<unknown, unknown>

/** One step down: the field of a type, and which object type it is to answer. */
type Step = { type: GraphQLObjectType; field: Field; answers: GraphQLObjectType }

/** The way from a root to an object type. */
export type Path = { operation: 'query' | 'mutation' | 'subscription'; steps: Step[]; needs: Role }

/** The object types that a field can answer; an interface is left out, its types have ways of their own. */
const answersOf = (field: Field): GraphQLObjectType[] => {
  const type = getNamedType(field.type)
  if (isObjectType(type)) return [type]
  return isUnionType(type) ? [...type.getTypes()] : []
}

const price = ({ operation, steps, needs }: Path): number =>
  roles.indexOf(needs) * 1_000 + { query: 0, subscription: 100, mutation: 200 }[operation] + steps.length

const higher = (one: Role, another: Role): Role => (covers(one, another) ? one : another)

/** The way to every object type that asks for the least role, then for the fewest steps. */
export const waysTo = (schema: GraphQLSchema, matrix: AccessMatrix): Map<string, Path> => {
  const found = new Map<string, Path>()
  const pending: { type: GraphQLObjectType; path: Path }[] = []
  for (const operation of ['query', 'subscription', 'mutation'] as const) {
    const type = {
      query: schema.getQueryType(),
      subscription: schema.getSubscriptionType(),
      mutation: schema.getMutationType(),
    }[operation]!
    pending.push({ type, path: { operation, steps: [], needs: 'PUBLIC' } })
  }
  while (pending.length > 0) {
    pending.sort((a, b) => price(a.path) - price(b.path))
    const { type, path } = pending.shift()!
    if (found.has(type.name)) continue
    found.set(type.name, path)
    for (const field of Object.values(type.getFields()))
      for (const answers of answersOf(field)) {
        const needs = higher(path.needs, matrix.get(`${type.name}.${field.name}`) ?? 'ADMIN')
        if (!found.has(answers.name))
          pending.push({ type: answers, path: { ...path, needs, steps: [...path.steps, { type, field, answers }] } })
      }
  }
  const missing = objectTypes(schema).filter(({ name }) => !found.has(name))
  if (missing.length > 0) throw new Error(`No way leads to ${missing.map(({ name }) => name).join(', ')}.`)
  return found
}

/** Tells the arguments of a field, in parentheses or empty, for an answer of the given type where it has several. */
export type ArgumentsOf = (field: string, answers?: string) => Promise<string>

/** An operation that goes a way and then asks for fields of the type that it leads to. */
export const documentOf = async (
  { operation, steps }: Path,
  type: GraphQLObjectType,
  fields: readonly string[],
  argumentsOf: ArgumentsOf,
): Promise<string> => {
  const asked = await Promise.all(
    fields.map(async (name) => {
      const below = isCompositeType(getNamedType(type.getFields()[name]!.type)) ? ' { __typename }' : ''
      return `${name}${await argumentsOf(`${type.name}.${name}`)}${below}`
    }),
  )
  let text = steps.length === 0 ? `{ ${asked.join(' ')} }` : `{ __typename ... on ${type.name} { ${asked.join(' ')} } }`
  for (const [index, step] of [...steps.entries()].reverse()) {
    const field = `${step.field.name}${await argumentsOf(`${step.type.name}.${step.field.name}`, step.answers.name)} ${text}`
    text = index === 0 ? `{ ${field} }` : `{ __typename ... on ${step.type.name} { ${field} } }`
  }
  return `${operation} ${text}`
}

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
type Shape = any

/** The object that a way led to in an answer: the first one of each list; undefined where it ended before. */
export const reachedBy = ({ steps }: Path, data: Shape): Shape => {
  let value = data
  for (const { field, answers } of steps) {
    const next = value?.[field.name]
    value = Array.isArray(next) ? next[0] : next
    if (value?.__typename !== answers.name) return undefined
  }
  return value ?? undefined
}

/** The object types behind an interface. */
export const implementersOf = (schema: GraphQLSchema, name: string): string[] => {
  const type = schema.getType(name)
  return isInterfaceType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : []
}
