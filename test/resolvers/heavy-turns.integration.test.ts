import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withHeavyTurns } from '../../src/resolvers/heavy-turns.ts'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { eventually } from '../support/lib/eventually.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const now = Date.UTC(2026, 1, 5)
let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi

/** What the store was asked and what it has answered, in this order. */
const told: string[] = []
/** Called before a query is handed on; the query waits for it. */
let before: (name: string) => Promise<void> | void = () => undefined

const recorded = (store: ClickHouse): ClickHouse => ({
  ...store,
  query: async (query, parameters, options) => {
    told.push(`asks ${query.name}`)
    await before(query.name)
    try {
      return await store.query(query, parameters, options)
    } finally {
      told.push(`has ${query.name}`)
    }
  },
})

beforeAll(async () => {
  database = await createTestDatabase()
  // One query more than two operations and another caller need would be refused.
  history = await openTestClickHouse({ queryPools: { heavy: { slots: 1, maxQueued: 2 } } })
  api = await startTestApi({
    db: database.db,
    clock: () => now,
    services: {
      history: { store: recorded(history.store), env: 'test', completeThrough: () => new Date(now), lost: () => [] },
    },
  })
  await api.services.cursors.known()
})
beforeEach(() => {
  told.length = 0
  before = () => undefined
})
afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await history?.[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const rankings = (by: string, day: number) =>
  `rankings(by: ${by}, range: { from: "now-${day}d", to: "now" }, first: 0) { total }`
const thirty = (by: string) => `{ ${Array.from({ length: 30 }, (_, i) => `a${i}: ${rankings(by, i + 1)}`).join(' ')} }`

const heavyOne = namedQuery({ name: 'heavy_one', pool: 'heavy', sql: 'SELECT 1 AS one', row: { one: number } })
const chosenOne = namedQuery({ name: 'chosen_one', sql: 'SELECT 1 AS one', row: { one: number } })
const lightOne = namedQuery({ name: 'light_one', sql: 'SELECT 1 AS one', row: { one: number } })

test('operations of thirty heavy queries leave another caller waiting for at most two of them, and refuse nobody', async () => {
  const otherAsks = Promise.withResolvers<void>()
  before = (name) => {
    if (name === 'ranking_hours_watched') otherAsks.resolve()
    // Both operations have begun, and are held only until the other caller comes.
    return otherAsks.promise
  }
  const many = [api.ask(thirty('AVERAGE_VIEWERS')), api.ask(thirty('PEAK_VIEWERS'))]
  await eventually('both operations ask', () => told.length >= 2)
  const other = api.ask(`{ ${rankings('HOURS_WATCHED', 1)} }`)
  const answers = await Promise.all([...many, other])
  expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined])
  expect(told.filter((what) => what.startsWith('has'))).toHaveLength(61)
  const waitedFor = told.slice(0, told.indexOf('has ranking_hours_watched')).filter((what) => what.startsWith('has'))
  expect(waitedFor.length).toBeLessThanOrEqual(2)
})

test('who comes when the queue is full is told that the history is busy, and later is answered', async () => {
  // A stream keeps its slot until it is read.
  const running = await history.store.stream(heavyOne, {}, 'JSONEachRow')
  const queued = [1, 2].map(() => history.store.query(heavyOne, {}))
  const refused = await api.ask(`{ ${rankings('HOURS_WATCHED', 1)} }`)
  expect(refused.errors).toMatchObject([
    {
      message: 'The viewer history is busy with other questions now; everything else works, try again in a moment.',
      extensions: { code: 'UNAVAILABLE' },
    },
  ])
  running.resume()
  await Promise.all(queued)
  expect((await api.ask(`{ ${rankings('HOURS_WATCHED', 1)} }`)).errors).toBeUndefined()
})

test('a light query waits for no heavy one of its operation; a query is heavy also where only its caller says so', async () => {
  const lightHas = Promise.withResolvers<void>()
  before = (name) => (name === 'heavy_one' ? lightHas.promise : undefined)
  const store = withHeavyTurns(recorded(history.store))
  const heavy = [store.query(heavyOne, {}), store.query(chosenOne, {}, { pool: 'heavy' })]
  expect(await store.query(lightOne, {})).toEqual([{ one: 1 }])
  expect(told.filter((what) => !what.startsWith('asks heavy'))).toEqual(['asks light_one', 'has light_one'])
  lightHas.resolve()
  expect(await Promise.all(heavy)).toEqual([[{ one: 1 }], [{ one: 1 }]])
  expect(told.slice(-3)).toEqual(['has heavy_one', 'asks chosen_one', 'has chosen_one'])
})

test('a query that fails, or is given up in its turn or before it, passes the turn on', async () => {
  const held = Promise.withResolvers<void>()
  before = () => held.promise
  const store = withHeavyTurns(recorded(history.store))
  const broken = namedQuery({ name: 'broken', pool: 'heavy', sql: 'SELECT nothing AS one', row: { one: number } })
  const callers = [new AbortController(), new AbortController()]
  const givenUp = callers.map(({ signal }) =>
    expect(store.query(heavyOne, {}, { signal })).rejects.toThrow('no longer needed'),
  )
  const failed = expect(store.query(broken, {})).rejects.toMatchObject({ failure: 'statement' })
  const last = store.columns(heavyOne, {})
  await eventually('the first one has its turn', () => told.length === 1)
  for (const caller of callers) caller.abort(new Error('no longer needed'))
  held.resolve()
  await Promise.all([...givenUp, failed])
  expect(await last).toEqual({ one: [1] })
  expect(told).toEqual(['asks heavy_one', 'has heavy_one', 'asks broken', 'has broken'])
})
