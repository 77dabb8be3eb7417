import { afterAll, beforeAll, expect, test } from 'vitest'
import { touchSeen } from '../../src/channels/schedule.ts'
import { silentLog } from '../../src/lib/log.ts'
import { leaseProbes } from '../../src/workers/probe-queue.ts'
import { recordProbes } from '../../src/workers/record-probes.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { type PollerFixture, startPollerFixture } from '../support/workers/poller-fixture.ts'

let fixture: PollerFixture
beforeAll(async () => {
  fixture = await startPollerFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const readEvents = statement(
  'test_events_with_evidence',
  `SELECT event_type AS type, event_timestamp AS occurred, received_timestamp AS received, event_data AS data
   FROM dm.status_event WHERE channel_id = $1 ORDER BY id`,
)
const readSeen = statement(
  'test_seen',
  `SELECT last_seen_at AS seen, last_seen_online_at AS online, last_status_change_at AS changed FROM dm.streamer_channel WHERE id = $1`,
)
const makeDue = statement('test_make_due', 'UPDATE dm.probe_schedule SET next_probe_at = now() WHERE channel_id = $1')

test('the events of a poll keep its row, its answer’s arrival, and what an end was inferred from', async () => {
  const { db, world, kick, track, advance, now } = fixture
  const [[user, id]] = [...(await track(1))] as [[string, bigint]]
  const { startedAt } = world.goLive(Number(user), { title: 'a title' })
  /** A probe whose answer takes two seconds. */
  const probe = async (): Promise<Date> => {
    await db.query(makeDue, [id])
    const leases = await leaseProbes(db, 'kick', 10)
    const asked = new Date(now())
    const result = await kick.fetchLive([user])
    const call = { ...result.call, durationMs: 2_000 }
    await recordProbes(
      { db, platform: 'kick', pollIntervalSeconds: 60, appendProbes: async () => {}, log: silentLog },
      [{ leases, result: { ...result, call } }],
    )
    return asked
  }
  advance(30)
  const seen = await probe()
  world.end(Number(user))
  advance(60)
  const first = await probe()
  advance(60)
  const second = await probe()

  const after = (at: Date) => new Date(at.getTime() + 2_000)
  const endpoint = '/public/v1/users/livestreams'
  expect(await db.query(readEvents, [id])).toMatchObject([
    {
      type: 'stream_start',
      occurred: new Date(startedAt),
      received: after(seen),
      data: { source: 'poll', endpoint, row: { title: 'a title', broadcaster_user: { id: Number(user) } } },
    },
    {
      type: 'stream_end',
      occurred: seen,
      received: after(second),
      data: {
        source: 'poll',
        endpoint,
        row: null,
        inferredFrom: { lastSeenAt: seen.toJSON(), missedAt: [first.toJSON(), second.toJSON()] },
      },
    },
  ])
  // The status changed when the broadcast was last on, and not when the second miss was seen.
  expect(await db.query(readSeen, [id])).toMatchObject([{ changed: seen, online: seen }])
})

test('each channel was seen when its own probe was, and online only where that saw a broadcast', async () => {
  const { db } = fixture
  const lastSeenAt = new Date('2026-01-01T00:00:00Z')
  const make = seed(db)
  const [live, missed] = [
    await make.channel({ status: 'online', lastSeenAt }),
    await make.channel({ status: 'online', lastSeenAt }),
  ]
  const [one, other] = [new Date('2026-01-01T01:00:00Z'), new Date('2026-01-01T01:00:07Z')]
  await touchSeen(db, [
    { channelId: live, at: one, isLive: true },
    { channelId: missed, at: other, isLive: false },
  ])
  expect(await db.query(readSeen, [live])).toMatchObject([{ seen: one, online: one }])
  expect(await db.query(readSeen, [missed])).toMatchObject([{ seen: other, online: null }])
})
