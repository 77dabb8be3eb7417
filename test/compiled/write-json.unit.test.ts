import {
  execute,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { jsonOf, writingPlainTypes } from '../../src/compiled/write-json.ts'

const required = (type: GraphQLOutputType) => new GraphQLNonNull(type as typeof GraphQLInt)
const list = (type: GraphQLOutputType) => new GraphQLList(type)
const shown = (name: string, type: GraphQLOutputType) => ({
  type,
  extensions: { pothosExposedField: name },
  resolve: (parent: Record<string, unknown>) => parent[name],
})

let written = 0
const Counted = new GraphQLScalarType({
  name: 'Counted',
  serialize: (value) => {
    written++
    return value
  },
})
const Any = new GraphQLScalarType({ name: 'JSON', serialize: (value) => value })
const Color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 'r' }, BLUE: { value: 'b' } } })
const Inner = new GraphQLObjectType({
  name: 'Inner',
  fields: { color: shown('color', Color), any: shown('any', Any), counted: shown('counted', Counted) },
})
const Point = new GraphQLObjectType({
  name: 'Point',
  fields: {
    text: shown('text', required(GraphQLString)),
    // Shows a property of another name.
    number: shown('float', GraphQLFloat),
    int: shown('int', GraphQLInt),
    inner: shown('inner', Inner),
    list: shown('list', list(required(list(GraphQLInt)))),
  },
})
const Mixed: GraphQLObjectType = new GraphQLObjectType({
  name: 'Mixed',
  fields: () => ({
    // Like most fields that show a property it has no resolver.
    points: { type: required(list(required(Point))) },
    point: { type: Point, resolve: async ({ points }) => (points as unknown[])[0] },
    nothing: { type: Point, resolve: () => null },
    any: shown('any', Any),
    mixed: { type: list(Mixed), resolve: (parent) => [parent, null] },
    hidden: {
      type: new GraphQLObjectType({
        name: 'Hidden',
        fields: {
          text: {
            ...shown('text', GraphQLString),
            extensions: { pothosExposedField: 'text', pothosOptions: { authScopes: { admin: true } } },
            resolve: () => 'asked',
          },
        },
      }),
      resolve: () => ({ text: 'not asked' }),
    },
  }),
})

let root: unknown
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { mixed: { type: Mixed, resolve: () => root } } }),
})
const writing = writingPlainTypes(schema)

const run = (asked: GraphQLSchema, query: string, variableValues = {}) =>
  execute({ schema: asked, document: parse(query), variableValues })

const point = (overrides = {}) => ({
  text: 'a "quoted"\n\u2028 text',
  float: 1e21,
  int: -0,
  inner: { color: 'b', any: { '"': [1, null, { x: 'y' }] }, counted: 1 },
  list: [[1, null], []],
  ...overrides,
})

const everything = `query ($yes: Boolean = true, $no: Boolean = false) { mixed {
  __typename
  points { __typename a: text number ...more inner { color } inner { any } int @skip(if: $yes) list @include(if: $no) }
  point { text @include(if: $no) }
  nothing { text }
  any
  hidden { text }
  mixed { again: points { number } }
} }
fragment more on Point { int inner { ... on Inner { any } } list }`

describe('values written from their properties', () => {
  test.each([{}, { yes: false, no: true }])('are those of an execution, with %j', async (variables) => {
    root = {
      points: [point(), point({ float: null, inner: null, list: null }), point({ float: 0.1 })],
      any: ['x', { y: null }],
    }
    const { data } = await run(schema, everything, variables)
    const answer = await run(writing, everything, variables)
    expect(answer.errors).toBeUndefined()
    expect(jsonOf(answer.data)).toBe(JSON.stringify(data))
  })

  test('are not more than what is selected', async () => {
    root = { points: [point()] }
    written = 0
    await run(writing, '{ mixed { points { text inner { color } } } }')
    expect(written).toBe(0)
  })

  test.each([
    ['null where it may not be', { text: null }],
    ['a number that is no Int', { int: 2 ** 31 }],
    ['a number that is none', { float: Number.NaN }],
    ['an unknown color', { inner: { color: 'green' } }],
    ['something that is no list', { list: { length: 0 } }],
    ['an error', { inner: new Error('no value') }],
  ])('are refused as in an execution: %s', async (_, overrides) => {
    root = { points: [point(overrides)] }
    const query = '{ mixed { points { text number int list inner { color } } } }'
    for (const either of [schema, writing]) expect((await run(either, query)).errors).toHaveLength(1)
  })

  test('are left to the execution where they are still to come', async () => {
    root = { points: [point({ inner: Promise.resolve({ color: 'r' }) })] }
    expect((await run(writing, '{ mixed { points { inner { color } } } }')).errors).toHaveLength(1)
  })
})
