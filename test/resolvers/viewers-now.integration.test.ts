import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { cases } from '../support/lib/cases.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { probeAt, tellEnd, tellStart } from '../support/workers/probing.ts'

let database: TestDatabase
let compiling: TestApi
let executing: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  compiling = await startTestApi({ db })
  executing = await startTestApi({ db, compiled: false })
})
afterAll(async () => {
  await compiling[Symbol.asyncDispose]()
  await executing[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const startOf = statement(
  'test_open_start',
  'SELECT started_at AS "startedAt" FROM dm.stream_session WHERE channel_id = $1 AND ended_at IS NULL',
)

/** Ages in seconds on either side of what any interval allows, each once, so that no two probes are of one instant. */
const ages = fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 800, max: 2_000 })), {
  minLength: 1,
  maxLength: 6,
})
const broadcast = fc.integer({ min: 0, max: 2 })
const live = fc.record({ broadcast, viewers: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 })) })
const told = fc.record({ kind: fc.constantFrom('start', 'end'), broadcast })

const query = `query ($id: ID!) { channel(id: $id) { viewersNow { count at } currentSession { viewersNow { count at } }
  sessions(first: 9) { nodes { isLive viewersNow { count at } } } } }`

test('viewers are those of the latest probe while it saw the broadcast that is on, in whatever order all arrives', async () => {
  const { db } = database
  const steps = ages.chain((chosen) =>
    fc.tuple(...chosen.map((age) => fc.tuple(fc.constant(age), fc.option(live), fc.option(told)))),
  )
  await fc.assert(
    fc.asyncProperty(steps, async (probes) => {
      const channelId = await seed(db).channel({ status: 'unknown' })
      const now = Date.now()
      const starts = [0, 1, 2].map((n) => new Date(now - (9_000 - n * 1_000) * 1_000))
      for (const [age, seen, said] of probes) {
        if (said?.kind === 'start') await tellStart(db, channelId, starts[said.broadcast]!)
        if (said?.kind === 'end') await tellEnd(db, channelId, starts[said.broadcast]!, new Date(now - 100_000))
        const sighting = seen && { startedAt: starts[seen.broadcast]!, viewers: seen.viewers }
        await probeAt(db, new Date(now - age * 1_000), [{ channelId, live: sighting }])
      }
      const [open] = await db.query<{ startedAt: Date }>(startOf, [channelId])
      const [age, seen] = probes.toSorted(([a], [b]) => a - b)[0]!
      const isOn = seen !== null && open?.startedAt.getTime() === starts[seen.broadcast]!.getTime()
      const counts = isOn && age <= 60 && seen.viewers !== null
      const expected = counts ? { count: seen.viewers, at: new Date(now - age * 1_000).toISOString() } : null
      for (const api of [compiling, executing]) {
        const { data } = await api.ask(query, { id: String(channelId) })
        const { viewersNow, currentSession, sessions } = data.channel
        expect(viewersNow).toEqual(expected)
        expect(currentSession?.viewersNow ?? null).toEqual(expected)
        for (const session of sessions.nodes) expect(session.viewersNow).toEqual(session.isLive ? expected : null)
      }
    }),
    { numRuns: cases(30) },
  )
})

test('a probe writes the viewers with its own statement', async () => {
  const { db } = database
  const [channelId, startedAt] = [await seed(db).channel(), new Date(Date.now() - 60_000)]
  const seen: string[] = []
  const stop = db.onStatement((name) => seen.push(name ?? ''))
  for (const [age, viewers] of [
    [30, 5],
    [20, 6],
  ] as const)
    await probeAt(db, new Date(Date.now() - age * 1_000), [{ channelId, live: { startedAt, viewers } }])
  stop()
  expect(seen.slice(seen.lastIndexOf('probe_complete'))).toEqual(['probe_complete', 'viewers_notify', ''])
})

test('the end of a broadcast makes the viewers null at once, and so does the start of the next one', async () => {
  const { db } = database
  const ask = async (channelId: bigint) =>
    (await compiling.ask('query ($id: ID!) { channel(id: $id) { viewersNow { count } } }', { id: String(channelId) }))
      .data.channel.viewersNow
  for (const tell of [
    (channelId: bigint, startedAt: Date) => tellEnd(db, channelId, startedAt, new Date()),
    (channelId: bigint, startedAt: Date) => tellStart(db, channelId, new Date(startedAt.getTime() + 60_000)),
  ]) {
    const [channelId, startedAt] = [await seed(db).channel(), new Date(Date.now() - 120_000)]
    await probeAt(db, new Date(), [{ channelId, live: { startedAt, viewers: 12 } }])
    expect(await ask(channelId)).toEqual({ count: 12 })
    await tell(channelId, startedAt)
    expect(await ask(channelId)).toBeNull()
  }
})

test('the viewers of many channels cost one statement more than none', async () => {
  const { db } = database
  const ids = await Promise.all(Array.from({ length: 5 }, () => seed(db).channel({ platform: 'kick' })))
  const startedAt = new Date(Date.now() - 60_000)
  await probeAt(
    db,
    new Date(),
    ids.map((channelId, n) => ({ channelId, live: { startedAt, viewers: n + 1 } })),
  )
  const statementsOf = async (api: TestApi, fields: string) => {
    const seen: string[] = []
    const stop = db.onStatement((name) => seen.push(name ?? ''))
    const { errors } = await api.ask(
      `{ channels(first: 100) { nodes { currentSession { title ${fields} } ${fields} } } }`,
    )
    stop()
    expect(errors).toBeUndefined()
    return seen
  }
  const viewers = 'viewersNow { count }'
  expect(await statementsOf(compiling, viewers)).toHaveLength(1)
  const [plain, watched] = [await statementsOf(executing, 'id'), await statementsOf(executing, viewers)]
  expect(watched).toHaveLength(plain.length + 1)
})
