import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Log, silentLog } from '../../src/lib/log.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'

const minute = 60_000
const now = Math.floor(Date.now() / 86_400_000) * 86_400_000
const completeThrough = () => new Date(now)

let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let apis: TestApi[]
const warnings: object[] = []
const log: Log = { ...silentLog, warn: (fields) => void warnings.push(fields), child: () => log }

const userOf = statement('test_user', 'SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1')

/** Rows that no door lets in any more, and one that is true among them. */
const stored = {
  'that is true': [new Date(now - 60 * minute), new Date(now - 50 * minute)],
  'that begins in the year 9999': [new Date('9999-01-01T00:00:00Z'), null],
  'that began in 1970': [new Date('1970-01-02T00:00:00Z'), new Date('1970-01-03T00:00:00Z')],
  'that begins tomorrow': [new Date(now + 2 * 1_440 * minute), null],
  'that ends in the year 9999': [new Date(now - 60 * minute), new Date('9999-01-01T00:00:00Z')],
} as const

beforeAll(async () => {
  database = await createTestDatabase()
  history = await openTestClickHouse()
  for (const [name, [from, to]] of Object.entries(stored)) {
    const id = await seed(database.db).channel({ displayName: name, status: to ? 'offline' : 'online' })
    await seed(database.db).session(id, from, to)
    const [{ user } = { user: '' }] = await database.db.query<{ user: string }>(userOf, [id])
    const startedAt = (now - 60 * minute) / 1000
    const looks = [1, 2, 3].map((n) => ({ channel: user, at: startedAt + n * 60, startedAt, viewers: 10 * n }))
    await insertProbes(history.store, looks)
  }
  const services = { history: { store: history.store, env: 'test', completeThrough, lost: () => [] } }
  const options = { db: database.db, log, clock: () => now, services }
  apis = [await startTestApi(options), await startTestApi({ ...options, compiled: false })]
})
afterAll(async () => {
  for (const api of apis) await api[Symbol.asyncDispose]()
  await history[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const query = `{ channels(first: 50) { nodes { displayName sessions(first: 5) { nodes {
  durationSeconds peakViewers averageViewers hoursWatched timeline { points { viewers } } } } } } }`

type Listed = { displayName: string; sessions: { nodes: Record<string, unknown>[] } }

describe.each(['compiled', 'executed'])('a list of sessions, %s', (how) => {
  test('tells what is true although rows beside it can not be, and of those nothing', async () => {
    warnings.length = 0
    const body = await apis[how === 'compiled' ? 0 : 1]!.ask(query)
    expect(body.errors).toBeUndefined()
    const nodes: Listed[] = body.data.channels.nodes
    const sessionOf = (name: keyof typeof stored) =>
      nodes.find(({ displayName }) => displayName === name)!.sessions.nodes[0]!
    const seen = { peakViewers: 30, averageViewers: 20, hoursWatched: 1 }
    expect(sessionOf('that is true')).toMatchObject({ ...seen, durationSeconds: 600 })
    expect(sessionOf('that ends in the year 9999')).toMatchObject({ ...seen, durationSeconds: 2_147_483_647 })
    const nothing = { peakViewers: null, averageViewers: null, hoursWatched: null, timeline: { points: [] } }
    expect(sessionOf('that begins in the year 9999')).toEqual({ ...nothing, durationSeconds: 0 })
    expect(sessionOf('that begins tomorrow')).toEqual({ ...nothing, durationSeconds: 0 })
    expect(sessionOf('that began in 1970')).toEqual({ ...nothing, durationSeconds: 86_400 })
    expect(new Set(warnings.map((fields) => (fields as { reason: string }).reason))).toEqual(
      new Set(['startedAt lies in the future', 'startedAt lies before 2000', 'endedAt lies in the future']),
    )
  })
})
