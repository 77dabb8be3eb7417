import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countToldChanges, listUntoldChanges, tellingEvents } from '../../src/event-subscriptions/untold-changes.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import { createTwitchPlatform } from '../../src/platforms/twitch/twitch-platform.ts'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { insertSubscription } from '../support/telemetry/follow-rows.ts'

const hour = 3_600_000
const start = Date.parse('2026-11-01T00:00:00Z')
const status = 'livestream.status.updated'
const resources = new AsyncDisposableStack()
const platforms = ['kick', 'twitch', 'kick']
const channelIds: bigint[] = []
let database: TestDatabase
let events: ReturnType<typeof tellingEvents>

beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  for (const platform of platforms) channelIds.push(await seed(database.db).channel({ platform }))
  const nowhere = 'http://127.0.0.1:1'
  const access = { apiUrl: nowhere, idUrl: nowhere, clientId: 'id', clientSecret: 'secret' }
  const parts = { ...access, requestsPerSecond: 1, clock: () => start, log: silentLog }
  const adapters = [
    resources.use(createKickPlatform(parts)),
    resources.use(createTwitchPlatform({ ...parts, webhooks: { callbackUrl: nowhere, secret: () => 'secret' } })),
  ]
  events = tellingEvents(adapters)
})
afterAll(() => resources.disposeAsync())

const everything = { channelId: null, platform: null, event: null }

test('Kick tells starts and ends by one event, Twitch by two', () => {
  expect(events).toEqual({ starts: [status, 'stream.online'], ends: [status, 'stream.offline'] })
})

const anInstant = fc.integer({ min: start, max: start + 60 * hour })

const broadcast = fc.record({
  channel: fc.nat(2),
  startedAt: anInstant,
  startSource: fc.constantFrom('webhook', 'poll', 'operator', 'import'),
  length: fc.option(fc.integer({ min: 1, max: 8 * hour })),
  endSource: fc.constantFrom('webhook', 'poll', 'operator'),
  // The journal may tell of a start or an end twice.
  times: fc.integer({ min: 1, max: 2 }),
})

const promise = fc.record({
  channel: fc.nat(2),
  event: fc.constantFrom(status, 'chat.message.sent', 'stream.online', 'stream.offline'),
  status: fc.constantFrom('active', 'active', 'pending', 'revoked'),
  since: anInstant,
})

const insertOf = {
  session: `INSERT INTO dm.stream_session (channel_id, started_at, start_source, ended_at, end_source) VALUES ($1, $2, $3, $4, $5)`,
  event: `INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, event_timestamp,
      received_timestamp, processed_timestamp)
    VALUES ($1, $2, $3, 'offline', 'online', 'poll', $4, $4, $4)`,
  promise: `INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $5)`,
}

const forget = () =>
  database.db.pool.query('TRUNCATE dm.stream_session, dm.status_event, dm.event_subscription CASCADE')

type Stored = { channel: number; startedAt: number; startSource: string; endedAt: number | null; endSource: string }

const insertSession = async (one: Stored, times: number): Promise<void> => {
  const { pool } = database.db
  const [id, began] = [channelIds[one.channel], new Date(one.startedAt)]
  const ended = one.endedAt === null ? null : new Date(one.endedAt)
  await pool.query(insertOf.session, [id, began, one.startSource, ended, ended && one.endSource])
  for (let time = 0; time < times; time++) {
    await pool.query(insertOf.event, [id, began, 'stream_start', began])
    if (ended) await pool.query(insertOf.event, [id, began, 'stream_end', ended])
  }
}

test('starts and ends that should have been told are counted as a plain model counts them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(broadcast, { maxLength: 25, selector: ({ channel, startedAt }) => `${channel} ${startedAt}` }),
      fc.uniqueArray(promise, { maxLength: 8, selector: ({ channel, event }) => `${channel} ${event}` }),
      fc.uniqueArray(anInstant, { minLength: 2, maxLength: 6 }).map((edges) => edges.sort((a, b) => a - b)),
      fc.constantFrom(null, 0, 2),
      fc.constantFrom(null, 'kick', 'twitch'),
      fc.constantFrom(null, status, 'stream.offline'),
      async (broadcasts, promises, edges, channel, platform, event) => {
        await forget()
        const open = new Set<number>()
        const sessions = broadcasts.map((one) => {
          // A channel has one broadcast that is on.
          const isOn = one.length === null && !open.has(one.channel)
          if (isOn) open.add(one.channel)
          return { ...one, endedAt: isOn ? null : one.startedAt + (one.length ?? hour) }
        })
        for (const one of sessions) await insertSession(one, one.times)
        for (const { channel, event, status, since } of promises) {
          const name = `${channel} ${event}`
          await database.db.pool.query(insertOf.promise, [channelIds[channel], event, name, status, new Date(since)])
        }
        const changes = sessions.flatMap((one) => [
          { channel: one.channel, at: one.startedAt, source: one.startSource, by: [status, 'stream.online'] },
          ...(one.endedAt === null
            ? []
            : [{ channel: one.channel, at: one.endedAt, source: one.endSource, by: [status, 'stream.offline'] }]),
        ])
        const [from, to] = [edges[0]!, edges.at(-1)!]
        const told = changes.flatMap((change) =>
          promises
            .filter(
              (one) =>
                one.channel === change.channel &&
                change.by.includes(one.event) &&
                one.status === 'active' &&
                one.since <= change.at &&
                ['webhook', 'poll'].includes(change.source) &&
                change.at >= from &&
                change.at < to &&
                (channel === null || channel === change.channel) &&
                (platform === null || platform === platforms[change.channel]) &&
                (event === null || event === one.event),
            )
            .map((one) => ({
              ...{ channel: channelIds[change.channel], at: new Date(change.at), event: one.event },
              key: `${edges.findLastIndex((edge) => edge <= change.at)} ${platforms[change.channel]} ${one.event}`,
              isUntold: change.source === 'poll',
            })),
        )
        const expected = [...Map.groupBy(told, ({ key }) => key)].map(([key, list]) => {
          const [bucket, platform, event] = key.split(' ') as [string, string, string]
          const untold = list.filter(({ isUntold }) => isUntold).length
          return { bucket: Number(bucket), platform, event, expected: list.length, untold }
        })
        const channelId = channel === null ? null : channelIds[channel]!
        const found = await countToldChanges(database.db, { ...events, edges, from, to, channelId, platform, event })
        expect(new Set(found)).toEqual(new Set(expected))

        // The same one by one, newest first, in pages of three.
        const listed: Awaited<ReturnType<typeof listUntoldChanges>> = []
        for (let page: typeof listed | null = null; page === null || page.length === 3; listed.push(...page)) {
          const beyond = listed.at(-1) ?? null
          const asked = { ...events, from, to, channelId, platform, event, beyond, limit: 3 }
          page = await listUntoldChanges(database.db, asked)
        }
        expect(listed.map(({ at }) => at.getTime())).toEqual(
          listed.map(({ at }) => at.getTime()).toSorted((one, other) => other - one),
        )
        const textOf = (channel: bigint | undefined, at: Date, event: string) =>
          `${channel} ${at.toISOString()} ${event}`
        expect(listed.map((one) => textOf(one.channelId, one.at, one.event)).sort()).toEqual(
          told.flatMap((one) => (one.isUntold ? textOf(one.channel, one.at, one.event) : [])).sort(),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('a start that polling sees is untold until a delivery tells it, however late', async () => {
  await forget()
  const [channelId] = channelIds as [bigint]
  await insertSubscription(database.db, channelId, { event: status, since: new Date(start - hour) })
  await database.db.pool.query('UPDATE dm.event_subscription SET updated_at = created_at')
  const edges = [start, start + hour]
  const count = () => countToldChanges(database.db, { ...events, ...everything, edges, from: start, to: start + hour })
  const seen = (source: 'poll' | 'webhook', receivedAt: number) => ({
    ...{ kind: 'live' as const, channelId, source, startedAt: new Date(start + 60_000), at: new Date(receivedAt) },
    ...{ receivedAt: new Date(receivedAt), evidence: { kind: 'silence' as const, since: null }, details: {} },
  })
  await database.db.transaction((tx) => applyStatus(tx, [seen('poll', start + 120_000)]))
  expect(await count()).toEqual([{ bucket: 0, platform: 'kick', event: status, expected: 1, untold: 1 }])
  await database.db.transaction((tx) => applyStatus(tx, [seen('webhook', start + 600_000)]))
  expect(await count()).toEqual([{ bucket: 0, platform: 'kick', event: status, expected: 1, untold: 0 }])
})

test('the changes of a day are found by their time, not among all', async () => {
  await forget()
  const { pool } = database.db
  await pool.query(
    `INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, event_timestamp,
       received_timestamp, processed_timestamp)
     SELECT $1, at, 'stream_start', 'offline', 'online', 'poll', at, at, at
     FROM generate_series($2::timestamptz, $2::timestamptz + interval '400 days', interval '20 minutes') AS at`,
    [channelIds[0], new Date(start)],
  )
  await pool.query(
    `INSERT INTO dm.stream_session (channel_id, started_at, ended_at, end_source)
     SELECT $1, at, at, 'poll' FROM generate_series($2::timestamptz, $2::timestamptz + interval '400 days', interval '20 minutes') AS at`,
    [channelIds[0], new Date(start)],
  )
  await pool.query('ANALYZE dm.status_event, dm.stream_session')
  const texts: string[] = []
  const stop = database.db.onStatement((_, text) => texts.push(text))
  const day = { from: start + 200 * 24 * hour, to: start + 201 * 24 * hour }
  await countToldChanges(database.db, { ...events, ...everything, edges: [day.from, day.to], ...day })
  await listUntoldChanges(database.db, { ...events, ...everything, ...day, beyond: null, limit: 20 })
  stop()
  const [from, to] = [new Date(day.from), new Date(day.to)]
  const values = [from, to, events.starts, events.ends, null, null, null]
  const more = [[[from, to]], [null, null, null, null, 20]]
  for (const [place, text] of texts.entries()) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...values, ...more[place]!])
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toMatch(/status_event\S*event_timestamp/)
    expect(plan).not.toMatch(/Seq Scan on (status_event|stream_session)/)
  }
})
