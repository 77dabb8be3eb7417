import fc from 'fast-check'
import { buildSchema as buildFromText, type OperationDefinitionNode, parse } from 'graphql'
import { describe, expect, test } from 'vitest'
import type { Caller } from '../../src/access/identity.ts'
import { everybody, type Role } from '../../src/access/identity.ts'
import { createCachedCost } from '../../src/guard/cached-cost.ts'
import { costOf as costOfOperation } from '../../src/guard/cost.ts'
import { createDocumentCache } from '../../src/guard/document-cache.ts'
import { createGuard } from '../../src/guard/guard.ts'
import { buildSchema } from '../../src/schema/schema.ts'

const anyone: Caller = { identity: everybody, address: '' }
const now = Date.parse('2026-11-22T12:34:56Z')
const guard = createGuard({ schema: buildSchema(), introspection: 'on', clock: () => now })

const costOf = (query: string, variables: Record<string, unknown> = {}): number => {
  const prepared = guard.prepare({ query, variables }, anyone)
  if ('errors' in prepared) throw prepared.errors[0]
  return prepared.cost.requested
}

describe('an operation costs', () => {
  test.each([
    ['one for each field', '{ me { role name } }', {}, 3],
    ['a list as often as first says', '{ channels(first: 7) { nodes { id } } }', {}, 1 + 7 * 2],
    ['a list as often as last says', '{ channels(last: 7) { nodes { id } } }', {}, 1 + 7 * 2],
    ['a list of unknown length as often as its default', '{ channels { nodes { id } } }', {}, 1 + 20 * 2],
    [
      'edges and nodes both',
      '{ channels(first: 2) { nodes { id } edges { cursor node { id } } } }',
      {},
      1 + 2 * 2 + 2 * 4,
    ],
    ['what is beside the list once', '{ channels(first: 50) { pageInfo { endCursor } } }', {}, 3],
    [
      'lists in lists by their product',
      '{ channels(first: 3) { nodes { sessions(first: 4) { nodes { id } } } } }',
      {},
      1 + 3 * (1 + 1 + 4 * 2),
    ],
    ['ids as often as there are', '{ nodes(ids: ["a", "b", "c"]) { id } }', {}, 6],
    ['what its variables say', 'query ($n: Int) { channels(first: $n) { nodes { id } } }', { n: 5 }, 11],
    ['what the defaults of its variables say', 'query ($n: Int = 4) { channels(first: $n) { nodes { id } } }', {}, 9],
    [
      'a fragment in every place',
      '{ channels(first: 2) { nodes { ...F } } channel(id: "1") { ...F } } fragment F on Channel { id slug }',
      {},
      1 + 2 * 3 + 3,
    ],
    ['nothing for introspection', '{ __typename __schema { types { name fields { name } } } }', {}, 0],
    ['no more than a list can hold', '{ channels(first: 1000000) { nodes { id } } }', {}, 201],
    ['nothing less for a negative length', '{ channels(first: -5) { nodes { id } } }', {}, 1],
  ])('%s', (_, query, variables, expected) => {
    expect(costOf(query, variables)).toBe(expected)
  })

  test('at least what any part of it costs', () => {
    const field = fc.constantFrom(
      'id',
      'slug',
      'slugHistory { slug }',
      'sessions(first: 3) { nodes { id title } }',
      'statusEvents { nodes { id } }',
    )
    fc.assert(
      fc.property(fc.uniqueArray(field, { minLength: 1 }), field, (fields, more) => {
        const query = (parts: string[]) => costOf(`{ channels(first: 10) { nodes { ${parts.join(' ')} } } }`)
        expect(query([...fields, more])).toBeGreaterThanOrEqual(query(fields))
      }),
    )
  })

  test('the same whether it was asked for before or not, whatever the variables', () => {
    const schema = buildSchema()
    const operations = [
      'query ($n: Int = 4, $m: Int) { channels(first: $n) { nodes { ...F } } } fragment F on Channel { sessions(first: $m) { nodes { id } } }',
      'query ($n: Int, $m: Int!) { channels(first: 5, last: $n) { nodes { trustScoreHistory(days: $m) { score } } } }',
      'query ($n: String, $m: Int) { channels(filter: { search: $n }) { nodes { chatDaily(days: $m) { day } } } }',
      'query ($n: Int) { broadcastChatters(session: "x", hours: $n) { chatters } }',
    ].map((text) => {
      const document = parse(text)
      return { document, operation: document.definitions[0] as OperationDefinitionNode }
    })
    const value = fc.option(fc.integer({ min: -3, max: 120 }), { nil: null })
    const asked = fc.record({
      at: fc.nat({ max: 3 }),
      variables: fc.record({ n: value, m: value }, { requiredKeys: [] }),
    })
    fc.assert(
      fc.property(fc.array(asked, { minLength: 1, maxLength: 60 }), (all) => {
        const remembering = createCachedCost(schema)
        for (const { at, variables } of all) {
          const { document, operation } = operations[at]!
          const expected = costOfOperation(schema, document, operation, variables, { now })
          expect(remembering(document, operation, variables, now)).toBe(expected)
        }
      }),
    )
  })

  test('and is known at once, however often fragments multiply it', () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(
      ' ',
    )
    const prepared = guard.prepare({ query: `{ ...F0 } ${doubling} fragment F40 on Query { me { role } }` }, anyone)
    expect('errors' in prepared && prepared.errors[0]?.extensions.code).toBe('COST_LIMIT_EXCEEDED')
  })
})

describe('a document', () => {
  test('of exactly the limits is let through', () => {
    const aliases = Array.from({ length: 30 }, (_, i) => `a${i}: __typename`).join(' ')
    expect(() => costOf(`{ ${aliases} }`)).not.toThrow()
    expect(() => costOf(`{ ${'__typename '.repeat(100)} }`)).not.toThrow()
    expect(() => costOf(`{ me ${'@include(if: true) '.repeat(1)} { role } }`)).not.toThrow()
    expect(() =>
      costOf(`{ channel(id: "1") { ${'currentSession { channel { '.repeat(5)} id ${'} }'.repeat(5)} } }`),
    ).not.toThrow()
    expect(() =>
      costOf(
        `{ channel(id: "1") { ${'currentSession { channel { '.repeat(5)} currentSession { id } ${'} }'.repeat(5)} } }`,
      ),
    ).toThrow('levels')
  })

  test('may be the introspection of a tool', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    expect(
      costOf(
        getIntrospectionQuery({
          inputValueDeprecation: true,
          specifiedByUrl: true,
          directiveIsRepeatable: true,
          schemaDescription: true,
        }),
      ),
    ).toBe(0)
  })

  test.each([
    ['an unknown field', '{ chanels { nodes { id } } }', {}],
    ['an unknown argument', '{ channels(frist: 1) { nodes { id } } }', {}],
    ['an unknown value', '{ channels(orderBy: FOLLOWERS_DES) { nodes { id } } }', {}],
    [
      'an unknown value of a variable',
      'query ($o: ChannelOrder) { channels(orderBy: $o) { nodes { id } } }',
      { o: 'FOLLOWERS_DES' },
    ],
    [
      'an unknown field of a variable',
      'query ($f: ChannelFilter) { channels(filter: $f) { nodes { id } } }',
      { f: { serch: 'x' } },
    ],
  ])('with %s is not told what the schema has instead', (_, query, variables) => {
    const prepared = guard.prepare({ query, variables }, anyone)
    const messages = 'errors' in prepared ? prepared.errors.map(({ message }) => message) : []
    expect(messages).toHaveLength(1)
    expect(messages[0]).not.toMatch(/Did you mean|"channels"|"first"|FOLLOWERS_DESC|"search"/)
  })

  test.each([
    ['comments', '# a\n#b\r\n\t, \uFEFF#'],
    ['nothing', ''],
    ['a fragment of a comment', '#'],
  ])('of %s only is a request without one', (_, query) => {
    const prepared = guard.prepare({ query }, anyone)
    expect('errors' in prepared && prepared.errors[0]!.extensions).toEqual({
      code: 'GRAPHQL_PARSE_FAILED',
      http: { status: 400 },
    })
  })

  test('has names of a bounded length, since answers repeat them', () => {
    const named = (length: number) => guard.prepare({ query: `{ ${'a'.repeat(length)}: __typename }` }, anyone)
    expect('document' in named(100)).toBe(true)
    const refused = named(101)
    expect('errors' in refused && refused.errors[0]!.message).toContain('characters in one name: at most 100')
  })

  test('is refused where its fragments, written out, are too many fields, whatever these cost', () => {
    const doubling = (on: string, times: number, end: string) => {
      const chain = Array.from({ length: times }, (_, i) => `fragment F${i} on ${on} { ...F${i + 1} ...F${i + 1} }`)
      return `${chain.join(' ')} fragment F${times} on ${on} { ${end} }`
    }
    const asked = (query: string) => guard.prepare({ query }, anyone)
    const tooMany = [
      `{ ...F0 } ${doubling('Query', 60, '__typename')}`,
      `subscription { ...F0 } ${doubling('Subscription', 12, 'channelStatus { __typename }')}`,
      `{ channels { nodes { ...F0 } } } ${doubling('Channel', 40, '__typename')}`,
    ]
    for (const query of tooMany) {
      const refused = asked(query)
      expect('errors' in refused && refused.errors[0]!.message).toContain('fragments written out: at most 2000')
    }
    expect('document' in asked(`{ ...F0 } ${doubling('Query', 8, '__typename')}`)).toBe(true)
  })

  test('is parsed and validated once', () => {
    const query = '{ me { role name __typename } }'
    const first = guard.prepare({ query }, anyone)
    const second = guard.prepare({ query }, anyone)
    expect('document' in first && 'document' in second && first.document === second.document).toBe(true)
  })
})

test('nothing a caller sends as a document throws', () => {
  const tokens = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ':',
    '!',
    '$',
    '@',
    '...',
    'a',
    'me',
    'channels',
    'query',
    'mutation',
    'fragment',
    'on',
    'Channel',
    '"x"',
    '"""',
    '1',
    '-',
    '1e9',
    '#',
    '\n',
    '&',
    '|',
    '=',
    '\0',
    '\ud800',
  )
  fc.assert(
    fc.property(fc.array(tokens, { maxLength: 40 }), (parts) => {
      const prepared = guard.prepare({ query: parts.join(' ') }, anyone)
      if ('errors' in prepared)
        for (const { extensions } of prepared.errors) expect(extensions.code).toBeTypeOf('string')
    }),
    { numRuns: 500 },
  )
})

describe('the cache of documents', () => {
  test('forgets the least recently used first, by number and by length', () => {
    const derived: string[] = []
    const derive = (text: string) => derived.push(text)
    const byNumber = createDocumentCache<number>(2, 1_000)
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) byNumber.get(text, derive)
    expect(derived).toEqual(['a', 'b', 'c', 'b'])
    const byLength = createDocumentCache<number>(100, 10)
    for (const text of ['xxxx', 'yyyy', 'zzzz', 'yyyy']) byLength.get(text, derive)
    expect(byLength.size).toBe(2)
  })

  test('never holds more than it may', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 })), (texts) => {
        const cache = createDocumentCache<string>(5, 50)
        for (const text of texts) expect(cache.get(text, (one) => `of ${one}`)).toBe(`of ${text}`)
        expect(cache.size).toBeLessThanOrEqual(5)
      }),
    )
  })
})

test('a document that asks for a schema is refused to whoever may not see it, with the same words for every schema', () => {
  const closed = createGuard({
    schema: buildFromText('type Query { a: Int }'),
    introspection: 'admin',
    clock: () => now,
  })
  const asked = (role: Role, query: string) =>
    closed.prepare({ query }, { identity: { ...everybody, role }, address: '' })
  expect('errors' in asked('OPERATOR', '{ __type(name: "Query") { name } }')).toBe(true)
  expect('errors' in asked('ADMIN', '{ __type(name: "Query") { name } }')).toBe(false)
  expect('errors' in asked('OPERATOR', '{ ...F } fragment F on Query { __schema { queryType { name } } }')).toBe(true)
  expect('errors' in asked('PUBLIC', '{ a __typename }')).toBe(false)
})
