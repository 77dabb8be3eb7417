import { expect, test } from 'vitest'
import { openAlerts } from '../../src/app/start-alerts.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { isFollowing, startAlertNode } from '../support/alerts/alert-node.ts'
import { makeRule } from '../support/alerts/alert-rows.ts'
import { goLiveNow } from '../support/alerts/go-live-now.ts'
import { eventually } from '../support/lib/eventually.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { received } from '../support/sessions/received.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { type DiscordServer, startDiscord } from '../support/targets/discord-server.ts'

const author = { identity: { role: 'ADMIN', name: 'test', subject: 'test' }, requestId: 'request' }
const know = statement('test_discord_offline', `UPDATE dm.streamer_channel SET status = 'offline'`)

/** A Discord with a target and a rule for it, and the alerts that know them. */
const tellDiscord = async (db: Postgres, discord: DiscordServer, kinds: readonly string[]) => {
  const { alerts } = openAlerts({
    config: { environment: { name: 'test' }, alertPrivateNetworks: ['127.0.0.0/8'] },
    ...{ databases: sidesOf(db), ring: parseKeyRing(newKeyText())!, registry: builtInPlatforms, clock: systemClock },
  })
  const secrets = { url: discord.url }
  const made = await alerts.targets.create(author, { name: 'Discord', kind: 'discord', settings: {}, secrets })
  if (made.kind !== 'saved') throw new Error(made.message)
  await makeRule(db, { kinds, targetIds: [made.target.id] })
  return alerts
}

test('a broadcast is one message at Discord, which is edited while it goes on and finished when it ends', async () => {
  await using database = await createTestDatabase()
  await using discord = await startDiscord()
  const { db } = database
  const alerts = await tellDiscord(db, discord, ['went-live', 'title-changed', 'ended'])
  await using node = startAlertNode(db, { deliver: { openTarget: alerts.openTarget } })
  await eventually('it follows', () => isFollowing(node))
  const [channel] = await insertTestChannels(db, 1)
  await db.query(know)
  const embed = () => discord.messages[0]?.embeds[0] as { title: string; description: string } | undefined

  const startedAt = await goLiveNow(db, [channel!.id], 'First title')
  await eventually('the message is there', () => embed()?.title === 'First title')

  const say = (later: number, what: object) => {
    const at = new Date(+startedAt + later)
    const seen = { channelId: channel!.id, at, source: 'webhook', ...received(at), ...what } as never
    return db.transaction((tx) => applyStatus(tx, [seen]))
  }
  await say(1, { kind: 'details', details: { title: 'Second title' } })
  await eventually('it is edited', () => embed()?.title === 'Second title')

  const endedAt = new Date(+startedAt + 2)
  await say(2, { kind: 'ended', startedAt, endedAt, details: {} })
  await eventually('it is finished', () => embed()?.description.includes('no longer live'))
  expect(discord.messages).toHaveLength(1)
  // Discord has a message before the row says so.
  const list = () => alerts.deliveries.list({}, { before: null, limit: 10 })
  await eventually('all are delivered', async () => (await list()).every(({ state }) => state === 'delivered'))
  const rows = await list()
  expect(rows.map(({ kind, state }) => [kind, state])).toEqual([
    ['ended', 'delivered'],
    ['title-changed', 'delivered'],
    ['went-live', 'delivered'],
  ])
  expect(new Set(rows.map(({ message }) => message.thread)).size).toBe(1)
})

test('many at once wait for the allowance of Discord before their attempts, so that none is spent on waiting', async () => {
  await using database = await createTestDatabase()
  await using discord = await startDiscord({ requests: 1, windowMs: 800 })
  const { db } = database
  const alerts = await tellDiscord(db, discord, ['went-live'])
  // Eight of them would take longer than this together.
  await using node = startAlertNode(db, { deliver: { openTarget: alerts.openTarget, timeoutMs: 4_000 } })
  await eventually('it follows', () => isFollowing(node))
  const channels = await insertTestChannels(db, 8)
  await db.query(know)
  await goLiveNow(
    db,
    channels.map(({ id }) => id),
  )
  await eventually('all messages are there', () => discord.messages.length === channels.length)
  const all = () => alerts.deliveries.list({}, { before: null, limit: 10 })
  await eventually('all are delivered', async () => (await all()).every(({ state }) => state === 'delivered'))
  expect((await all()).map(({ attempts }) => attempts)).toEqual(channels.map(() => 1))
})
