import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startAlertProcess } from '../support/alerts/alert-process.ts'
import { deliveryRows, makeRule, makeTarget } from '../support/alerts/alert-rows.ts'
import { goLiveNow } from '../support/alerts/go-live-now.ts'
import { type Answer, type Receiver, startReceiver } from '../support/alerts/receiver.ts'
import { eventually } from '../support/lib/eventually.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

/** `ALERT_KILLS=50` for the long run. */
const kills = Number(process.env.ALERT_KILLS ?? 2)

/** Starts in a minute. */
const perMinute = 1_000
const channelCount = 40

const know = statement('test_kills_offline', `UPDATE dm.streamer_channel SET status = 'offline'`)
const events = statement(
  'test_kills_events',
  `SELECT id, channel_id AS "channelId" FROM dm.status_event WHERE event_type <> 'connection_test' ORDER BY id`,
)

const delivered = statement(
  'test_kills_delivered',
  `SELECT count(*)::integer AS count FROM public.alert_delivery WHERE state = 'delivered'`,
)

/** Targets by how they behave: `share` of the calls are answered so, all others are taken. */
const behaviours: Record<string, { share: number; answer: Answer }> = {
  well: { share: 0, answer: { status: 200 } },
  busy: { share: 0.3, answer: { status: 429, retryAfterSeconds: 0 } },
  broken: { share: 0.4, answer: { status: 500 } },
  slow: { share: 0.2, answer: { status: 200, afterMs: 150 } },
  silent: { share: 0.1, answer: 'never' },
}

test(`of nodes that are killed ${kills} times under ${perMinute} starts a minute every event reaches every target, once by its id and in order`, {
  timeout: 120_000 + kills * 30_000,
}, async () => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const { db } = database
  const channels = (await insertTestChannels(db, channelCount)).map(({ id }) => id)
  await db.query(know)
  const receivers = new Map<string, Receiver>()
  for (const [name, { share, answer }] of Object.entries(behaviours)) {
    const receiver = opened.use(await startReceiver())
    // What a target does depends on the call alone, so that a run can be repeated.
    receiver.answer((_, call) => ((call * 7_919) % 1_000 < share * 1_000 ? answer : { status: 200 }))
    receivers.set(await makeTarget(db, receiver.url, name), receiver)
  }
  await makeRule(db, { kinds: ['went-live', 'ended'], targetIds: [...receivers.keys()], since: new Date(0) })
  const urls = { dm: database.url, public: database.urlOfPublic }
  const start = async () => opened.use(await startAlertProcess(urls))
  const survivor = await start()
  const nodes = [await start(), await start()]

  let isOver = false
  let starts = 0
  const write = async () => {
    const begun = performance.now()
    while (!isOver) {
      const due = ((performance.now() - begun) / 60_000) * perMinute
      if (starts < due) await goLiveNow(db, [channels[starts++ % channelCount]!])
      else await delay(10)
    }
  }
  const writing = write()
  for (let kill = 0; kill < kills; kill++) {
    // The instant of the kill is what is tried out; nothing waits for this time.
    await delay(300 + Math.random() * 1_500)
    const victim = nodes.shift()!
    await victim.kill()
    nodes.push(await start())
  }
  isOver = true
  await writing

  const happened = await db.query<{ id: bigint; channelId: bigint }>(events)
  expect(happened.length).toBeGreaterThan(starts)
  const all = happened.length * receivers.size
  for (let before = -1, now = 0; now < all; before = now)
    now = await eventually('more is delivered', async () => {
      const { count } = (await db.query<{ count: number }>(delivered))[0]!
      return count > before && count > 0 && count
    })
  const rows = await deliveryRows(db)
  expect(rows.length).toBe(all)
  for (const [targetId, receiver] of receivers) {
    const own = rows.filter((row) => row.targetId === targetId)
    const taken = receiver.taken()
    // Nothing is lost, nothing invented, and nothing has two ids.
    expect(taken.map(({ id }) => id).sort()).toEqual(own.map(({ messageId }) => messageId).sort())
    const told = new Set(own.map(({ happening }) => happening))
    expect(told.size).toBe(happened.length)
    for (const channelId of channels) {
      const ids = own.filter((row) => row.channelId === channelId).map(({ messageId }) => messageId)
      const isOf = new Set(ids)
      // In the order of the journal, by when each was first taken.
      expect(taken.filter(({ id }) => isOf.has(id)).map(({ id }) => id)).toEqual(ids)
    }
  }
  const calls = [...receivers.values()].map((receiver) => receiver.calls.length)
  const heapMb = [...survivor.heaps()]
  const middleOf = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
  // What waits grows meanwhile, and the memory of a node does not.
  if (heapMb.length >= 12)
    expect(middleOf(heapMb.slice(-heapMb.length / 4))).toBeLessThan(1.3 * middleOf(heapMb.slice(3, heapMb.length / 3)))
  console.info({ kills, starts, events: happened.length, deliveries: all, calls, heapMb })
})
