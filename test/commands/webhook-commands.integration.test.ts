import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommandServices } from '../../src/commands/store-command.ts'
import { silentLog } from '../../src/lib/log.ts'
import { askCommand, askJson } from '../support/commands/ask-command.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { insertDeliveries } from '../support/webhooks/inbox-rows.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const hour = 3_600_000
const resources = new AsyncDisposableStack()
let services: Partial<CommandServices>

beforeAll(async () => {
  const { db } = resources.use(await createTestDatabase())
  const { store } = resources.use(await openTestClickHouse())
  await store.command('ALTER TABLE webhook_inbox REMOVE TTL')
  services = { db, clickHouse: store, env: 'test', platforms: new Map(), log: silentLog, clock: () => now }
  const id = await seed(db).channel({ slug: 'one' })
  const { rows } = await db.pool.query<{ user: string }>(
    'SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1',
    [id],
  )
  const said = { source: 'kick', eventType: 'chat.message.sent', verified: true, replay: false, leftOut: 0 } as const
  await insertDeliveries(store, 'test', [
    { ...said, channelUserId: rows[0]!.user, outcome: 'PROJECTED', sentAt: now - 2_500, receivedAt: now - 500 },
    { ...said, channelUserId: 'another', outcome: 'LATE', sentAt: now - 2 * hour, receivedAt: now - hour },
    {
      ...said,
      verified: false,
      channelUserId: '',
      outcome: 'FORGED',
      leftOut: 7,
      sentAt: null,
      receivedAt: now - hour,
    },
    { ...said, channelUserId: 'another', outcome: 'KEPT', sentAt: now - 30 * hour, receivedAt: now - 30 * hour },
  ])
})
afterAll(() => resources.disposeAsync())

const json = (...words: string[]) => askJson(['webhooks', 'stats', ...words], { services })

test('webhooks stats counts what was delivered in the last 24 hours by type, what most came of first', async () => {
  expect(await json()).toEqual([
    {
      ...{ platform: 'kick', eventType: null, lastAt: '2026-11-22T11:00:00.000Z', received: 8, leftOut: 7 },
      ...{ outcomes: { FORGED: 8 }, lag: null, expected: 0, untold: 0 },
    },
    {
      ...{
        platform: 'kick',
        eventType: 'chat.message.sent',
        lastAt: '2026-11-22T11:59:59.500Z',
        received: 2,
        leftOut: 0,
      },
      ...{
        outcomes: { PROJECTED: 1, LATE: 1 },
        lag: { p50: 2_000, p95: 3_588_096, max: hour },
        expected: 0,
        untold: 0,
      },
    },
  ])
  const { lines } = await askCommand(['webhooks', 'stats'], { services })
  expect(lines).toEqual([
    'kick (not signed)                             8  FORGED 8',
    'kick chat.message.sent                        2  half within 2.0 s, all within 3600.0 s  PROJECTED 1, LATE 1',
    'all                                          10  half within 2.0 s, all within 3600.0 s  PROJECTED 1, LATE 1, FORGED 8',
  ])
})

test('webhooks stats may be about a channel, a platform, a type and a range', async () => {
  const received = async (...words: string[]) => (await json(...words)).map((one: { received: number }) => one.received)
  expect(await received('one')).toEqual([1])
  expect(await received('--platform', 'twitch')).toEqual([])
  expect(await received('--type', 'chat.message.sent', '--to', '2026-11-21T12:00:00Z', '--from', '2026-11-20')).toEqual(
    [1],
  )
  await expect(json('--from', '2027-01-01')).rejects.toThrow('--from must not be after --to')
  await expect(json('nobody')).rejects.toThrow('No channel "nobody" of kick is known')
})
