import fs from 'node:fs'
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  parseValue,
  print,
} from 'graphql'
import type { Role } from '../../../src/access/identity.ts'
import { covers, objectTypes, roles } from './access-matrix.ts'

/** What a line of the matrix of arguments says: the role that is needed, and the fields whose values are told by asking so. */
export type AskedWith = { needs: Role; tellsOf: string[] }

/** Reads the matrix of arguments; a line of another form and a second one for the same are errors. */
export const readAskedWith = (file: string): Map<string, AskedWith> => {
  const found = new Map<string, AskedWith>()
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const [, name, tells = ''] = /^\| (\w+\.\w+(?:\(\w+\))?) \|.*\| ([\w., ]*) \|$/.exec(line) ?? []
    if (name === undefined) continue
    const needs = roles.find((role) => askedLine(name, role, tells) === line)
    if (!needs || found.has(name)) throw new Error(`Not a line of the matrix: ${line}`)
    found.set(name, { needs, tellsOf: tells === '' ? [] : tells.split(', ') })
  }
  return found
}

/** A line of the matrix of arguments. */
export const askedLine = (name: string, needs: Role, tells = ''): string =>
  `| ${[name, ...roles.map((role) => (covers(role, needs) ? 'yes' : '–')), tells].join(' | ')} |`

/** One thing to ask with: its name, and the argument by which a field takes it. */
export type Taken = { name: string; field: string; argument: GraphQLArgument }

const partsOf = (type: GraphQLInputType): string[] => {
  const named = getNamedType(type)
  if (isEnumType(named)) return named.getValues().map((value) => `${named.name}.${value.name}`)
  if (!isInputObjectType(named)) return []
  return Object.values(named.getFields()).flatMap((field) => [`${named.name}.${field.name}`, ...partsOf(field.type)])
}

/** Everything that any field can be asked with, as often as a field takes it. */
export const everythingTaken = (schema: GraphQLSchema): Taken[] =>
  objectTypes(schema).flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((argument) =>
        [`${type.name}.${field.name}(${argument.name})`, ...partsOf(argument.type)].map((name) => ({
          name,
          field: `${type.name}.${field.name}`,
          argument,
        })),
      ),
    ),
  )

/** The names of all that can be asked with, each once. */
export const allAsked = (schema: GraphQLSchema): string[] =>
  [...new Set(everythingTaken(schema).map(({ name }) => name))].sort((a, b) => (a < b ? -1 : 1))

const scalars: Record<string, string> = {
  Boolean: 'true',
  Int: '1',
  Float: '1',
  String: '"x"',
  ID: '"1"',
  BigInt: '"1"',
  JSON: '{}',
  TimeZone: '"UTC"',
  DateTime: '"2026-11-01T00:00:00Z"',
}

/** A value of an input type that names `wanted`, where the type has it. */
const exampleOf = (type: GraphQLInputType, wanted: string): string => {
  if (isNonNullType(type)) return exampleOf(type.ofType, wanted)
  if (isListType(type)) return `[${exampleOf(type.ofType, wanted)}]`
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => name)
    return names.find((name) => `${type.name}.${name}` === wanted) ?? names[0]!
  }
  if (!isInputObjectType(type)) return scalars[type.name]!
  const fields = Object.values(type.getFields()).filter(
    (field) =>
      isNonNullType(field.type) || `${type.name}.${field.name}` === wanted || partsOf(field.type).includes(wanted),
  )
  return `{ ${fields.map((field) => `${field.name}: ${exampleOf(field.type, wanted)}`).join(', ')} }`
}

/** Arguments in parentheses, with one of them replaced or added so that it names what is asked with. */
export const askingWith = (given: string, { name, argument }: Taken): string => {
  const definition = parse(`{ f${given} }`).definitions[0]!
  if (definition.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation')
  const [field] = definition.selectionSet.selections
  if (field?.kind !== Kind.FIELD) throw new Error('no field')
  const others = (field.arguments ?? []).filter((one) => one.name.value !== argument.name)
  const value = print(parseValue(exampleOf(argument.type, name)))
  return `(${[...others.map(print), `${argument.name}: ${value}`].join(', ')})`
}
