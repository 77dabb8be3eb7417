import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

const start = Date.UTC(2026, 2, 1)
const minute = 60_000
const now = start + 500 * minute

let database: TestDatabase
let compiling: TestApi
let executing: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  compiling = await startTestApi({ db: database.db, clock: () => now })
  executing = await startTestApi({ db: database.db, clock: () => now, compiled: false })
})
afterAll(async () => {
  await compiling[Symbol.asyncDispose]()
  await executing[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const query = `query ($ids: [ID!]!, $range: TimeRange!) { nodes(ids: $ids) { ... on Channel { airtime(range: $range) { seconds broadcasts } } } }`
const rangeOf = (from: number, to: number) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
const at = (n: number) => new Date(start + n * minute)

test('the time on air is that of the minutes of the range in which a broadcast was on, and of no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      // How long it is off, and then on.
      fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 60 })), { maxLength: 8 }),
      fc.boolean(),
      fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 600 })),
      async (lengths, isOn, [from, length]) => {
        const id = await seed(database.db).channel()
        const sessions: { from: number; to: number }[] = []
        let last = 0
        for (const [i, [off, on]] of lengths.entries()) {
          const isOpen = isOn && i === lengths.length - 1 && last + off < 500
          const session = { from: last + off, to: isOpen ? 500 : last + off + on }
          sessions.push(session)
          await seed(database.db).session(id, at(session.from), isOpen ? null : at(session.to))
          last = session.to
        }
        const end = Math.min(from + length, 500)
        const minutesOf = (session: { from: number; to: number }): number =>
          Math.max(0, Math.min(end, session.to) - Math.max(from, session.from))
        const variables = {
          ids: [globalId('Channel', id)],
          range: rangeOf(start + from * minute, start + (from + length) * minute),
        }
        const expected = {
          seconds: sessions.reduce((sum, session) => sum + minutesOf(session) * 60, 0),
          broadcasts: sessions.filter((session) => minutesOf(session) > 0).length,
        }
        for (const api of [compiling, executing]) {
          const { data, errors } = await api.ask(query, variables)
          expect(errors).toBeUndefined()
          expect(data.nodes[0].airtime).toEqual(expected)
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('costs one statement for any number of channels, also for a range that is told from now', async () => {
  const ids: string[] = []
  for (let i = 0; i < 20; i++) {
    const id = await seed(database.db).channel()
    await seed(database.db).session(id, at(400), null)
    ids.push(globalId('Channel', id))
  }
  const seen: string[] = []
  const stop = database.db.onStatement((name) => seen.push(statementName(name)))
  const variables = { ids, range: { from: 'now-1h', to: 'now' } }
  const { data } = await compiling.ask(query, variables)
  expect(seen.splice(0)).toEqual(['compiled'])
  expect(data.nodes).toEqual(ids.map(() => ({ airtime: { seconds: 3_600, broadcasts: 1 } })))
  expect((await executing.ask(query, variables)).data).toEqual(data)
  stop()
  expect(seen.sort()).toEqual(['airtime_of_channels', 'prisma'])
})

test('a range that runs backward is refused', async () => {
  const id = globalId('Channel', await seed(database.db).channel())
  for (const api of [compiling, executing]) {
    const { errors } = await api.ask(query, { ids: [id], range: rangeOf(now, start) })
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  }
})
