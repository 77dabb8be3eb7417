import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUlid } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import { planBuckets } from '../../src/telemetry/buckets.ts'
import type { LostSpan } from '../../src/telemetry/outages.ts'
import type { Outcome } from '../../src/telemetry/webhook-outcome.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { cases } from '../support/lib/cases.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { insertDeliveries } from '../support/webhooks/inbox-rows.ts'
import { type ModelDelivery, modelStatistics } from '../support/webhooks/statistics-model.ts'

const hour = 3_600_000
/** In Berlin this day has 25 hours. */
const start = Date.parse('2026-10-24T20:00:00Z')
const now = start + 72 * hour
const resources = new AsyncDisposableStack()
let database: TestDatabase
let store: Awaited<ReturnType<typeof openTestClickHouse>>['store']
let api: TestApi
let env = ''
let lost: LostSpan[] = []
const queries: string[] = []
const accounts = [
  { source: 'kick', channelUserId: '1' },
  { source: 'twitch', channelUserId: '1' },
  { source: 'kick', channelUserId: '2' },
]
const channelIds: bigint[] = []

beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  store = resources.use(await openTestClickHouse({ onQuery: (name) => queries.push(name) })).store
  // The instants of the test are older than anything is kept.
  await store.command('ALTER TABLE webhook_inbox REMOVE TTL')
  for (const [index, { source, channelUserId }] of accounts.entries()) {
    const { rows } = await database.db.pool.query<{ id: bigint }>(
      'INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id) VALUES ($1, $2, $3) RETURNING id',
      [`01KA000000000000000000000${index}`, source, channelUserId],
    )
    channelIds.push(BigInt(rows[0]!.id))
  }
  const nowhere = 'http://127.0.0.1:1'
  const platform = createKickPlatform({
    ...{ apiUrl: nowhere, idUrl: nowhere, clientId: 'id', clientSecret: 'secret' },
    ...{ requestsPerSecond: 1, clock: () => now, log: silentLog },
  })
  resources.use(platform)
  api = resources.use(
    await startTestApi({
      db: database.db,
      clock: () => now,
      platforms: [platform],
      services: {
        history: {
          store,
          get env() {
            return env
          },
          completeThrough: () => new Date(now),
          lost: () => lost,
        },
      },
    }),
  )
})

afterAll(() => resources.disposeAsync())

const document = `query Statistics($range: TimeRange!, $bucket: Bucket, $timezone: TimeZone, $channel: ID, $platform: Platform, $eventType: String) {
  webhookStatistics(range: $range, bucket: $bucket, timezone: $timezone, channel: $channel, platform: $platform, eventType: $eventType) {
    meta { bucket coverage completeThrough }
    keptSince
    total { ...Counts }
    points { start end ...Counts }
    byType { source eventType lastAt ...Counts }
    outages { from to reason }
  }
}
fragment Counts on WebhookCounts { received leftOut outcomes { outcome count leftOut } lag { p50 p95 max } expected untold }`

const iso = (ms: number): string => new Date(ms).toISOString()

const ask = async (variables: object) => {
  const { data, errors } = await api.ask(document, variables, operatorKey)
  expect(errors).toBeUndefined()
  return data.webhookStatistics
}

const anInstant = fc.integer({ min: start, max: start + 60 * hour })

const aDelivery: fc.Arbitrary<ModelDelivery> = fc
  .record({
    account: fc.constantFrom(...accounts, { source: 'kick', channelUserId: '' }),
    eventType: fc.constantFrom('chat.message.sent', 'channel.followed', 'stream.online'),
    outcome: fc.constantFrom<Outcome>('PROJECTED', 'LATE', 'REPEATED', 'FORGED', 'MALFORMED', 'TEST'),
    verified: fc.boolean(),
    replay: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    leftOut: fc.oneof(fc.constant(0), fc.nat(900)),
    lagMs: fc.option(fc.oneof(fc.integer({ min: -2_000, max: 5_000 }), fc.integer({ min: 0, max: 9 * 24 * hour }))),
    receivedAt: anInstant,
  })
  .map(({ account, lagMs, ...delivery }) => ({
    ...account,
    ...delivery,
    sentAt: lagMs === null ? null : delivery.receivedAt - lagMs,
  }))

const maybe = <T>(...values: T[]) => fc.constantFrom(null, ...values)

const aQuestion = fc.record({
  ends: fc.tuple(anInstant, anInstant).filter(([a, b]) => a !== b),
  bucket: fc.constantFrom('AUTO' as const, 'HOUR' as const, 'SIX_HOURS' as const, 'DAY' as const),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
  channel: maybe(0, 1, 2),
  platform: maybe('kick', 'twitch'),
  eventType: maybe('channel.followed'),
})

test('everything is counted as a plain model counts it, across a change of the clock and every filter', async () => {
  // An insert waits for the disk, so each serves several questions.
  const questions = fc.array(aQuestion, { minLength: 8, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.array(aDelivery, { maxLength: 80 }), questions, async (deliveries, asked) => {
      env = `run-${newUlid()}`
      await insertDeliveries(store, env, deliveries)
      for (const { ends, bucket, timezone, channel, platform, eventType } of asked) {
        const [from, to] = ends.toSorted((a, b) => a - b) as [number, number]
        const range = { from: new Date(from), to: new Date(to) }
        const { edges } = planBuckets({ range, bucket, timezone, maxPoints: 500 })
        const found = await ask({
          ...{ range: { from: iso(from), to: iso(to) }, bucket, timezone, eventType },
          channel: channel === null ? null : String(channelIds[channel]),
          platform: platform?.toUpperCase() ?? null,
        })
        const filter = { channel: channel === null ? null : accounts[channel]!, platform, eventType }
        const expected = modelStatistics(deliveries, { from, to, edges }, filter)
        const told = { expected: 0, untold: 0 }
        expect({ ...found, meta: undefined }).toEqual({
          meta: undefined,
          keptSince: expected.keptSince === null ? null : iso(expected.keptSince),
          total: { ...expected.total, ...told },
          points: expected.points.map((point, index) => ({
            ...{ start: iso(edges[index]!), end: iso(edges[index + 1]!) },
            ...{ ...point, ...told },
          })),
          byType: expected.byType.map(({ lastAt, ...type }) => ({ ...type, lastAt: iso(lastAt), ...told })),
          outages: [],
        })
      }
    }),
    { numRuns: cases(3) },
  )
})

const wide = { from: iso(start), to: iso(now) }

test('an answer takes one query and one statement, and one more for a channel', async () => {
  env = 'costs'
  const statements: string[] = []
  const stop = database.db.onStatement((name) => statements.push(name ?? ''))
  queries.length = 0
  await ask({ range: wide, bucket: 'HOUR' })
  expect([queries, statements]).toEqual([['webhook_statistics'], ['webhook_untold_changes']])
  await ask({ range: wide, channel: String(channelIds[0]) })
  stop()
  expect(queries).toEqual(['webhook_statistics', 'webhook_statistics'])
  expect(statements).toEqual(['webhook_untold_changes', 'channel_by_id', 'webhook_untold_changes'])
})

test('the greatest lag may be negative, also beside deliveries that have none', async () => {
  env = 'early'
  const delivery = { source: 'kick', channelUserId: '1', eventType: 'a', verified: true, replay: false, leftOut: 0 }
  const receivedAt = start + hour
  await insertDeliveries(store, env, [
    { ...delivery, outcome: 'PROJECTED', receivedAt, sentAt: receivedAt + 1_442 },
    { ...delivery, outcome: 'REPEATED', receivedAt, sentAt: receivedAt },
  ])
  const { total } = await ask({ range: wide, bucket: 'DAY' })
  expect(total.lag.max).toBe(-1_442)
})

test('a range that has not begun, is empty or is about nobody has nothing, and asks no store', async () => {
  queries.length = 0
  const later = { from: iso(now + hour), to: iso(now + 2 * hour) }
  for (const range of [later, { from: iso(now - hour), to: iso(now - hour) }])
    expect(await ask({ range })).toMatchObject({ points: [], byType: [], total: { received: 0, lag: null } })
  const { points, total } = await ask({ range: wide, bucket: 'DAY', channel: '999999' })
  expect([points.length, total.received]).toEqual([4, 0])
  expect(queries).toEqual([])
})

test('coverage is the time since the first receipt that is kept, without what is lost', async () => {
  env = 'covered'
  const delivery = { source: 'kick', channelUserId: '1', eventType: 'a', outcome: 'PROJECTED', verified: true } as const
  const at = start + 36 * hour
  await insertDeliveries(store, env, [{ ...delivery, replay: false, leftOut: 0, sentAt: at, receivedAt: at }])
  lost = [{ from: start + 48 * hour, to: start + 54 * hour, mayReturn: true }]
  const { meta, keptSince, outages } = await ask({ range: wide, bucket: 'DAY' })
  lost = []
  expect(keptSince).toBe(iso(at))
  expect(meta.coverage).toBeCloseTo(30 / 72)
  expect(meta.completeThrough).toBe(iso(start + 48 * hour))
  expect(outages).toEqual([{ from: iso(start + 48 * hour), to: iso(start + 54 * hour), reason: 'lost' }])
})

test('what makes no sense is refused in a sentence', async () => {
  const refused: [object, string, RegExp][] = [
    [{ range: { from: wide.to, to: wide.from } }, 'BAD_USER_INPUT', /range.from must not be after range.to/],
    [{ range: wide, bucket: 'RAW' }, 'BAD_USER_INPUT', /deliveries are counted/],
    [{ range: wide, bucket: 'MINUTE' }, 'BUCKET_LIMIT_EXCEEDED', /use bucket FIFTEEN_MINUTES/],
    [{ range: wide, channel: 'someone' }, 'BAD_USER_INPUT', /channel must be the id of a channel/],
    [{ range: wide, timezone: 'Nowhere' }, 'BAD_USER_INPUT', /IANA name/],
  ]
  for (const [variables, code, message] of refused) {
    const { errors } = await api.ask(document, variables, operatorKey)
    expect(errors?.[0]).toMatchObject({ message: expect.stringMatching(message), extensions: { code } })
  }
  const { errors } = await api.ask(document, { range: wide })
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
})
