import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tellLateRows, tellLateSpan } from '../../src/sessions/late-rows.ts'
import { select } from '../../src/stores/postgres/model.ts'
import { sql, statement } from '../../src/stores/postgres/statement.ts'
import { projectFollows } from '../../src/webhooks/project-follows.ts'
import {
  type AggregationOptions,
  aggregateEndedSessions,
  waitingSessions,
} from '../../src/workers/aggregate-sessions.ts'
import { cases } from '../support/lib/cases.ts'
import { insertProbes, openTestClickHouse, type TestProbe } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement as testStatement } from '../support/stores/statement.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { expectedAggregates, type StoredRows } from '../support/telemetry/session-model.ts'

const names: string[] = []
let database: TestDatabase
let engine: Awaited<ReturnType<typeof openTestClickHouse>>
beforeAll(async () => {
  database = await createTestDatabase()
  engine = await openTestClickHouse({ onQuery: (name) => names.push(name) })
})
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

const fields = [
  'peakViewers',
  'peakAt',
  'averageViewers',
  'hoursWatched',
  'samples',
  'coverage',
  'messages',
  'chatters',
  'follows',
] as const
const readAggregates = statement(
  'test_aggregates',
  sql`SELECT ${select('StreamSession', ['id', 'startedAt', 'endedAt', 'aggregatedAt', ...fields])}
   FROM dm.stream_session WHERE channel_id = $1 ORDER BY started_at`,
)
const moveEnd = testStatement(
  'test_move_end',
  `UPDATE dm.stream_session SET ended_at = $2::timestamptz, end_source = CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE 'poll' END WHERE id = $1`,
)
const bringIn = testStatement(
  'test_bring_in',
  'UPDATE dm.stream_session SET provenance = $2, peak_viewers = $3, average_viewers = $4, hours_watched = $5 WHERE channel_id = $1',
)
const platformUser = testStatement(
  'test_platform_user',
  'SELECT platform_user_id AS "user" FROM dm.streamer_channel WHERE id = $1',
)

const minute = 60
// Chat is kept for 30 days of real time.
const base = Math.floor(Date.now() / 86_400_000) * 86_400 - 10 * 86_400
const date = (seconds: number) => new Date(seconds * 1000)
const allThere = (): Date => new Date(Date.now() + 600_000)

const aggregate = (options: Partial<AggregationOptions> = {}): Promise<number> =>
  aggregateEndedSessions({
    db: database.db,
    clickHouse: engine.store,
    env: 'test',
    history: { completeThrough: allThere, lost: () => [] },
    retentionDays: () => ({ probes: 365, chat: 30 }),
    signal: AbortSignal.timeout(120_000),
    ...options,
  })

/** A channel with sessions that ended, and nothing else. */
const newChannel = async (spans: readonly (readonly [number, number])[]) => {
  const { db } = database
  const id = await seed(db).channel({ firstSeenAt: date(base + 30 * minute) })
  const [{ user }] = (await db.query(platformUser, [id])) as [{ user: string }]
  for (const [from, to] of spans) await seed(db).session(id, date(base + from), date(base + to))
  const rows: StoredRows = { trackedSince: base + 30 * minute, probes: [], messages: [], follows: new Map() }
  return { id, user, rows, stored: () => db.query(readAggregates, [id]) }
}
type Channel = Awaited<ReturnType<typeof newChannel>>

/** A probe of the minute, a message or a follow, on its way since before a step of the test. */
type Late =
  | { kind: 'probe'; probe: Omit<TestProbe, 'channel'> }
  | { kind: 'chat'; at: number; by: string }
  | { kind: 'follow'; at: number; by: string }

const told = async ({ id }: Channel, rows: readonly Late[]): Promise<void> => {
  const { db } = database
  for (const row of rows) {
    if (row.kind === 'probe') await tellLateSpan(db, { from: date(row.probe.at), to: date(row.probe.at) })
    else {
      const followerUserId = row.kind === 'follow' ? row.by : null
      await tellLateRows(db, [{ channelId: id, from: date(row.at), to: date(row.at), followerUserId }])
    }
  }
}

const arrive = async ({ id, user, rows }: Channel, late: readonly Late[]): Promise<void> => {
  const probes = late.flatMap((row) => (row.kind === 'probe' ? [{ channel: user, ...row.probe }] : []))
  const said = late.flatMap((row) => (row.kind === 'chat' ? [{ channel: id, at: row.at, by: row.by }] : []))
  if (probes.length > 0) await insertProbes(engine.store, probes)
  await insertSaid(engine.store, said)
  for (const row of late) {
    if (row.kind !== 'follow') continue
    const follow = { channelId: id, followerUserId: row.by, occurredAt: date(row.at) }
    await database.db.transaction((tx) => projectFollows(tx, [follow]))
    rows.follows.set(row.by, [...(rows.follows.get(row.by) ?? []), row.at])
  }
  rows.probes.push(...probes)
  rows.messages.push(...said)
}

const holds = async ({ rows, stored }: Channel): Promise<void> => {
  for (const session of await stored()) {
    if (session.endedAt === null) continue
    const { id: _, aggregatedAt, startedAt, endedAt, ...found } = session
    expect(aggregatedAt).not.toBeNull()
    expect(found).toEqual(expectedAggregates(rows, startedAt.getTime() / 1000, endedAt.getTime() / 1000))
  }
}

const spans = [
  [0, 40 * minute],
  [60 * minute, 150 * minute],
  [150 * minute, 240 * minute],
] as const
const at = fc.nat({ max: 250 * minute }).map((seconds) => base + seconds)
const by = fc.constantFrom('a', 'b', 'c', 'd')
const probe = fc
  .record({
    at,
    viewers: fc.option(fc.nat({ max: 9 }), { freq: 5 }),
    elapsed: fc.constantFrom(60, 60, 100, 900, 4_000),
  })
  .map(({ at, viewers, elapsed }): Late => {
    const during = spans.find(([from, to]) => at >= base + from && at < base + to)
    const live = during ? { startedAt: base + during[0], viewers } : {}
    return { kind: 'probe', probe: { at, elapsed, interval: 60, ...live } }
  })
const row: fc.Arbitrary<Late> = fc.oneof(
  { weight: 3, arbitrary: probe },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('chat' as const), at, by }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('follow' as const), at, by }) },
)
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.array(row, { minLength: 1, maxLength: 12 }) },
    { weight: 1, arbitrary: fc.record({ session: fc.nat({ max: 2 }), to: fc.option(fc.nat({ max: 30 * minute })) }) },
  ),
  { minLength: 3, maxLength: 6 },
)

test('whatever arrives in whatever order: after each run of the job, aggregates are what all rows add up to', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (order) => {
      const channel = await newChannel(spans)
      for (const step of order) {
        if (Array.isArray(step)) {
          await told(channel, step)
          // The rows are on their way, so nothing is complete beyond their append.
          const appended = new Date()
          await aggregate({ history: { completeThrough: () => appended, lost: () => [] } })
          await arrive(channel, step)
        } else {
          const [from] = spans[step.session]!
          const session = (await channel.stored())[step.session]!
          // One session at most is without an end.
          const isFree = (await channel.stored()).every(({ endedAt }) => endedAt !== null)
          const end = step.to === null ? (isFree ? null : session.endedAt) : date(base + from + step.to + 1)
          await database.db.query(moveEnd, [session.id, end])
          const moved = (await channel.stored())[step.session]!
          if (moved.endedAt?.getTime() !== session.endedAt?.getTime())
            expect(fields.map((field) => moved[field])).toEqual(fields.map(() => null))
        }
        await aggregate()
        await holds(channel)
      }
    }),
    { numRuns: cases(3) },
  )
}, 300_000)

const minutely = (from: number, to: number, viewers: number | null): Late[] =>
  Array.from({ length: (to - from) / minute }, (_, n) => ({
    kind: 'probe',
    probe: { at: base + from + n * minute + 30, startedAt: base + from, viewers, elapsed: 60, interval: 60 },
  }))

test('a session that was watched without a hole has a coverage of 1, also where the platform hides viewers', async () => {
  const [first, second] = [spans[1], spans[2]]
  const channel = await newChannel([first, second])
  await arrive(channel, [...minutely(...first, 5), ...minutely(...second, null)])
  await aggregate()
  const [seen, hidden] = await channel.stored()
  expect(seen).toMatchObject({
    peakViewers: 5,
    averageViewers: 5,
    hoursWatched: (5 * (90 * 60 - 30)) / 3_600,
    samples: 90,
    coverage: 1,
  })
  expect(hidden).toMatchObject({
    peakViewers: null,
    hoursWatched: null,
    samples: 0,
    coverage: 1,
    messages: 0,
    follows: 0,
  })
})

test('nothing is computed before everything of the session is there', async () => {
  const channel = await newChannel([spans[1]])
  const end = date(base + spans[1][1])
  for (const kind of ['probes', 'chat', 'follows']) {
    const completeThrough = (asked: string) => (asked === kind ? end : allThere())
    await aggregate({ history: { completeThrough, lost: () => [] } })
    expect((await channel.stored())[0]).toMatchObject({ aggregatedAt: null, messages: null, samples: null })
    expect(await waitingSessions(database.db)).toBe(1)
  }
  await aggregate()
  expect(await waitingSessions(database.db)).toBe(0)
})

test('when rows have expired or are lost, what they added up to stays, also when others come late', async () => {
  const channel = await newChannel([spans[1]])
  const [from, to] = spans[1]
  await arrive(channel, [...minutely(from, to, 7), { kind: 'chat', at: base + from, by: 'a' }])
  await aggregate()
  const [before] = await channel.stored()
  expect(before).toMatchObject({ peakViewers: 7, messages: 1, chatters: 1 })
  await engine.store.command(
    `ALTER TABLE kick_streamer_probe DELETE WHERE platform_user_id = '${channel.user}' SETTINGS mutations_sync = 1`,
  )
  await engine.store.command(
    `ALTER TABLE kick_chat_message DELETE WHERE channel_id = ${channel.id} SETTINGS mutations_sync = 1`,
  )
  const late: Late[] = [{ kind: 'follow', at: base + from, by: 'a' }]
  await told(channel, late)
  await arrive(channel, late)
  await aggregate()
  expect((await channel.stored())[0]).toEqual({ ...before, aggregatedAt: expect.any(Date), follows: 1 })
})

test('what was never computed and has expired stays unknown, and only that', async () => {
  const channel = await newChannel([spans[1]])
  await arrive(channel, minutely(...spans[1], 3))
  await aggregate({ retentionDays: () => ({ probes: 365, chat: 5 }) })
  expect((await channel.stored())[0]).toMatchObject({
    peakViewers: 3,
    coverage: 1,
    messages: null,
    chatters: null,
    follows: 0,
  })
})

test.each(['legacy', 'import'])(
  'viewers that were brought in with a session (%s) stay until samples tell them',
  async (from) => {
    const channel = await newChannel([spans[1]])
    const broughtIn = { peakViewers: 900, averageViewers: 450.5, hoursWatched: 675.75 }
    await database.db.query(bringIn, [
      channel.id,
      from,
      broughtIn.peakViewers,
      broughtIn.averageViewers,
      broughtIn.hoursWatched,
    ])
    await aggregate()
    expect((await channel.stored())[0]).toMatchObject({
      ...broughtIn,
      peakAt: null,
      samples: 0,
      aggregatedAt: expect.any(Date),
    })
    const late = minutely(...spans[1], 7)
    await told(channel, late)
    await arrive(channel, late)
    await aggregate()
    await holds(channel)
    expect((await channel.stored())[0]).toMatchObject({ peakViewers: 7, averageViewers: 7, samples: late.length })
  },
)

test('any number of sessions cost the same queries, and an interrupted run goes on where it was', async () => {
  const channels = await Promise.all([newChannel(spans), newChannel(spans), newChannel(spans)])
  const stopping = new AbortController()
  names.length = 0
  const completeThrough = () => allThere()
  const lost = () => {
    stopping.abort(new Error('killed'))
    return []
  }
  await expect(
    aggregate({ history: { completeThrough, lost }, signal: stopping.signal, batchSize: 4 }),
  ).rejects.toThrow()
  names.length = 0
  expect(await aggregate()).toBeGreaterThan(0)
  expect(names.toSorted()).toEqual(['chat_chatters', 'detail_changes', 'session_summaries'])
  for (const channel of channels) await holds(channel)
  expect(await aggregate()).toBe(0)
})
