import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

type Instants = { type: string; occurred: Date; received: Date; processed: Date }

const readInstants = statement(
  'test_event_instants',
  `SELECT event_type AS type, event_timestamp AS occurred, received_timestamp AS received, processed_timestamp AS processed
   FROM dm.status_event WHERE channel_id = $1 ORDER BY id`,
)

/** The events that these observations make of a new channel. */
const eventsOf = async (
  observations: (channelId: bigint) => readonly StatusObservation[],
): Promise<[Instants, ...Instants[]]> => {
  const channelId = await seed(database.db).channel({ status: 'unknown' })
  for (const one of observations(channelId))
    await database.db.transaction(async (tx) => void (await applyStatus(tx, [one])))
  return (await database.db.query<Instants>(readInstants, [channelId])) as [Instants, ...Instants[]]
}

const evidence = { kind: 'delivery', messageId: 'm', eventType: 'e', body: '{}' } as const
const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000)
const webhook = { source: 'webhook', evidence, details: {} } as const

test('an event was received when our process received it, and not when the platform sent it', async () => {
  const [event] = await eventsOf((channelId) => [
    { ...webhook, kind: 'live', channelId, startedAt: at(0), at: at(0), reportedAt: at(2), receivedAt: at(600) },
  ])
  expect(event).toMatchObject({ occurred: at(0), received: at(600) })
  expect(+event.processed).toBeGreaterThan(+event.received)
})

test('what a poll shows was received with its answer, and not when it was asked', async () => {
  const answer = { kind: 'answer', endpoint: '/live', row: () => ({}) } as const
  const [event] = await eventsOf((channelId) => [
    {
      ...{ source: 'poll', kind: 'live', channelId, details: {}, evidence: answer },
      ...{ startedAt: at(0), at: at(60), receivedAt: at(63) },
    },
  ])
  expect(event).toMatchObject({ occurred: at(0), received: at(63) })
})

test('an end that was told before its broadcast was known is received with the last of what it follows from', async () => {
  const [, end] = await eventsOf((channelId) => [
    { ...webhook, kind: 'ended', channelId, startedAt: null, endedAt: at(500), at: at(500), receivedAt: at(501) },
    // Received before the end, and projected after it.
    { ...webhook, kind: 'live', channelId, startedAt: at(0), at: at(0), receivedAt: at(3) },
  ])
  expect(end).toMatchObject({ type: 'stream_end', occurred: at(500), received: at(500) })
})

test('a platform whose clock runs ahead dates nothing after its receipt', async () => {
  const [event] = await eventsOf((channelId) => [
    { ...webhook, kind: 'live', channelId, startedAt: at(90), at: at(90), receivedAt: at(30) },
  ])
  expect(event).toMatchObject({ occurred: at(30), received: at(30) })
})

test('whatever the clocks say, an event is not received before it happened, and not processed before it was received', async () => {
  const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) }).map((ms) => new Date(ms))
  await fc.assert(
    fc.asyncProperty(instant, instant, instant, instant, instant, async (startedAt, endedAt, sent, first, second) => {
      const events = await eventsOf((channelId) => [
        { ...webhook, kind: 'live', channelId, startedAt, at: startedAt, reportedAt: sent, receivedAt: first },
        { ...webhook, kind: 'ended', channelId, startedAt, endedAt, at: endedAt, receivedAt: second },
      ])
      expect(events.length).toBeGreaterThan(0)
      for (const { occurred, received, processed } of events) {
        expect(+occurred).toBeLessThanOrEqual(+received)
        expect(+received).toBeLessThanOrEqual(+processed)
      }
      expect(+events[0].received).toBe(Math.min(+first, +events[0].processed))
      expect(+events[0].occurred).toBe(Math.min(+startedAt, +events[0].received))
    }),
    { numRuns: 40, endOnFailure: true },
  )
})
