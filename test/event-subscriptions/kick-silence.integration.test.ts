import { beforeEach, describe, expect, test } from 'vitest'
import { eventSilences } from '../../src/event-subscriptions/silence.ts'
import { silentLog } from '../../src/lib/log.ts'
import { chat, kickSubscriptions, typesOfEach, users } from '../support/workers/kick-subscriptions.ts'

const minute = 60_000
const harness = kickSubscriptions()
const { run } = harness

describe('silence', () => {
  const told: { level: string; fields: object; text: string }[] = []
  const keep = (level: string) => (fields: object, text: string) => void told.push({ level, fields, text })
  const log = { ...silentLog, warn: keep('warn'), error: keep('error') }
  const many = Array.from({ length: 20 }, (_, n) => String(n + 1))
  const idOf = async (event: string) =>
    new Map((await harness.fixture.rows()).filter((row) => row.event === event).map(({ user, id }) => [user, id]))
  const isHeld = (event: string, user: string, id: string | null) =>
    harness.server.subscriptions.of(Number(user), event).some((one) => one.id === id)

  beforeEach(async () => {
    // The database dates when a subscription was made.
    harness.now = Date.now()
    told.length = 0
    await harness.fixture.watch(many.slice(users.length))
    await harness.fixture.setLive(many)
    await run()
    harness.now += minute
  })

  const watchFor = async (minutes: number, arrive: () => Promise<unknown>) => {
    const renewed: number[] = []
    for (let i = 0; i < minutes; i += 5) {
      harness.now += 5 * minute
      await arrive()
      renewed.push((await run({ log })).renewed)
    }
    return renewed
  }

  test('of nineteen of twenty live channels ends in new subscriptions for them, and the one that delivers keeps its own', async () => {
    const before = await idOf(chat)
    await watchFor(20, () => harness.fixture.deliver(chat, ['7']))
    await run()
    const after = await idOf(chat)
    expect(many.filter((user) => after.get(user) === before.get(user))).toEqual(['7'])
    for (const user of many) expect(isHeld(chat, user, after.get(user)!)).toBe(true)
    expect(harness.server.subscriptions.count).toBe(many.length * typesOfEach)
    expect(await eventSilences(harness.database.db)).toContainEqual(
      expect.objectContaining({ platform: 'kick', event: chat, quietSeconds: 0 }),
    )
  })

  test('of everything is told once as an error and by a number, and is met with three renewals', async () => {
    const renewed = await watchFor(30, async () => undefined)
    expect(told.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        fields: { platform: 'kick' },
        text: 'nothing at all arrives although channels are live: can the platform reach the webhook?',
      },
    ])
    expect(renewed.filter((count) => count > 0)[0]).toBe(3)
    expect(Math.max(...renewed)).toBe(3)
    const silences = await eventSilences(harness.database.db)
    expect(silences.find(({ event }) => event === '*')!.quietSeconds).toBeGreaterThanOrEqual(900)
    expect(silences.find(({ event }) => event === chat)).toMatchObject({ silent: expect.any(Number) })
  })

  test('of one start that was seen and not told renews that subscription alone', async () => {
    const status = 'livestream.status.updated'
    await watchFor(15, () => harness.fixture.deliver(chat))
    await harness.database.db.pool.query(
      `UPDATE dm.streamer_channel SET last_status_change_at = $1 WHERE platform_user_id = '5'`,
      [new Date(harness.now)],
    )
    const before = await idOf(status)
    const renewed = await watchFor(60, () => harness.fixture.deliver(chat))
    await run()
    expect(renewed.reduce((sum, count) => sum + count)).toBe(1)
    const after = await idOf(status)
    expect(many.filter((user) => after.get(user) !== before.get(user))).toEqual(['5'])
  })

  test('of a type while others arrive is told once, and renewed less and less often', async () => {
    const renewed = await watchFor(300, () => harness.fixture.deliver('channel.followed'))
    expect(told.filter(({ text }) => text.startsWith('nothing of this type'))).toMatchObject([
      { fields: { platform: 'kick', event: chat } },
    ])
    expect(renewed.filter((count) => count > 0)).toEqual([many.length, many.length, many.length])
    expect(harness.server.subscriptions.count).toBe(many.length * typesOfEach)
  })
})
