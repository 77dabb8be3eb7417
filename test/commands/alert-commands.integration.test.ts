import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Alerts } from '../../src/alerts/alerts.ts'
import type { RuleInput } from '../../src/alerts/rule-input.ts'
import { openAlerts } from '../../src/app/start-alerts.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { isFollowing, startAlertNode } from '../support/alerts/alert-node.ts'
import { goLiveNow } from '../support/alerts/go-live-now.ts'
import { startReceiver } from '../support/alerts/receiver.ts'
import { askCommand, askJson } from '../support/commands/ask-command.ts'
import { eventually } from '../support/lib/eventually.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'

const author = { identity: { role: 'ADMIN', name: 'test', subject: 'test' }, requestId: 'request' }
const know = statement('test_commands_offline', `UPDATE dm.streamer_channel SET status = 'offline'`)

let database: TestDatabase
let alerts: Alerts

beforeAll(async () => {
  database = await createTestDatabase()
  alerts = openAlerts({
    config: { environment: { name: 'test' }, alertPrivateNetworks: ['127.0.0.0/8'] },
    databases: sidesOf(database.db),
    ring: parseKeyRing(newKeyText())!,
    registry: builtInPlatforms,
    clock: systemClock,
  }).alerts
})
afterAll(() => database[Symbol.asyncDispose]())

test('alerts are listed, tried, tested, followed and replayed from the command line', async () => {
  await using receiver = await startReceiver()
  const secrets = { url: receiver.url }
  const made = await alerts.targets.create(author, { name: 'ops', kind: 'http', settings: {}, secrets })
  if (made.kind !== 'saved') throw new Error(made.message)
  const rule: RuleInput = {
    ...{ name: 'streams', isEnabled: true, kinds: ['went-live'], channelIds: null, platform: null, streamerId: null },
    ...{ conditions: {}, quiet: null, windowSeconds: null, targetIds: [made.target.id] },
  }
  await alerts.rules.create(author, rule)
  const services = { alerts, publicDb: sidesOf(database.db).public, clock: systemClock, log: silentLog }
  const ask = (...words: string[]) => askJson(['alert', ...words], { services })

  expect(await ask('rules')).toMatchObject([{ name: 'streams', kinds: ['went-live'], targets: [made.target.id] }])
  expect(await ask('targets')).toMatchObject([{ name: 'ops', waiting: 0, pausedAt: null }])
  expect(await ask('test', 'ops')).toMatchObject([{ outcome: 'delivered', status: 200 }])
  await expect(ask('test', 'nobody')).rejects.toThrow('There is no target with this name or id')

  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget } })
  await eventually('it follows', () => isFollowing(node))
  const stop = new AbortController()
  const tailed: string[] = []
  const tail = askCommand(['alert', 'tail', '--past', '5'], {
    services,
    signal: stop.signal,
    onLine: (line) => tailed.push(line),
  })
  const [channel] = await insertTestChannels(database.db, 1)
  await database.db.query(know)
  receiver.answer(() => ({ status: 410, body: 'gone' }))
  await goLiveNow(database.db, [channel!.id])
  await eventually('the tail has it', () => tailed.length === 1)
  expect(tailed[0]).toContain(`streams  ${channel!.slug} is live: a show`)
  stop.abort()
  expect((await tail).ok).toBe(true)

  const dead = await eventually('it is dead', async () => {
    const found = await ask('deliveries', '--target', 'ops', '--state', 'dead')
    return found.length === 1 && found
  })
  expect(dead).toMatchObject([{ kind: 'went-live', attempts: [{ number: 1, outcome: 'refused', answer: 'gone' }] }])
  receiver.answer(() => ({ status: 200 }))
  expect(await ask('replay', '--rule', 'streams', '--state', 'dead')).toEqual([{ count: 1 }])
  await eventually('it is delivered', async () => (await ask('deliveries', '--state', 'delivered')).length === 1)
  expect(await ask('dry-run', 'streams')).toMatchObject([{ told: 1, decisions: { told: 1 } }])
  expect(await ask('resume', 'ops')).toEqual([{ waiting: 0 }])
})
