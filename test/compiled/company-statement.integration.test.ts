import fc from 'fast-check'
import { getVariableValues, Kind, type OperationDefinitionNode, parse, validate } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { companyStatement, valueText } from '../../src/compiled/company-statement.ts'
import { type Answer, type BoundPlan, createPlans } from '../../src/compiled/plans.ts'
import { globalId } from '../../src/resolvers/global-id.ts'
import { createPageCursors, type PageCursorCodec } from '../../src/resolvers/page-cursor.ts'
import { buildSchema } from '../../src/schema/schema.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { type HardRows, hardRows } from '../support/http/compiled-seed.ts'
import { operationsOf } from '../support/http/document-generator.ts'
import { generatorOptions, plausible } from '../support/http/generator-options.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'

const schema = buildSchema()
const plans = createPlans(schema)
let database: TestDatabase
let dm: Postgres
let rows: HardRows
let codec: PageCursorCodec

beforeAll(async () => {
  database = await createTestDatabase()
  dm = sidesOf(database.db).dm
  rows = await hardRows(database.db)
  codec = await createPageCursors(dm).known()
})
afterAll(() => database[Symbol.asyncDispose]())

const planOf = (query: string, variables: Record<string, unknown>): BoundPlan | undefined => {
  const document = parse(query)
  if (validate(schema, document).length > 0) return undefined
  const operation = document.definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
  const request = { variables: coerced!, codec, now: 1_000 }
  const plan = coerced && plans.bind(document, operation, { operator: true, admin: true }, request)
  return plan?.way === 'compiled' ? plan : undefined
}

/** Asks for each alone and for all in company, at one time of the database; the first of two statements answers the same, or has no row. */
const compare = (asked: readonly BoundPlan[]): Promise<void> =>
  dm.transaction(async (tx) => {
    const [{ statement: first, otherwise }] = asked as [BoundPlan]
    const whole = otherwise ?? first
    const texts = asked.map(({ values }) => values.map(valueText))
    const lists = texts[0]!.map((_, i) => texts.map((one) => one[i]))
    const alone: Answer[] = []
    for (const { values } of asked) alone.push(...(await tx.query(whole, values)))
    const expected = alone.map((row, i) => ({ place: i + 1, ...row }))
    const found = await tx.query(companyStatement(whole)!, lists)
    expect(found.toSorted((a, b) => a.place - b.place)).toEqual(expected)
    if (!otherwise) return
    const foundFirst: (Answer & { place: number })[] = []
    for (const [i, { values }] of asked.entries())
      for (const row of await tx.query(first, values)) foundFirst.push({ place: i + 1, ...row })
    for (const row of foundFirst) expect(row).toEqual(expected[row.place - 1])
    const usually = await tx.query(companyStatement(first)!, lists)
    expect(usually.toSorted((a, b) => a.place - b.place)).toEqual(foundFirst)
  })

test('whatever is asked for, each request in company is answered as it is alone', async () => {
  const options = await generatorOptions(database.db, rows)
  const operations = fc.oneof(operationsOf(options), operationsOf({ ...options, values: plausible(options) }))
  let compared = 0
  await fc.assert(
    fc.asyncProperty(operations, async ({ query, variables }) => {
      const plan = planOf(query, variables)
      if (!plan || plan.values.length === 0) return
      await compare([plan, plan, plan])
      compared++
    }),
    { numRuns: 600, endOnFailure: true },
  )
  expect(compared).toBeGreaterThan(20)
})

const fields =
  'id slug redirectedFrom displayName bio sessions(first: 2) { nodes { title startedAt } pageInfo { endCursor hasNextPage } totalCount }'

test.each([
  [
    'channels by slug',
    `query ($slug: String!) { channel(slug: $slug) { ${fields} slugHistory { slug } } }`,
    () => ['slug-0', 'SLUG-1', 'old-3-2', 'shared', 'nobody', 'slug-6'].map((slug) => ({ slug })),
  ],
  [
    'nodes by lists of ids',
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Channel { slug } } }',
    () =>
      [[], [rows.channels[0]!], [rows.channels[1]!, 7n, rows.channels[2]!], rows.channels.slice(0, 9)].map((ids) => ({
        ids: ids.map((id) => globalId('Channel', id)),
      })),
  ],
  [
    'pages behind cursors',
    `query ($after: String) { channels(first: 3, after: $after, orderBy: SLUG_ASC) { nodes { ${fields} } pageInfo { endCursor } } }`,
    () => ['slug-1', 'slug-17', 'zz'].map((slug) => ({ after: codec.encode('channels by slug_asc', [slug, '1']) })),
  ],
  [
    'searches',
    `query ($search: String) { channels(first: 3, filter: { search: $search }) { nodes { ${fields} } totalCount } }`,
    () => ['slug', 'PLAIN', '%', '\\', 'ünï', '"', '{}'].map((search) => ({ search })),
  ],
])('%s of different values are not mixed up', async (_, query, variables) => {
  const asked = variables().map((one) => planOf(query, one)!)
  const groups = Map.groupBy(asked, ({ statement }) => statement.text)
  expect(Math.max(...Array.from(groups.values(), (group) => group.length))).toBeGreaterThan(2)
  for (const group of groups.values()) await compare(group)
})
