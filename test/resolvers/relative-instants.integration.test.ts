import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { day } from '../support/http/channels-api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi
let now = 0

beforeAll(async () => {
  database = await createTestDatabase()
  const seeding = seed(database.db)
  const [first, second] = [await seeding.channel({ slug: 'first' }), await seeding.channel({ slug: 'second' })]
  await seeding.slugPeriod(first, 'shared', day(1), day(10))
  await seeding.slugPeriod(second, 'shared', day(10), null)
  await seeding.event(first, day(3))
  await seeding.event(first, day(12))
  api = await startTestApi({ db: database.db, clock: () => now })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** The answers of both ways to a document, at an instant. */
const bothAt = async (instant: Date, document: string, variables?: object) => {
  now = instant.getTime()
  const compiled = await api.ask(document, variables)
  expect(await api.execute(document, variables)).toEqual(compiled)
  expect(compiled.errors).toBeUndefined()
  return compiled.data
}

test.each([
  ['in the document', '{ channel(slug: "shared", at: "now-1d") { slug } }', undefined],
  ['in a variable', 'query ($at: DateTime) { channel(slug: "shared", at: $at) { slug } }', { at: 'now-1d' }],
  [
    'as the default of a variable',
    'query ($at: DateTime = "now-1d") { channel(slug: "shared", at: $at) { slug } }',
    {},
  ],
])(
  'an instant told from now %s moves with the time, whichever way the document is answered',
  async (_, document, variables) => {
    expect(await bothAt(day(5), document, variables)).toEqual({ channel: { slug: 'first' } })
    expect(await bothAt(day(20), document, variables)).toEqual({ channel: { slug: 'second' } })
  },
)

test.each([
  ['in the document', '{ statusEvents(range: { from: "now-1d/d", to: "now/d" }) { nodes { occurredAt } } }', undefined],
  [
    'in a variable',
    'query ($range: TimeRange) { statusEvents(range: $range) { nodes { occurredAt } } }',
    { range: { from: 'now-1d/d', to: 'now/d' } },
  ],
])('so does a range %s', async (_, document, variables) => {
  const noonOf = (n: number) => new Date(day(n).getTime() + 43_200_000)
  const occurred = (...days: number[]) => ({
    statusEvents: { nodes: days.map((n) => ({ occurredAt: day(n).toISOString() })) },
  })
  expect(await bothAt(noonOf(4), document, variables)).toEqual(occurred(3))
  expect(await bothAt(noonOf(5), document, variables)).toEqual(occurred())
  expect(await bothAt(noonOf(13), document, variables)).toEqual(occurred(12))
})

test('what a range told from now costs is reckoned for each request', async () => {
  const document =
    '{ channel(slug: "first") { viewers(range: { from: "now/d", to: "now" }, bucket: MINUTE) { points { start } } } }'
  const costAt = async (instant: number) => {
    now = instant
    return (await api.ask(document)).extensions.cost.requested as number
  }
  const early = await costAt(day(5).getTime() + 60_000)
  const late = await costAt(day(5).getTime() + 6 * 3_600_000)
  expect(late).toBe(early + 2 * 359)
})
