import { afterAll, beforeAll, expect, test } from 'vitest'
import { statement } from '../support/stores/statement.ts'
import { channelRow } from '../support/workers/channel-state.ts'
import { type PollerFixture, startPollerFixture } from '../support/workers/poller-fixture.ts'
import { probeAt } from '../support/workers/probing.ts'

let fixture: PollerFixture
beforeAll(async () => {
  fixture = await startPollerFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

/** The names of the statements that are sent meanwhile. */
const namesOf = async (work: () => Promise<void>): Promise<Set<string | undefined>> => {
  const names = new Set<string | undefined>()
  const stop = fixture.db.onStatement((name) => names.add(name))
  await work()
  stop()
  return names
}

const readDetails = statement(
  'test_details',
  'SELECT live_details AS said FROM dm.probe_schedule WHERE channel_id = $1',
)
const setSeen = statement(
  'test_set_seen',
  'UPDATE dm.streamer_channel SET last_seen_at = now() - $2::interval, last_seen_online_at = now() - $3::interval WHERE id = $1',
)

test('the profile is compared where a probe tells another one, and details of before stay', async () => {
  const { db, world, track, cycle, advance } = fixture
  const [[user, id]] = [...(await track(1))] as [[string, bigint]]
  world.goLive(Number(user), { title: 'as before', language: 'fr' })
  const probe = async () => {
    advance(60)
    return namesOf(cycle)
  }
  expect(await probe()).toContain('channels_change_facts')
  const [told] = await db.query(readDetails, [id])
  expect(told).toMatchObject({ said: { title: 'as before', language: 'fr' } })

  expect(await probe()).not.toContain('channels_change_facts')
  expect(await db.query(readDetails, [id])).toEqual([told])

  world.rename(Number(user), 'another-name')
  expect(await probe()).toContain('channels_change_facts')
  expect(await channelRow(db, id)).toMatchObject({ slug: 'another-name' })
  expect(await probe()).not.toContain('channels_change_facts')
})

test('when a channel was seen is stored every ten minutes, and when it was seen live as well', async () => {
  const { db, track } = fixture
  const [id] = [...(await track(1)).values()] as [bigint]
  const startedAt = new Date(Date.now() - 3_600_000)
  const live = { startedAt, viewers: 5 }
  const touches = async (seen: string, online: string | null, isLive: boolean) => {
    await db.query(setSeen, [id, seen, online])
    return namesOf(() => probeAt(db, new Date(), [{ channelId: id, live: isLive ? live : null }]))
  }
  const touch = 'channels_touch_seen'
  // Found live first, so that its status is known.
  await probeAt(db, new Date(), [{ channelId: id, live }])
  expect(await touches('1 minute', '1 minute', true)).not.toContain(touch)
  expect(await touches('9 minutes', '1 minute', true)).toContain(touch)
  expect(await touches('1 minute', '9 minutes', true)).toContain(touch)
  expect(await touches('1 minute', null, true)).toContain(touch)
  expect(await touches('1 minute', '9 minutes', false)).not.toContain(touch)
})
