import { expect, test } from 'vitest'
import { isFollowing, startAlertNode } from '../support/alerts/alert-node.ts'
import { deliveryRows, makeRule, makeTarget } from '../support/alerts/alert-rows.ts'
import { goLiveNow } from '../support/alerts/go-live-now.ts'
import { startReceiver } from '../support/alerts/receiver.ts'
import { eventually } from '../support/lib/eventually.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

const know = statement('test_channels_offline', `UPDATE dm.streamer_channel SET status = 'offline'`)

const world = async () => {
  const opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const receiver = opened.use(await startReceiver())
  const channels = await insertTestChannels(database.db, 3)
  await database.db.query(know)
  const targetId = await makeTarget(database.db, receiver.url)
  return { opened, db: database.db, receiver, channels, targetId, ids: channels.map(({ id }) => id) }
}

test('a channel that goes live is told once, with who and what it is', async () => {
  const { opened, db, receiver, ids, channels, targetId } = await world()
  await using _ = opened
  const node = opened.use(startAlertNode(db))
  await eventually('it follows the logs', () => isFollowing(node))
  const ruleId = await makeRule(db, { kinds: ['went-live'], targetIds: [targetId] })
  await goLiveNow(db, [ids[0]!])
  await eventually('it is told', () => receiver.taken().length === 1)
  expect(receiver.taken()[0]).toMatchObject({
    kind: 'went-live',
    rule: { id: ruleId, name: 'test rule' },
    channel: { slug: channels[0]!.slug, platform: 'kick', url: `https://kick.test/${channels[0]!.slug}` },
    facts: { title: 'a show' },
    isTest: false,
  })
  await eventually('all is delivered', async () => (await deliveryRows(db))[0]?.state === 'delivered')
})

test('what happened before a rule was made is not told', async () => {
  const { opened, db, receiver, ids, targetId } = await world()
  await using _ = opened
  const node = opened.use(startAlertNode(db))
  await eventually('it follows the logs', () => isFollowing(node))
  await goLiveNow(db, [ids[0]!])
  await makeRule(db, { kinds: ['went-live'], targetIds: [targetId] })
  await goLiveNow(db, [ids[1]!])
  await eventually('it is told', () => receiver.taken().length === 1)
  expect((await deliveryRows(db)).map(({ channelId }) => channelId)).toEqual([ids[1]])
})

test('several nodes that decide and deliver at once tell everything once', async () => {
  const { opened, db, receiver, ids, targetId } = await world()
  await using _ = opened
  const nodes = [1, 2, 3].map(() => opened.use(startAlertNode(db)))
  await eventually('they follow the logs', () => nodes.every(isFollowing))
  await makeRule(db, { kinds: ['went-live', 'ended'], targetIds: [targetId] })
  for (let i = 0; i < 10; i++) await goLiveNow(db, ids)
  // Each channel began ten times, and nine times another broadcast of it had ended by that.
  await eventually(
    'all is delivered',
    async () => (await deliveryRows(db)).filter(({ state }) => state === 'delivered').length === 57,
  )
  expect(receiver.calls.length).toBe(57)
  expect(new Set(receiver.calls.map(({ id }) => id)).size).toBe(57)
  const order = (await deliveryRows(db))
    .filter(({ channelId }) => channelId === ids[0])
    .map(({ messageId }) => messageId)
  const heard = receiver.calls.map(({ id }) => id).filter((id) => order.includes(id))
  expect(heard).toEqual(order)
})
