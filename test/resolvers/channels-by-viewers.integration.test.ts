import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { cases } from '../support/lib/cases.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { probeAt } from '../support/workers/probing.ts'

let database: TestDatabase
let compiling: TestApi
let executing: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  compiling = await startTestApi({ db })
  executing = await startTestApi({ db, compiled: false })
  await Promise.all([compiling, executing].map(({ services }) => services.cursors.known()))
})
afterAll(async () => {
  await compiling[Symbol.asyncDispose]()
  await executing[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const empty = statement('test_empty', 'DELETE FROM dm.streamer_channel')

/** What a probe of a channel shows: viewers, a broadcast that hides them, or no broadcast. */
type Shown = number | 'hidden' | 'nothing'
const shown: fc.Arbitrary<Shown> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }) },
  fc.constantFrom<Shown>('hidden', 'nothing'),
)
const channelCount = 14

/** Channels, what their latest probes showed, and which of them were ever seen live. */
class Channels {
  readonly ids: bigint[] = []
  readonly #shown = new Map<bigint, Shown>()
  readonly #online = new Set<bigint>()
  #at = Date.now() - 60_000

  async probe(showing: readonly (Shown | undefined)[]): Promise<void> {
    const startedAt = new Date(Date.now() - 7_200_000)
    const probed = this.ids.flatMap((channelId, n) => {
      const one = showing[n]
      if (one === undefined) return []
      this.#shown.set(channelId, one)
      if (one !== 'nothing') this.#online.add(channelId)
      const live = one === 'nothing' ? null : { startedAt, viewers: one === 'hidden' ? null : one }
      return [{ channelId, live }]
    })
    this.#at += 100
    if (probed.length > 0) await probeAt(database.db, new Date(this.#at), probed)
  }

  key(id: bigint): number {
    const one = this.#shown.get(id)
    return typeof one === 'number' ? one : -1
  }

  /** In the order of the list. A single miss ends no broadcast. */
  inOrder(onlyOnline: boolean): bigint[] {
    const all = this.ids.filter((id) => !onlyOnline || this.#online.has(id))
    return all.sort((a, b) => this.key(b) - this.key(a) || (a < b ? 1 : -1))
  }
}

const walks = fc.record({
  first: fc.array(shown, { minLength: channelCount, maxLength: channelCount }),
  changes: fc.array(fc.array(fc.option(shown, { nil: undefined, freq: 2 }), { maxLength: channelCount }), {
    minLength: 1,
    maxLength: 5,
  }),
  size: fc.integer({ min: 1, max: 6 }),
  backward: fc.boolean(),
  onlyOnline: fc.boolean(),
  compiled: fc.boolean(),
  // Claims are on the other side: these pages are cut from more than one read.
  unclaimed: fc.boolean(),
})

const page = `pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { channelId viewersNow { count } } asOf`
const forward = `query ($size: Int, $cursor: String, $filter: ChannelFilter) {
  channels(orderBy: VIEWERS_DESC, first: $size, after: $cursor, filter: $filter) { ${page} } }`
const backwards = `query ($size: Int, $cursor: String, $filter: ChannelFilter) {
  channels(orderBy: VIEWERS_DESC, last: $size, before: $cursor, filter: $filter) { ${page} } }`

test('while viewers move, each page is right for its instant and shows nothing of the page before', async () => {
  const { db } = database
  await fc.assert(
    fc.asyncProperty(walks, async ({ first, changes, size, backward, onlyOnline, compiled, unclaimed }) => {
      await db.query(empty)
      const channels = new Channels()
      for (let n = 0; n < channelCount; n++) channels.ids.push(await seed(db).channel({ status: 'unknown' }))
      await channels.probe(first)
      const api = compiled ? compiling : executing
      const filter = { ...(onlyOnline && { status: 'ONLINE' }), ...(unclaimed && { claimed: false }) }
      let cursor: string | null = null
      let before: bigint[] = []
      let place: { key: number; id: bigint } | null = null
      for (const change of [...changes, []]) {
        const { data, errors } = await api.ask(backward ? backwards : forward, { size, cursor, filter }, operatorKey)
        expect(errors).toBeUndefined()
        const ordered = channels.inOrder(onlyOnline)
        const isBeyond = (id: bigint): boolean => {
          if (!place) return true
          const [key, than] = [channels.key(id), backward ? 1 : -1]
          return (key - place.key || (id > place.id ? 1 : id < place.id ? -1 : 0)) * than > 0
        }
        const rest = (backward ? ordered.toReversed() : ordered).filter((id) => isBeyond(id) && !before.includes(id))
        const expected = rest.slice(0, size)
        if (backward) expected.reverse()
        const { nodes, pageInfo } = data.channels
        expect(
          nodes.map(({ channelId, viewersNow }: { channelId: string; viewersNow: { count: number } | null }) => [
            BigInt(channelId),
            viewersNow?.count ?? -1,
          ]),
        ).toEqual(expected.map((id) => [id, channels.key(id)]))
        expect(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage).toBe(rest.length > size)
        if (expected.length === 0) break
        cursor = backward ? pageInfo.startCursor : pageInfo.endCursor
        before = expected
        const last = backward ? expected[0]! : expected.at(-1)!
        place = { id: last, key: channels.key(last) }
        await channels.probe(change)
      }
    }),
    { numRuns: cases(25) },
  )
})

const liveByViewers = `query ($first: Int) { channels(filter: { status: ONLINE }, orderBy: VIEWERS_DESC, first: $first) { totalCount asOf
  nodes { slug displayName viewersNow { count at } currentSession { title category startedAt } } pageInfo { hasNextPage endCursor } } }`

test('a page that is executed shows the viewers that ordered it, and asks for them only once', async () => {
  const { db } = database
  await db.query(empty)
  const ids = await Promise.all([1, 2, 3].map(() => seed(db).channel({ status: 'unknown' })))
  const startedAt = new Date(Date.now() - 3_600_000)
  const live = (n: number) => ({ startedAt, viewers: n })
  await probeAt(
    db,
    new Date(Date.now() - 2_000),
    ids.slice(0, 2).map((channelId, n) => ({ channelId, live: live(n + 1) })),
  )
  const seen: string[] = []
  const stop = db.onStatement((name) => seen.push(name ?? ''))
  const { data } = await executing.ask(
    `{ channels(orderBy: VIEWERS_DESC) { nodes { viewersNow { count } currentSession { viewersNow { count } } } } }`,
  )
  stop()
  expect(data.channels.nodes.map((node: object) => JSON.stringify(node))).toEqual([
    '{"viewersNow":{"count":2},"currentSession":{"viewersNow":{"count":2}}}',
    '{"viewersNow":{"count":1},"currentSession":{"viewersNow":{"count":1}}}',
    '{"viewersNow":null,"currentSession":null}',
  ])
  expect(seen).toContain('channels_viewers_desc')
  expect(seen).not.toContain('viewers_of_channels')
})

test('who is live by viewers is one statement for up to 500 channels, and costs as many points as it has values', async () => {
  const { db } = database
  await db.query(empty)
  const ids = await Promise.all(Array.from({ length: 501 }, () => seed(db).channel({ status: 'unknown' })))
  const startedAt = new Date(Date.now() - 3_600_000)
  await probeAt(
    db,
    new Date(Date.now() - 1_000),
    ids.map((channelId, n) => ({ channelId, live: { startedAt, viewers: n + 1 } })),
  )
  const seen: string[] = []
  const stop = db.onStatement((name) => seen.push(name ?? ''))
  const started = Date.now()
  const { data, errors, extensions } = await compiling.ask(liveByViewers, { first: 500 })
  stop()
  expect(errors).toBeUndefined()
  expect(seen).toEqual([expect.stringMatching(/^compiled_/)])
  const { nodes, totalCount, asOf, pageInfo } = data.channels
  expect(nodes.map((node: { viewersNow: { count: number } }) => node.viewersNow.count)).toEqual(
    Array.from({ length: 500 }, (_, n) => 501 - n),
  )
  expect([totalCount, pageInfo.hasNextPage]).toEqual([501, true])
  expect(Date.parse(asOf)).toBeGreaterThanOrEqual(started - 1)
  expect(Date.parse(asOf)).toBeLessThanOrEqual(Date.now())
  expect(extensions?.cost.requested).toBeLessThan(6_000)
  for (const api of [compiling, executing]) {
    const { errors: refused } = await api.ask(liveByViewers, { first: 501 })
    expect(refused).toMatchObject([{ message: 'first must be from 0 to 500.', extensions: { code: 'BAD_USER_INPUT' } }])
    const { errors: others } = await api.ask('{ channels(first: 101) { nodes { id } } }')
    expect(others).toMatchObject([{ message: 'first must be from 0 to 100.' }])
  }
})
