import fs from 'node:fs'
import { type GraphQLSchema, isObjectType } from 'graphql'
import type { Role } from '../../../src/access/identity.ts'

/** Roles from the one that may least to the one that may all. */
export const roles: readonly Role[] = ['PUBLIC', 'OPERATOR', 'ADMIN']

/** Whether a caller of one role may do what another is needed for. */
export const covers = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed)

/** Which role each field needs, by "Type.field". */
export type AccessMatrix = ReadonlyMap<string, Role>

/** A line of the matrix, as it is read and shown; `mark` is what the contract says in so many words. */
export const matrixLine = (field: string, needed: Role, mark = ''): string =>
  `| ${[field, ...roles.map((role) => (covers(role, needed) ? 'yes' : '–')), mark].join(' | ')} |`

/** Reads the committed matrix; a line of another form, a second one for a field and one that its mark contradicts are errors. */
export const readMatrix = (file: string): AccessMatrix => {
  const matrix = new Map<string, Role>()
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const [, field, mark = ''] = /^\| (\w+\.\w+) \|.*\| (\w*) \|$/.exec(line) ?? []
    if (field === undefined) continue
    const needed = roles.find((role) => matrixLine(field, role, mark) === line)
    if (!needed || matrix.has(field) || (mark !== '' && mark.toUpperCase() !== needed))
      throw new Error(`Not a line of the matrix: ${line}`)
    matrix.set(field, needed)
  }
  return matrix
}

/** The object types of a schema without those of introspection, and the names of their fields. */
export const objectTypes = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))

/** Every field of every object type, as "Type.field". */
export const allFields = (schema: GraphQLSchema): string[] =>
  objectTypes(schema).flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`))
