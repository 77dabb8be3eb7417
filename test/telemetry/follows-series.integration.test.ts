import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import type { Bucket } from '../../src/telemetry/buckets.ts'
import { countingIn, followSeries } from '../../src/telemetry/follow-series.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { insertFollows, insertSubscription } from '../support/telemetry/follow-rows.ts'

const start = Date.UTC(2026, 2, 1)
const hour = 3_600_000
const day = 24 * hour
const now = start + 20 * day

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  const history = {
    store: undefined as never,
    env: 'test',
    completeThrough: () => new Date(now - 5_000),
    lost: () => [],
  }
  api = await startTestApi({ db: database.db, clock: () => now, services: { history } })
  await api.services.cursors.known()
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

test('a series holds what a plain count finds in each bucket, for any follows, range, bucket and zone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: start, max: start + 12 * day }), { maxLength: 40 }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.tuple(fc.integer({ min: start, max: start + 12 * day }), fc.integer({ min: 0, max: 12 * day })),
      fc.constantFrom<Bucket>('AUTO', 'FIFTEEN_MINUTES', 'HOUR', 'SIX_HOURS', 'DAY', 'WEEK', 'MONTH'),
      fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
      async (lists, [from, length], bucket, timezone) => {
        const ids: bigint[] = []
        for (const instants of lists) {
          const id = await seed(database.db).channel()
          await insertFollows(database.db, id, instants)
          ids.push(id)
        }
        const to = from + length
        const found = await followSeries(countingIn(database.db), {
          channels: ids.map((channelId) => ({ channelId, deliveredSince: null })),
          range: { from: new Date(from), to: new Date(to) },
          bucket,
          maxPoints: 10_000,
          timezone,
          now: new Date(start + 30 * day),
          completeThrough: new Date(start + 30 * day),
        })
        for (const [index, instants] of lists.entries()) {
          const { points, total } = found.get(ids[index]!)!
          for (const point of points) {
            const [low, high] = [Math.max(from, point.start.getTime()), Math.min(to, point.end.getTime())]
            expect(point.follows).toBe(instants.filter((at) => at >= low && at < high).length)
          }
          expect(total).toBe(instants.filter((at) => at >= from && at < to).length)
          expect(points.reduce((sum, { follows }) => sum + follows, 0)).toBe(total)
        }
      },
    ),
    { numRuns: 40 },
  )
})

const query = `query ($ids: [ID!]!, $range: TimeRange!, $bucket: Bucket, $timezone: TimeZone) { nodes(ids: $ids) { ... on Channel {
  follows(range: $range, bucket: $bucket, timezone: $timezone) { total meta { bucket coverage completeThrough } points { start follows } } } } }`

const rangeOf = (from: number, to: number) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })

describe('follows of channels', () => {
  test('cost the same statements for 1 channel and for 50', async () => {
    const ids: bigint[] = []
    for (let i = 0; i < 50; i++) ids.push(await seed(database.db).channel())
    const statementsOf = async (way: 'ask' | 'execute', channels: bigint[]) => {
      const seen: string[] = []
      const stop = database.db.onStatement((name) => seen.push(statementName(name)))
      const variables = { ids: channels.map((id) => globalId('Channel', id)), range: rangeOf(start, now) }
      const { errors } = await api[way](query, variables)
      stop()
      expect(errors).toBeUndefined()
      return seen.sort()
    }
    for (const [way, statements] of [
      ['ask', ['compiled']],
      ['execute', ['delivered_since', 'follow_counts', 'prisma']],
    ] as const) {
      const one = await statementsOf(way, ids.slice(0, 1))
      expect(one).toEqual(statements)
      expect(await statementsOf(way, ids)).toEqual(one)
    }
  })

  test('need no ClickHouse, and say how far they are complete and covered', async () => {
    const id = await seed(database.db).channel()
    await insertSubscription(database.db, id, { event: 'channel.followed', since: new Date(now - 5 * day) })
    await insertSubscription(database.db, id, { event: 'chat.message.sent', since: new Date(start) })
    await insertFollows(database.db, id, [now - day, now - day + 1])
    const { data } = await api.ask(query, {
      ids: [globalId('Channel', id)],
      range: rangeOf(now - 10 * day, now),
      bucket: 'DAY',
    })
    const { total, meta, points } = data.nodes[0].follows
    expect(total).toBe(2)
    expect(meta).toEqual({ bucket: 'DAY', coverage: 0.5, completeThrough: new Date(now - 5_000).toISOString() })
    expect(points.map((point: { follows: number }) => point.follows)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
  })

  test('are counted half open, to the millisecond', async () => {
    const id = await seed(database.db).channel()
    const [from, to] = [start + 1_001, start + 7 * hour + 1_234]
    await insertFollows(database.db, id, [from - 1, from, to - 1, to])
    const { data } = await api.ask(query, { ids: [globalId('Channel', id)], range: rangeOf(from, to), bucket: 'DAY' })
    expect(data.nodes[0].follows).toMatchObject({ total: 2, points: [{ follows: 2 }] })
  })

  test('are not covered by a subscription that does not deliver', async () => {
    const id = await seed(database.db).channel()
    await insertSubscription(database.db, id, { event: 'channel.followed', since: new Date(start), status: 'failed' })
    const { data } = await api.ask(query, { ids: [globalId('Channel', id)], range: rangeOf(now - 10 * day, now) })
    expect(data.nodes[0].follows.meta.coverage).toBe(0)
  })

  test.each([
    [{ bucket: 'RAW', range: rangeOf(start, now) }, 'BAD_USER_INPUT', 'bucket'],
    [{ bucket: 'MINUTE', range: rangeOf(start, now) }, 'BUCKET_LIMIT_EXCEEDED', 'HOUR'],
    [{ range: rangeOf(now, start) }, 'BAD_USER_INPUT', 'range.from'],
  ])('with %j are refused before any statement of theirs', async (args, code, word) => {
    const id = await seed(database.db).channel()
    const seen: string[] = []
    const stop = database.db.onStatement((name) => seen.push(name ?? ''))
    const { errors } = await api.ask(query, { ids: [globalId('Channel', id)], ...args })
    stop()
    expect(errors?.[0]).toMatchObject({ extensions: { code }, message: expect.stringContaining(word) })
    expect(seen).not.toContain('follow_counts')
    expect(seen).not.toContain('delivered_since')
  })
})
