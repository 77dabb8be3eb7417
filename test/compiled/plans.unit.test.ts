import fc from 'fast-check'
import { getVariableValues, Kind, type OperationDefinitionNode, parse, print, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import { companyStatement } from '../../src/compiled/company-statement.ts'
import { createPlans } from '../../src/compiled/plans.ts'
import { globalId } from '../../src/resolvers/global-id.ts'
import { pageCursorCodec } from '../../src/resolvers/page-cursor.ts'
import type { Scopes } from '../../src/schema/forbidden.ts'
import { buildSchema } from '../../src/schema/schema.ts'
import { operationsOf } from '../support/http/document-generator.ts'
import { cases } from '../support/lib/cases.ts'

const schema = buildSchema()
const codec = pageCursorCodec('an epoch')
const everyone: Scopes = { operator: false, admin: false }
const operator: Scopes = { operator: true, admin: false }
const id = globalId('Channel', 7n)

const bind = (plans: ReturnType<typeof createPlans>, query: string, scopes = everyone, variables: object = {}) => {
  const document = parse(query)
  if (validate(schema, document).length > 0) return null
  const operation = document.definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode
  const { coerced } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables as Record<string, unknown>,
  )
  if (!coerced) return null
  const plan = plans.bind(document, operation, scopes, { variables: coerced, codec, now: 1_000 })
  return plan.way === 'compiled' ? plan : null
}

const isCompiled = (query: string, scopes?: Scopes, variables?: object) =>
  bind(createPlans(schema), query, scopes, variables) !== null

describe('an operation is compiled', () => {
  test.each([
    ['a channel', '{ channel(slug: "a") { slug } }'],
    ['with fragments and names', `{ node(id: "${id}") { id ...F } } fragment F on Channel { x: slug ... { bio } }`],
    ['a page', '{ channels(first: 3) { edges { cursor node { id } } pageInfo { endCursor } } }'],
    ['with JSON', '{ statusEvents { nodes { data } } }'],
    ['with other lists beside it', '{ streamers { nodes { name } } channel(slug: "a") { slug } }'],
    ['with what another store holds', '{ me { role } channel(slug: "a") { chatTotals { messages } } }'],
  ])('%s', (_, query) => expect(isCompiled(query, operator)).toBe(true))

  test('and what it leaves is a document about the rows that are found', () => {
    const query = `query Q($slug: String!, $no: Boolean!) { channel(slug: $slug) { slug id
      trust: trustScore { score } ...F now: currentSession { peakViewers @skip(if: $no) hoursWatched } } }
      fragment F on Channel { trust: trustScore { algorithm } follows(range: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }) { total } }`
    const { delegated } = bind(createPlans(schema), query, everyone, { slug: 'a', no: true })!
    const [operation, ...fragments] = delegated!.document.definitions.map((node) => print(node).replaceAll(/\s+/g, ' '))
    expect(operation).toBe(
      'query Q($slug: String!, $no: Boolean!) { delegated0: Channel { trust: trustScore { score } trust: trustScore { algorithm } } ' +
        'delegated1: Channel { follows(range: {from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z"}) { total } } ' +
        'delegated2: StreamSession { hoursWatched } }',
    )
    expect(fragments).toEqual([expect.stringContaining('fragment F on Channel')])
    expect(bind(createPlans(schema), '{ channel(slug: "a") { slug } }')!.delegated).toBeNull()
  })
})

describe('an operation is executed', () => {
  test.each([
    ['that needs no store', '{ __typename me { role } }'],
    ['of which no part is one statement', '{ me { role } streamers { nodes { name } } }'],
    ['in an order of the other side', '{ channels(orderBy: TRUST_SCORE_DESC) { nodes { id } } }'],
    ['with a wrong argument', '{ channel(slug: "not a slug") { slug } }'],
    ['with a foreign cursor', '{ channels(after: "abc") { nodes { id } } }'],
    ['with a key that Postgres would cut', `{ channel(slug: "a") { ${'x'.repeat(64)}: slug } }`],
    ['that is a mutation', 'mutation { setMonitoring(channel: "1", active: true) { __typename } }'],
    ['about the schema', '{ __schema { description } channel(slug: "a") { slug } }'],
  ])('%s', (_, query) => expect(isCompiled(query, operator)).toBe(false))

  test('where it asks for what the caller may not see, and only then', () => {
    const query = `query ($more: Boolean!) { channel(slug: "a") { slug monitoring @include(if: $more) { active } } }`
    const plans = createPlans(schema)
    const document = parse(query)
    const operation = document.definitions[0] as OperationDefinitionNode
    const statementFor = (scopes: Scopes, more: boolean) => {
      const plan = plans.bind(document, operation, scopes, { variables: { more }, codec, now: 0 })
      return plan.way === 'compiled' ? plan.statement.text : plan.reason
    }
    // In this order each could be answered with what was remembered for the one before.
    expect(statementFor(operator, true)).toContain('probe_schedule')
    expect(statementFor(everyone, true)).toBe('role')
    expect(statementFor(everyone, false)).not.toContain('probe_schedule')
    expect(statementFor(operator, true)).toContain('probe_schedule')
  })
})

test('a request with wrong arguments leaves nothing behind for the next one', () => {
  const query = `query ($slug: String, $first: Int, $by: ChannelOrder) {
    channel(slug: $slug) { sessions(first: $first) { nodes { id } } } channels(orderBy: $by) { nodes { id } } }`
  const plans = createPlans(schema)
  const document = parse(query)
  const operation = document.definitions[0] as OperationDefinitionNode
  const values = (variables: Record<string, unknown>) => {
    const plan = plans.bind(document, operation, everyone, { variables, codec, now: 0 })
    return plan.way === 'compiled' ? plan.values : undefined
  }
  expect(values({ slug: '?', first: 1 })).toBeUndefined()
  expect(values({ slug: 'a', first: -1 })).toBeUndefined()
  expect(values({ slug: 'a', first: 1, by: 'trust_score_desc' })).toBeUndefined()
  expect(values({ slug: 'a', first: 1, by: 'slug_asc' })).toEqual(['a', 'kick'])
  expect(values({ slug: 'b', first: 1 })).toEqual(['b', 'kick'])
})

test('arguments that the document says are the same for all requests, but cursors and times before now are not', () => {
  const plans = createPlans(schema)
  const after = codec.encode('channels by slug_asc', ['a', '1'])
  const document = parse(`{ channel(slug: "a", at: "now-1h") { sessions(first: 2) { nodes { id } } }
    channels(first: 3, after: "${after}", orderBy: SLUG_ASC) { nodes { slug } } }`)
  const valuesOf = (epoch: string, now: number) => {
    const request = { variables: {}, codec: pageCursorCodec(epoch), now }
    const plan = plans.bind(document, document.definitions[0] as OperationDefinitionNode, everyone, request)
    return plan.way === 'compiled' ? plan.values : plan.reason
  }
  const at = (now: number) => ['a', 'kick', new Date(now), 'a', '1']
  for (const hours of [1, 2, 3]) expect(valuesOf('an epoch', hours * 3_600_000)).toEqual(at((hours - 1) * 3_600_000))
  expect(valuesOf('another epoch', 0)).toBe('input')
  expect(valuesOf('an epoch', 7_200_000)).toEqual(at(3_600_000))
})

const values = {
  id: [id, globalId('StreamSession', 1n), globalId('Streamer', 1n), '7', 'nonsense'],
  ids: [id, globalId('Channel', 8n), globalId('StatusEvent', 1n)],
  slug: ['a', 'B', '?'],
  first: [0, 1, 100, 101, -1],
  last: [0, 1, 100, 101],
  after: [
    codec.encode('sessions by start', ['2026-01-01T00:00:00.000Z', '1']),
    codec.encode('channels by slug_asc', ['a', '1']),
    'x',
  ],
  before: [codec.encode('sessions by start', ['2026-01-01T00:00:00.000Z', '1'])],
  at: ['2026-01-01T00:00:00Z'],
  from: ['2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'],
  to: ['2026-02-01T00:00:00Z'],
}

test('whatever is asked for, looking for a statement never throws, and what is remembered is what would be written', () => {
  fc.assert(
    fc.property(operationsOf({ schema, values }), fc.boolean(), ({ query, variables }, mayMore) => {
      const scopes = mayMore ? operator : everyone
      const document = parse(query)
      if (validate(schema, document).length > 0) return
      const [operation] = document.definitions as OperationDefinitionNode[]
      const { coerced } = getVariableValues(schema, operation!.variableDefinitions ?? [], variables)
      if (!coerced) return
      const plans = createPlans(schema)
      const request = { variables: coerced, codec, now: 1_000 }
      const written = plans.bind(document, operation!, scopes, request)
      expect(plans.bind(document, operation!, scopes, request)).toEqual(written)
      if (written.way !== 'compiled') return
      const parameters = new Set(written.statement.text.match(/\$\d+/g))
      expect([...parameters].every((name) => Number(name.slice(1)) <= written.values.length)).toBe(true)
      // Each parameter says its type, so that requests can travel in company.
      if (parameters.size === 0) return
      for (const one of [written.statement, written.otherwise]) if (one) expect(companyStatement(one)).toBeDefined()
    }),
    { numRuns: cases(400), endOnFailure: true },
  )
})
