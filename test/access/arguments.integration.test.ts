import type { GraphQLObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/schema.ts'
import {
  allAsked,
  askedLine,
  askingWith,
  everythingTaken,
  readAskedWith,
  type Taken,
} from '../support/access/access-arguments.ts'
import { type AccessFixture, startAccessFixture } from '../support/access/access-fixture.ts'
import { covers, readMatrix, roles } from '../support/access/access-matrix.ts'
import { roleTransports } from '../support/access/role-transports.ts'
import { documentOf, reachedBy, waysTo } from '../support/http/schema-walk.ts'

const schema = buildSchema()
const matrix = readMatrix('test/golden/access-matrix.md')
const askedWith = readAskedWith('test/golden/access-arguments.md')
const ways = waysTo(schema, matrix)
let fixture: AccessFixture
const transports = roleTransports(() => fixture.api)

beforeAll(async () => {
  fixture = await startAccessFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const roleOfField = (field: string) => {
  const way = ways.get(field.split('.')[0]!)!.needs
  return covers(way, matrix.get(field)!) ? way : matrix.get(field)!
}

/** Asks a field with one thing as a role; the messages of FORBIDDEN, and of every error. */
const ask = async (transport: keyof typeof transports, taken: Taken, role: (typeof roles)[number]) => {
  const [typeName, fieldName] = taken.field.split('.') as [string, string]
  const path = ways.get(typeName)!
  const type = schema.getType(typeName) as GraphQLObjectType
  const argumentsOf: typeof fixture.argumentsOf = async (field, answers) => {
    const given = await fixture.argumentsOf(field, answers)
    return field === taken.field ? askingWith(given, taken) : given
  }
  const document = await documentOf(path, type, [fieldName], argumentsOf)
  const isAwaited = (data: unknown) => path.operation !== 'subscription' || reachedBy(path, data) !== undefined
  const { errors = [] } = await transports[transport](document, role, ({ data }) => isAwaited(data))
  const told = errors.map(({ message, extensions }) => `${extensions.code}: ${message}`)
  return { forbidden: told.filter((one) => one.startsWith('FORBIDDEN')), told }
}

test('all that can be asked with has a line, and every line is of something', () => {
  const all = allAsked(schema)
  const missing = all.filter((name) => !askedWith.has(name)).map((name) => askedLine(name, 'ADMIN'))
  expect(missing, 'lines to add, with the roles that are meant and the fields that they tell of').toEqual([])
  expect([...askedWith.keys()].filter((name) => !all.includes(name))).toEqual([])
})

test('what tells of a field needs the role of that field, and an argument that of the field that takes it', () => {
  const wrong = [...askedWith].flatMap(([name, { needs, tellsOf }]) => {
    const taking = /^(\w+\.\w+)\(/.exec(name)?.[1]
    const fields = taking === undefined ? tellsOf : [...tellsOf, taking]
    return fields
      .filter((field) => !matrix.has(field) || !covers(needs, roleOfField(field)))
      .map((field) => `${name} tells of ${field}`)
  })
  expect(wrong).toEqual([])
})

/** What needs more than the field that takes it. What has no line is reported above. */
const isGuarded = ({ name, field }: Taken): boolean => {
  const line = askedWith.get(name)
  return line !== undefined && !covers(roleOfField(field), line.needs)
}
const guarded = everythingTaken(schema).filter(isGuarded)

test('there are filters that the public may not ask with', () => {
  expect([...new Set(guarded.map(({ name }) => name))]).toEqual([
    'ChannelFilter.active',
    'ChannelFilter.claimed',
    'ChannelFilter.trackedSince',
    'SessionFilter.claimed',
  ])
})

describe.each(Object.keys(transports) as (keyof typeof transports)[])('over %s', (transport) => {
  test.each(guarded.map((taken) => [`${taken.name} of ${taken.field}`, taken] as const))(
    '%s is refused by name to the roles that may not ask with it, and to nobody else',
    async (_, taken) => {
      for (const role of roles.filter((one) => covers(one, roleOfField(taken.field)))) {
        const refusal = [
          `FORBIDDEN: ${taken.name} needs role ${askedWith.get(taken.name)!.needs} and you are ${role}: send a key of that role as "Authorization: Bearer <key>".`,
        ]
        const isAllowed = covers(role, askedWith.get(taken.name)!.needs)
        expect([role, (await ask(transport, taken, role)).told]).toEqual([role, isAllowed ? [] : refusal])
      }
    },
  )
})

test('all else is refused to no role that may read the field', async () => {
  const harmless = everythingTaken(schema).filter(
    (taken) => !isGuarded(taken) && !/^(Mutation|Subscription)\./.test(taken.field),
  )
  const asked = harmless.flatMap((taken) =>
    roles.filter((role) => covers(role, roleOfField(taken.field))).map((role) => [taken, role] as const),
  )
  const wrong: string[] = []
  for (const [taken, role] of asked)
    for (const message of (await ask('HTTP', taken, role)).forbidden)
      wrong.push(`${role} by ${taken.name} of ${taken.field}: ${message}`)
  expect(wrong).toEqual([])
})

describe('a filter that tells what only operators may read', () => {
  const forbidden = (name: string) => [
    expect.objectContaining({
      extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
      message: expect.stringContaining(name),
    }),
  ]

  test.each([
    ['claimed', '{ channels(filter: { claimed: true }) { nodes { id } } }', {}],
    ['active', '{ channels(filter: { active: false }) { nodes { id } } }', {}],
    [
      'claimed',
      '{ channels(filter: { claimed: false, status: ONLINE }, orderBy: TRUST_SCORE_DESC) { nodes { id } } }',
      {},
    ],
    ['active', 'query ($f: ChannelFilter) { channels(filter: $f) { nodes { id } } }', { f: { active: true } }],
    ['claimed', 'query ($c: Boolean) { channels(filter: { claimed: $c }) { pageInfo { hasNextPage } } }', { c: true }],
    ['active', 'query ($a: Boolean = true) { channels(filter: { active: $a }) { __typename } }', {}],
    [
      'claimed',
      '{ ...On } fragment On on Query { x: channels(first: 1, filter: { claimed: true }) { edges { cursor } } }',
      {},
    ],
  ])('is refused by %s in %s', async (name, query, variables) => {
    for (const ask of [fixture.api.ask, fixture.api.execute]) {
      const { data, errors } = await ask(query, variables)
      expect([data, errors]).toEqual([null, forbidden(name)])
    }
  })

  test('is asked by nobody who leaves it open, and is answered to operators the same in both ways', async () => {
    const query = 'query ($f: ChannelFilter) { channels(filter: $f) { nodes { id } } }'
    for (const f of [undefined, null, {}, { active: null, claimed: null }, { status: 'ONLINE' }])
      for (const ask of [fixture.api.ask, fixture.api.execute]) expect((await ask(query, { f })).errors).toBeUndefined()
    const key = 'canary-of-the-operator-key'
    for (const f of [{ claimed: true }, { active: true }, { claimed: false, active: false }])
      expect((await fixture.api.ask(query, { f }, key)).data).toEqual(
        (await fixture.api.execute(query, { f }, key)).data,
      )
  })
})
