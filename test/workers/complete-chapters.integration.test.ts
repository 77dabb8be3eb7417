import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertChannel } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import {
  chaptersOf,
  type DetailStatement,
  type Details,
  latestDetails,
  maxStatements,
} from '../../src/sessions/chapters.ts'
import { findSessionDetails } from '../../src/sessions/detail-log.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'
import { select } from '../../src/stores/postgres/model.ts'
import { sql, statement } from '../../src/stores/postgres/statement.ts'
import { type AggregationOptions, aggregateEndedSessions } from '../../src/workers/aggregate-sessions.ts'
import { observeAll } from '../support/sessions/observe-all.ts'
import { received } from '../support/sessions/received.ts'
import { insertProbes, openTestClickHouse, type TestProbe } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement as testStatement } from '../support/stores/statement.ts'

let database: TestDatabase
let engine: Awaited<ReturnType<typeof openTestClickHouse>>
beforeAll(async () => {
  database = await createTestDatabase()
  engine = await openTestClickHouse()
})
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

const readSessions = statement(
  'test_completed_sessions',
  sql`SELECT ${select('StreamSession', ['id', 'startedAt', 'endedAt', 'endSource', 'title', 'category', 'language', 'isMature', 'peakViewers', 'peakAt', 'averageViewers', 'hoursWatched', 'samples', 'coverage', 'messages', 'aggregatedAt'])}
   FROM dm.stream_session WHERE channel_id = $1 ORDER BY started_at`,
)
const countStatements = testStatement(
  'test_count_statements',
  'SELECT count(*)::integer AS n FROM dm.session_detail WHERE channel_id = $1',
)

const waitAgain = testStatement(
  'test_wait_again',
  'UPDATE dm.stream_session SET aggregated_at = NULL WHERE channel_id = $1',
)

// Chat is kept for 30 days of real time.
const base = Math.floor(Date.now() / 86_400_000) * 86_400 - 10 * 86_400
const at = (seconds: number) => new Date((base + seconds) * 1000)

const complete = (options: Partial<AggregationOptions> = {}): Promise<number> =>
  aggregateEndedSessions({
    db: database.db,
    clickHouse: engine.store,
    env: 'test',
    history: { completeThrough: () => new Date(Date.now() + 600_000), lost: () => [] },
    retentionDays: () => ({ probes: 365, chat: 30 }),
    signal: AbortSignal.timeout(120_000),
    ...options,
  })

let users = 0
const newChannel = async () => {
  const user = String(++users)
  const seen = { platformUserId: user, slug: `completed-${user}`, observedAt: at(0) }
  return { id: (await upsertChannel(database.db, 'kick', seen, { log: silentLog })).id, user }
}

type Told = StatusObservation & { viewers?: number }

const polled = (seconds: number, start: number, details: Details, viewers = seconds % 17): Told => ({
  ...{ kind: 'live', source: 'poll', channelId: 0n, at: at(seconds), ...received(at(seconds)) },
  ...{ startedAt: at(start), details, viewers },
})
const missed = (seconds: number): Told => ({
  ...{ kind: 'not-live', source: 'poll', channelId: 0n, at: at(seconds), ...received(at(seconds)) },
})
const webhook = (seconds: number) =>
  ({ source: 'webhook', channelId: 0n, at: at(seconds), ...received(at(seconds)) }) as const
const started = (seconds: number, start: number, details: Details): Told => ({
  ...webhook(seconds),
  ...{ kind: 'live', startedAt: at(start), details },
})
const metadata = (seconds: number, details: Details): Told => ({ ...webhook(seconds), kind: 'details', details })
const ended = (seconds: number, start: number, details: Details): Told => ({
  ...webhook(seconds),
  ...{ kind: 'ended', startedAt: at(start), endedAt: at(seconds), details },
})

/** Polls of a minute from `from` to `to`; what they say changes at the instants given. */
const polls = (from: number, to: number, changes: readonly (readonly [number, Details])[]): Told[] =>
  Array.from({ length: Math.ceil((to - from) / 60) }, (_, n) => {
    const second = from + 30 + n * 60
    return polled(second, from, changes.findLast(([since]) => second >= since)?.[1] ?? {})
  }).filter((one) => one.at < at(to))

const chess = { title: 'Chess', category: 'Chess', language: 'en', isMature: false }
const blitz = { ...chess, title: 'Blitz' }
const poker = { title: 'Poker', category: 'Poker', language: 'en', isMature: true }

/** A day of three broadcasts: changes and returns, blanks, and deliveries that polls contradict before and after. */
const day: readonly Told[] = [
  ...polls(600, 1_500, [
    [0, chess],
    [870, blitz],
    [1_050, chess],
    [1_200, {}],
    [1_300, poker],
  ]),
  started(602, 600, { title: 'Chess' }),
  metadata(700, { title: 'Blitz', category: 'Chess' }),
  metadata(865, { title: 'Blitz' }),
  metadata(1_290, { category: 'Poker', language: 'fr' }),
  ended(1_500, 600, { title: 'Good night' }),
  missed(1_560),
  missed(1_700),
  ...polls(1_800, 2_700, [
    [0, poker],
    [2_100, { ...poker, language: 'fr' }],
    [2_200, poker],
  ]),
  metadata(2_400, { title: 'Chess' }),
  metadata(2_401, { title: 'Poker' }),
  metadata(2_520, { isMature: false }),
  ended(2_700, 1_800, { title: 'Poker' }),
  ...polls(3_000, 3_600, [
    [0, chess],
    [3_400, blitz],
  ]),
  missed(4_000),
  missed(4_060),
  missed(4_200),
]

const starts = [600, 1_800, 3_000]

/** Random numbers that are the same for the same seed. */
const chances = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** The day in another order, with a third of it told twice. */
const shuffled = (seed: number): Told[] => {
  const chance = chances(seed)
  const twice = day.filter(() => chance() < 1 / 3)
  return [...day, ...twice]
    .map((one) => ({ one, key: chance() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one)
}

const probesOf = (channel: string, told: readonly Told[]): TestProbe[] =>
  told.flatMap((one): TestProbe[] => {
    if (one.source !== 'poll') return []
    const probe = { channel, at: one.at.getTime() / 1000 }
    if (one.kind !== 'live') return [probe]
    const { title, category, language, isMature } = one.details
    const { startedAt, viewers = 1 } = one
    const said = { title: title ?? '', category: category ?? '', language: language ?? '' }
    return [
      { ...probe, startedAt: startedAt.getTime() / 1000, viewers, ...said, ...(isMature != null && { isMature }) },
    ]
  })

const stored = async (channelId: bigint) => {
  const sessions = await database.db.query(readSessions, [channelId])
  const statements = await findSessionDetails(
    database.db,
    sessions.map(({ id }) => id),
  )
  return sessions.map(({ id, aggregatedAt, ...session }, index) => {
    expect(aggregatedAt).not.toBeNull()
    const extent = { ...session, nextStartedAt: sessions[index + 1]?.startedAt ?? null }
    return {
      ...session,
      chapters: chaptersOf(
        statements.filter(({ sessionId }) => sessionId === id),
        extent,
      ),
    }
  })
}

const statementOf = (seen: Told): DetailStatement[] => {
  if (seen.kind === 'not-live') return []
  const startedAt = seen.kind === 'details' ? null : seen.startedAt
  return Object.keys(seen.details).length === 0
    ? []
    : [{ startedAt, saidAt: seen.at, source: seen.source, ...seen.details }]
}

const observeDay = async (told: readonly Told[]) => {
  const channel = await newChannel()
  await insertProbes(engine.store, probesOf(channel.user, day))
  await observeAll(
    database.db,
    channel.id,
    told.map((one) => ({ ...one, channelId: channel.id })),
  )
  return channel
}

test('a day in any order, partly told twice, ends in the same sessions, chapters and aggregates', async () => {
  const orders = [day, day.toReversed(), ...[1, 2, 3, 4].map(shuffled)]
  const channels = []
  for (const told of orders) channels.push(await observeDay(told))
  await complete()
  const all = day.flatMap(statementOf)
  for (const { id } of channels) {
    const found = await stored(id)
    expect(found.map(({ startedAt }) => startedAt)).toEqual(starts.map(at))
    found.forEach((session, index) => {
      const extent = { ...session, nextStartedAt: found[index + 1]?.startedAt ?? null }
      expect(session.chapters).toEqual(chaptersOf(all, extent))
      expect(session).toMatchObject(latestDetails(all, extent))
    })
    expect(found).toEqual(await stored(channels[0]!.id))
  }
  expect((await stored(channels[0]!.id)).map(({ chapters }) => chapters.length)).toEqual([8, 7, 2])
}, 60_000)

test('a delivery that comes after the aggregates is completed with the probes around it', async () => {
  const late = day.filter((one) => one.kind === 'details')
  const channel = await observeDay(day.filter((one) => one.kind !== 'details'))
  await complete()
  for (const one of late) await observeAll(database.db, channel.id, [{ ...one, channelId: channel.id }])
  expect(
    (await database.db.query(readSessions, [channel.id])).map(({ aggregatedAt }) => aggregatedAt === null),
  ).toEqual([true, true, false])
  await complete()
  const all = day.flatMap(statementOf)
  const found = await stored(channel.id)
  found.forEach((session, index) => {
    const extent = { ...session, nextStartedAt: found[index + 1]?.startedAt ?? null }
    expect(session.chapters).toEqual(chaptersOf(all, extent))
  })
}, 60_000)

test('what is complete stays as it is, also when its probes are gone, and of expired ones nothing is added', async () => {
  const { db } = database
  const { id, user } = await observeDay(day.toReversed())
  const kept = () => db.query<{ n: number }>(countStatements, [id])
  const again = async (options?: Partial<AggregationOptions>): Promise<void> => {
    await db.query(waitAgain, [id])
    await complete(options)
  }
  const before = await kept()
  await complete({ retentionDays: () => ({ probes: 5, chat: 30 }) })
  expect(await kept()).toEqual(before)
  await again()
  const [after, found] = [await kept(), await stored(id)]
  expect(after[0]!.n).toBeGreaterThan(before[0]!.n)
  await again()
  expect(await kept()).toEqual(after)
  expect(await stored(id)).toEqual(found)
  for (const gone of [900, 4_000]) {
    await engine.store.command(
      `ALTER TABLE kick_streamer_probe DELETE WHERE platform_user_id = '${user}' AND ts < ${base + gone} SETTINGS mutations_sync = 1`,
    )
    await again()
    expect((await stored(id)).map(({ coverage: _, ...session }) => session)).toEqual(
      found.map(({ coverage: _, ...session }) => session),
    )
  }
}, 60_000)

test('a title that changes at every probe fills the log up to its bound, and what is shown is the latest', async () => {
  const channel = await newChannel()
  const length = maxStatements + 50
  const told = Array.from({ length }, (_, n) => polled(10_000 + n, 10_000, { title: `Title ${n}` }))
  await insertProbes(engine.store, probesOf(channel.user, told))
  const own = { channelId: channel.id }
  await observeAll(database.db, channel.id, [
    { ...told.at(-1)!, ...own },
    { ...ended(10_000 + length, 10_000, {}), ...own },
  ])
  await complete()
  expect(await database.db.query(countStatements, [channel.id])).toEqual([{ n: maxStatements }])
  const [session] = await database.db.query(readSessions, [channel.id])
  expect(session).toMatchObject({ title: `Title ${length - 1}` })
}, 60_000)
