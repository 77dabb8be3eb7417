import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertChannel } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'
import { cases } from '../support/lib/cases.ts'
import { eventually } from '../support/lib/eventually.ts'
import { brokenRules } from '../support/live/journal-invariants.ts'
import { keepLooks, observeAll } from '../support/sessions/observe-all.ts'
import { received } from '../support/sessions/received.ts'
import { daysToldTwice } from '../support/sessions/status-days.ts'
import { createStatusModel } from '../support/sessions/status-model.ts'
import { plainDay } from '../support/sessions/status-plain.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

let users = 0
const newChannel = async (): Promise<bigint> => {
  const platformUserId = String(++users)
  const seen = { platformUserId, slug: `streamer-${users}`, observedAt: new Date(0) }
  return (await upsertChannel(database.db, 'kick', seen, { log: silentLog })).id
}

const readSessions = statement(
  'test_sessions_of',
  `SELECT started_at AS "startedAt", start_source AS "startSource", ended_at AS "endedAt", end_source AS "endSource", title
   FROM dm.stream_session WHERE channel_id = $1 ORDER BY started_at`,
)
const readEvents = statement(
  'test_events_of',
  `SELECT event_type AS type, previous_status AS "previousStatus", new_status AS "newStatus", session_started_at AS "sessionStartedAt",
     event_timestamp AS "occurredAt" FROM dm.status_event WHERE channel_id = $1 ORDER BY id`,
)
const readStatus = statement(
  'test_status_of',
  'SELECT status, last_status_change_at AS since FROM dm.streamer_channel WHERE id = $1',
)

type StoredSession = {
  startedAt: Date
  startSource: string
  endedAt: Date | null
  endSource: string | null
  title: string | null
}

const stored = async (channelId: bigint) => ({
  ...(await database.db.query<{ status: string; since: Date | null }>(readStatus, [channelId]))[0]!,
  sessions: await database.db.query<StoredSession>(readSessions, [channelId]),
  events: await database.db.query(readEvents, [channelId]),
})

const modelled = (told: readonly StatusObservation[]) => {
  const model = createStatusModel()
  for (const one of told) model.observe(one)
  return {
    status: model.status,
    since: model.since,
    sessions: [...model.sessions.values()]
      .toSorted((a, b) => +a.startedAt - +b.startedAt)
      .map(({ startedAt, startSource, endedAt, endSource, title = null }) => ({
        startedAt,
        startSource,
        endedAt,
        endSource,
        title,
      })),
    events: model.events.map(({ because: _, ...event }) => event),
  }
}

const batchSizes = fc.infiniteStream(fc.integer({ min: 1, max: 5 }))

test('Postgres ends where the model does, told in any order, in any batches and with repetitions', async () => {
  await fc.assert(
    fc.asyncProperty(daysToldTwice(0n), batchSizes, async ([, shuffled], sizes) => {
      const channelId = await newChannel()
      const told = shuffled.map((one) => ({ ...one, channelId }))
      await observeAll(database.db, channelId, told, sizes)
      const found = await stored(channelId)
      expect(found).toEqual(modelled(told))
      expect({
        status: found.status,
        since: found.sessions.length > 0 ? +found.since! : null,
        sessions: found.sessions.map(({ startedAt, startSource, endedAt, endSource }) => ({
          from: +startedAt,
          begun: startSource,
          to: endedAt && +endedAt,
          by: endSource,
        })),
      }).toEqual(plainDay(told))
    }),
    { numRuns: cases(6) },
  )
  expect(await brokenRules(database.db)).toEqual([])
})

test('many observations of many channels cost no more statements than one', async () => {
  const channels = await Promise.all([newChannel(), newChannel(), newChannel()])
  const started = (channelId: bigint): StatusObservation => ({
    kind: 'live',
    channelId,
    at: new Date(1_000),
    source: 'webhook',
    ...received(new Date(1_000)),
    startedAt: new Date(1_000),
    details: {},
  })
  const statements = async (observations: readonly StatusObservation[]): Promise<string[]> => {
    const names: string[] = []
    const stop = database.db.onStatement((name) => names.push(name ?? ''))
    await database.db.transaction(async (tx) => void (await applyStatus(tx, observations)))
    stop()
    return names
  }
  const one = await statements([started(channels[0]!)])
  expect(await statements(channels.slice(1).map(started))).toEqual(one)
})

test('whoever waited for another decision about a channel knows the looks of that one', async () => {
  const channelId = await newChannel()
  const at = (seconds: number) => new Date(seconds * 1_000)
  const poll = { channelId, source: 'poll', ...received(at(120)), details: {} } as const
  await observeAll(database.db, channelId, [{ ...poll, kind: 'live', at: at(10), startedAt: at(5), seenBefore: null }])
  const look = (seconds: number): StatusObservation => ({ ...poll, kind: 'not-live', at: at(seconds) })
  const details: StatusObservation = {
    kind: 'details',
    channelId,
    at: at(130),
    source: 'webhook',
    ...received(at(130)),
    details: { title: 'told while it waits' },
  }
  let waiting = Promise.resolve()
  await database.db.transaction(async (tx) => {
    // The second miss ends the broadcast; before it is committed a webhook tells of the channel.
    await tx.query(keepLooks, [channelId, at(5), at(10), at(120), at(60), null])
    await applyStatus(tx, [look(120)])
    waiting = database.db.transaction(async (other) => void (await applyStatus(other, [details])))
    const blocked = statement(
      'test_blocked',
      `SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    await eventually(
      'the other waits',
      async () => (await database.db.query<{ waiting: number }>(blocked))[0]!.waiting === 1,
    )
  })
  await waiting
  expect(await stored(channelId)).toMatchObject({
    status: 'offline',
    sessions: [{ startedAt: at(5), endedAt: at(10) }],
    events: [{ type: 'stream_start' }, { type: 'stream_end' }],
  })
})

test('a start and an end that come together are both told, in this order', async () => {
  const channelId = await newChannel()
  const startedAt = new Date(5_000)
  const endedAt = new Date(9_000)
  const common = { channelId, source: 'webhook' as const, ...received(endedAt), details: { title: 'a title' } }
  await database.db.transaction(async (tx) => {
    await applyStatus(tx, [
      { ...common, kind: 'live', at: startedAt, startedAt },
      { ...common, kind: 'ended', at: endedAt, startedAt, endedAt, platformEventId: '01JQ' },
    ])
  })
  expect(await stored(channelId)).toMatchObject({
    status: 'offline',
    sessions: [{ startedAt, endedAt, endSource: 'webhook', title: 'a title' }],
    events: [
      { type: 'stream_start', newStatus: 'online' },
      { type: 'stream_end', newStatus: 'offline' },
    ],
  })
})
