import type { GraphQLObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/access/identity.ts'
import { buildSchema } from '../../src/schema/schema.ts'
import { type AccessFixture, startAccessFixture } from '../support/access/access-fixture.ts'
import { allFields, covers, matrixLine, objectTypes, readMatrix, roles } from '../support/access/access-matrix.ts'
import { type RoleAnswer, roleKeys, roleTransports } from '../support/access/role-transports.ts'
import { documentOf, implementersOf, type Path, reachedBy, waysTo } from '../support/http/schema-walk.ts'

const schema = buildSchema()
const matrix = readMatrix('test/golden/access-matrix.md')
const typeOf = (name: string) => schema.getType(name) as GraphQLObjectType
let fixture: AccessFixture

beforeAll(async () => {
  fixture = await startAccessFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const transports = roleTransports(() => fixture.api)

test('every field of the schema has a line in the matrix, and every line a field', () => {
  const fields = allFields(schema)
  const missing = fields.filter((field) => !matrix.has(field)).map((field) => matrixLine(field, 'ADMIN'))
  expect(missing, 'lines to add, with the roles that are meant').toEqual([])
  expect([...matrix.keys()].filter((field) => !fields.includes(field))).toEqual([])
})

test('no field is promised to a role that can not come to it', () => {
  const ways = waysTo(schema, matrix)
  const promised = [...matrix].filter(([field, needed]) => !covers(needed, ways.get(field.split('.')[0]!)!.needs))
  expect(promised).toEqual([])
})

test('a type that only admins come to says so itself, so that its next field is denied to the others by default', () => {
  const adminOnly = [...waysTo(schema, matrix)].filter(([, { needs }]) => needs === 'ADMIN').map(([name]) => name)
  const scopesOf = (name: string) =>
    (typeOf(name).extensions as { pothosOptions?: { authScopes?: object } }).pothosOptions?.authScopes
  expect(adminOnly).toContain('ApiKey')
  expect(adminOnly.filter((name) => JSON.stringify(scopesOf(name)) !== '{"admin":true}')).toEqual([])
})

/** What is wrong with what a role was shown of some fields of a type; empty when it is as the matrix says. */
const judge = (path: Path, fields: readonly string[], isAllowed: boolean, { data, errors }: RoleAnswer): string[] => {
  const parent = reachedBy(path, data)
  const codes = errors?.map(({ message, extensions }) => `${extensions.code}: ${message}`) ?? []
  return fields.flatMap((field) => {
    if (isAllowed)
      return codes.length === 0 && parent !== undefined && field in parent ? [] : [`${field} is not shown (${codes})`]
    const isShown = parent?.[field] != null
    return codes.some((code) => code.startsWith('FORBIDDEN')) && !isShown ? [] : [`${field} is not refused (${codes})`]
  })
}

/** Fields that are asked for in one operation, and whether the role may read them. */
type Question = { role: Role; fields: string[]; isAllowed: boolean }

/** What to ask as one role: the fields of a root one by one, and so each that is refused, which may take others with it. */
const questionsOf = (type: GraphQLObjectType, path: Path, role: Role): Question[] => {
  const [allowed, refused]: [string[], string[]] = [[], []]
  for (const field of Object.keys(type.getFields()))
    (covers(role, matrix.get(`${type.name}.${field}`)!) ? allowed : refused).push(field)
  const oneByOne = (fields: string[]) => fields.map((field) => [field])
  const shown = path.steps.length > 0 ? [allowed] : oneByOne(allowed)
  const denied = covers(role, path.needs) ? oneByOne(refused) : [refused]
  return [
    ...shown.map((fields) => ({ role, fields, isAllowed: true })),
    ...denied.map((fields) => ({ role, fields, isAllowed: false })),
  ].filter(({ fields }) => fields.length > 0)
}

describe.each(Object.entries(transports))('over %s', (transport, ask) => {
  const ways = waysTo(schema, matrix)
  const serves = ({ operation }: Path) => transport !== 'HTTP' || operation !== 'subscription'

  test.each(
    objectTypes(schema)
      .map(({ name }) => name)
      .filter((name) => serves(ways.get(name)!)),
  )('every field of %s is shown to the roles of the matrix and refused to the others', async (name) => {
    const type = typeOf(name)
    const path = ways.get(name)!
    const look = async ({ role, fields, isAllowed }: Question): Promise<string[]> => {
      const document = await documentOf(path, type, fields, fixture.argumentsOf)
      const isAwaited = ({ data }: RoleAnswer) =>
        path.operation !== 'subscription' || reachedBy(path, data) !== undefined
      const wrong = judge(path, fields, isAllowed, await ask(document, role, isAwaited))
      return wrong.map((what) => `${role}: ${what}`)
    }
    const questions = roles.flatMap((role) => questionsOf(type, path, role))
    const wrong: string[] = []
    // What changes something is prepared for one question at a time.
    if (path.operation === 'mutation') for (const question of questions) wrong.push(...(await look(question)))
    else wrong.push(...(await Promise.all(questions.map(look))).flat())
    expect(wrong).toEqual([])
  })

  test.each(implementersOf(schema, 'Node'))(
    'node and nodes find a %s for those only who may come to it otherwise',
    async (name) => {
      const id = fixture.ids[name as keyof typeof fixture.ids]
      for (const role of roles) {
        const document = `{ node(id: ${id}) { __typename id } nodes(ids: [${id}]) { __typename } }`
        const { data, errors } = await ask(document, role, () => true)
        const found = covers(role, ways.get(name)!.needs) ? name : undefined
        expect([role, errors, data.node?.__typename, data.nodes[0]?.__typename]).toEqual([
          role,
          undefined,
          found,
          found,
        ])
      }
    },
  )
})

test('over plain HTTP a subscription is no answer to any role', async () => {
  for (const { name } of Object.values(typeOf('Subscription').getFields()))
    for (const role of roles) {
      const response = await fetch(`${fixture.api.url}/graphql`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json',
          ...(roleKeys[role] && { Authorization: `Bearer ${roleKeys[role]}` }),
        },
        body: JSON.stringify({
          query: `subscription { ${name}${await fixture.argumentsOf(`Subscription.${name}`)} { __typename } }`,
        }),
      })
      expect([name, role, response.status]).toEqual([name, role, 406])
    }
})
