import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHeavyCallers, maxHeavyOperations } from '../../src/resolvers/heavy-callers.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { eventually } from '../support/lib/eventually.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const now = Date.UTC(2026, 1, 5)
let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
let asked = 0
let held: Promise<void> = Promise.resolve()

/** Rankings by average viewers wait until the test lets them go. */
const holding = (store: ClickHouse): ClickHouse => ({
  ...store,
  query: async (query, parameters, options) => {
    if (query.name === 'ranking_average_viewers') {
      asked++
      await held
    }
    return store.query(query, parameters, options)
  },
})

beforeAll(async () => {
  database = await createTestDatabase()
  history = await openTestClickHouse()
  const store = holding(history.store)
  api = await startTestApi({
    db: database.db,
    clock: () => now,
    services: { history: { store, env: 'test', completeThrough: () => new Date(now), lost: () => [] } },
  })
})
afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await history?.[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const ranking = (by: string, day = 1) =>
  `rankings(by: ${by}, range: { from: "now-${day}d", to: "now" }, first: 0) { total }`
const heldOperation = `{ a: ${ranking('AVERAGE_VIEWERS')} b: ${ranking('AVERAGE_VIEWERS', 2)} }`

test('the ninth operation of a caller with heavy questions is told so, other callers are answered, and later everybody is', async () => {
  const { promise, resolve: letGo } = Promise.withResolvers<void>()
  held = promise
  const running = Array.from({ length: maxHeavyOperations }, () => api.ask(heldOperation, {}, operatorKey))
  await eventually('all of them ask', () => asked === maxHeavyOperations)
  const ninth = await api.ask(`{ me { role } ${ranking('HOURS_WATCHED')} }`, {}, operatorKey)
  expect(ninth.errors).toMatchObject([
    {
      message: 'A caller may have 8 operations with heavy questions at a time: wait for an answer first.',
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
    },
  ])
  // What asks nothing heavy is answered.
  expect((await api.ask('{ me { role } }', {}, operatorKey)).data.me.role).toBe('OPERATOR')
  // Another key, and callers of this machine without one, who may be many.
  for (const key of [adminKey, undefined])
    expect((await api.ask(`{ ${ranking('HOURS_WATCHED')} }`, {}, key)).errors).toBeUndefined()
  letGo()
  expect((await Promise.all(running)).map(({ errors }) => errors)).toEqual(running.map(() => undefined))
  // Both questions of each were answered, in one place.
  expect(asked).toBe(2 * maxHeavyOperations)
  expect((await api.ask(heldOperation, {}, operatorKey)).errors).toBeUndefined()
})

test('addresses are counted where there is no key, each for itself', () => {
  const callers = createHeavyCallers()
  const take = (address: string, subject: string | null = null) => callers.placesOf({ subject, address })()
  const taken = Array.from({ length: maxHeavyOperations }, () => take('192.0.2.1'))
  expect(() => take('192.0.2.1')).toThrow('at a time')
  take('192.0.2.2')
  take('192.0.2.1', 'key:a')
  taken[0]!()
  take('192.0.2.1')
  expect(() => take('192.0.2.1')).toThrow('at a time')
})
