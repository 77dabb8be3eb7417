import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Alerts } from '../../src/alerts/alerts.ts'
import { backlogNotices, readBacklog } from '../../src/alerts/backlog.ts'
import type { RuleInput } from '../../src/alerts/rule-input.ts'
import { maxRules } from '../../src/alerts/rules.ts'
import { runDecisions } from '../../src/alerts/run-decisions.ts'
import { openAlerts } from '../../src/app/start-alerts.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { eraseChannelsHere } from '../../src/erasing/erase-database.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { keysAt, type SigningKey } from '../../src/targets/signing-keys.ts'
import { isFollowing, quickPlan, startAlertNode } from '../support/alerts/alert-node.ts'
import { deliveryRows, makeRule } from '../support/alerts/alert-rows.ts'
import { goLiveNow } from '../support/alerts/go-live-now.ts'
import { happeningRows } from '../support/alerts/happening-rows.ts'
import { startReceiver as startPlainReceiver } from '../support/alerts/receiver.ts'
import { eventually } from '../support/lib/eventually.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { startReceiver } from '../support/targets/receiver.ts'

const author = { identity: { role: 'ADMIN', name: 'test', subject: 'test' }, requestId: 'request' }
const know = statement('test_hardships_offline', `UPDATE dm.streamer_channel SET status = 'offline'`)
const noRules = statement('test_hardships_no_rules', 'DELETE FROM public.alert_rule')
const countAlerts = statement(
  'test_hardships_alerts',
  'SELECT count(*)::integer AS alerts, count(DISTINCT rule_id)::integer AS rules FROM public.alert',
)
const pageUrl = (platform: string, slug: string) => `https://${platform}.test/${slug}`

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

const createHttp = async (url: string): Promise<string> => {
  const made = await alerts.targets.create(author, { name: 'receiver', kind: 'http', settings: {}, secrets: { url } })
  if (made.kind !== 'saved') throw new Error(made.message)
  return made.target.id
}

const channelsOf = async (count: number): Promise<bigint[]> => {
  const made = await insertTestChannels(database.db, count)
  await database.db.query(know)
  return made.map(({ id }) => id)
}

const rowsOf = async (targetId: string) => (await deliveryRows(database.db)).filter((row) => row.targetId === targetId)

test('what waits while a key is rotated is signed by the new key and the old one', async () => {
  await using receiver = await startReceiver()
  receiver.behaviour = { status: 503, text: '' }
  const id = await createHttp(receiver.url)
  const ruleId = await makeRule(database.db, { kinds: ['went-live'], targetIds: [id] })
  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget } })
  await eventually('it follows', () => isFollowing(node))
  await goLiveNow(database.db, await channelsOf(3))
  await eventually('each was tried', () => new Set(receiver.received.map((one) => one.id)).size === 3)
  await alerts.targets.rotate(author, id, 'v1a', 3_600)
  const before = receiver.received.length
  receiver.behaviour = { status: 204, text: '' }
  await eventually('all came', async () => (await rowsOf(id)).every(({ state }) => state === 'delivered'))
  const keys = (await alerts.targets.read(id))!.secrets.signingKeys as SigningKey[]
  expect(keysAt(keys, Date.now())).toHaveLength(2)
  const schemes = receiver.received
    .slice(before)
    .map(({ headers }) => headers['webhook-signature']!.split(' ').map((one) => one.split(',')[0]))
  expect(schemes).toContainEqual(['v1a', 'v1'])
  await alerts.rules.remove(author, ruleId)
})

test('a target that is changed while it is called is called no second time for that', async () => {
  await using receiver = await startReceiver()
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>()
  receiver.behaviour = async () => {
    await mayAnswer
    return { status: 204, text: '' }
  }
  const id = await createHttp(receiver.url)
  const ruleId = await makeRule(database.db, { kinds: ['went-live'], targetIds: [id] })
  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget } })
  await eventually('it follows', () => isFollowing(node))
  const [one, other] = await channelsOf(2)
  await goLiveNow(database.db, [one!])
  await eventually('it is called', () => receiver.received.length === 1)
  await alerts.targets.update(author, id, { name: 'another name' })
  await goLiveNow(database.db, [other!])
  await eventually('the next one uses the change', () => receiver.received.length === 2)
  answer()
  await eventually('both arrived', async () => (await rowsOf(id)).every(({ state }) => state === 'delivered'))
  expect(receiver.received).toHaveLength(2)
  expect((await rowsOf(id)).map(({ attempts }) => attempts)).toEqual([1, 1])
  await alerts.rules.remove(author, ruleId)
})

test('of a channel that is erased nothing waits, and an attempt that was under way leaves nothing behind', async () => {
  await using receiver = await startReceiver()
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>()
  receiver.behaviour = async () => {
    await mayAnswer
    return { status: 500, text: '' }
  }
  const id = await createHttp(receiver.url)
  const ruleId = await makeRule(database.db, { kinds: ['went-live', 'ended'], targetIds: [id] })
  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget } })
  await eventually('it follows', () => isFollowing(node))
  const [erased, kept] = await channelsOf(2)
  await goLiveNow(database.db, [erased!])
  await goLiveNow(database.db, [erased!])
  await eventually('all is decided', async () => (await rowsOf(id)).length === 3)
  await eventually('the first is tried', () => receiver.received.length === 1)
  await database.db.transaction((tx) => eraseChannelsHere(tx, [erased!]))
  receiver.behaviour = { status: 204, text: '' }
  answer()
  await goLiveNow(database.db, [kept!])
  await eventually('the next channel is told', () => receiver.received.length === 2)
  await eventually('it is kept', async () => (await rowsOf(id))[0]?.state === 'delivered')
  expect((await rowsOf(id)).map(({ channelId }) => channelId)).toEqual([kept])
  await alerts.rules.remove(author, ruleId)
})

test('as many rules as there may be, each about everything, tell a crowd of starts in transactions of a bounded size', async () => {
  const { db } = database
  const databases = sidesOf(db)
  await db.query(noRules)
  const decide = () => runDecisions({ databases, epoch: 'many', pageUrl })
  while ((await decide()).again);
  for (let i = 0; i < maxRules; i++) await makeRule(db, { kinds: ['went-live'], since: new Date(0) })
  const starts = 120
  await goLiveNow(db, await channelsOf(starts))
  const before = (await db.query<{ alerts: number }>(countAlerts))[0]!.alerts
  const sizes: number[] = []
  for (let again = true; again; ) {
    const run = await decide()
    sizes.push(run.alerts)
    again = run.again
  }
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(starts * maxRules)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000)
  const after = (await db.query<{ alerts: number; rules: number }>(countAlerts))[0]!
  expect([after.alerts - before, after.rules >= maxRules]).toEqual([starts * maxRules, true])
  await db.query(noRules)
})

const input = (change: Partial<RuleInput>): RuleInput => ({
  ...{ name: 'r', isEnabled: true, kinds: ['went-live'], channelIds: null, platform: null, streamerId: null },
  ...{ conditions: {}, quiet: null, windowSeconds: null, targetIds: [] },
  ...change,
})

test('however many are made at once, there are never more rules than there may be', async () => {
  for (let i = 0; i < maxRules - 5; i++) await makeRule(database.db, { kinds: ['ended'] })
  const made = await Promise.all(
    Array.from({ length: 30 }, (_, i) => alerts.rules.create(author, input({ name: `rule ${i}` }))),
  )
  expect(made.filter(({ kind }) => kind === 'saved')).toHaveLength(5)
  expect(await alerts.rules.list()).toHaveLength(maxRules)
  await database.db.query(noRules)
})

test.each<[string, Partial<RuleInput>, string]>([
  ['half a character', { conditions: { titleContains: ['\ud83c'] } }, 'conditions.titleContains'],
  ['a zero', { conditions: { categories: ['a\0b'] } }, 'conditions.categories'],
  ['only spaces', { conditions: { jobs: [' \u3000'] } }, 'conditions.jobs'],
  ['no text', { conditions: { titleContains: [] } }, 'conditions.titleContains'],
  ['viewers that are no number', { conditions: { viewers: Number.NaN } }, 'conditions.viewers'],
  ['viewers below none', { conditions: { viewers: -100 } }, 'conditions.viewers'],
  ['a factor without end', { conditions: { timesUsual: Number.POSITIVE_INFINITY } }, 'conditions.timesUsual'],
  ['a score that none is below', { conditions: { scoreBelow: 0 } }, 'conditions.scoreBelow'],
  ['a window of half a second', { windowSeconds: 0.5 }, 'windowSeconds'],
  ['a window of a century', { windowSeconds: 3_155_760_000 }, 'windowSeconds'],
  ['hours of no zone', { quiet: { timezone: 'Mars/Olympus', from: 0, until: 60, days: [] } }, 'quiet.timezone'],
  ['hours after the day', { quiet: { timezone: 'UTC', from: 0, until: 1_440, days: [] } }, 'quiet.from'],
  ['a day twice', { quiet: { timezone: 'UTC', from: 0, until: 60, days: [1, 1] } }, 'quiet.days'],
  ['a name of many lines', { name: 'a\nb' }, 'name'],
])('a rule with %s is refused with one sentence', async (_, change, begins) => {
  const made = await alerts.rules.create(author, input(change))
  expect(made.kind === 'invalid' && made.message).toMatch(new RegExp(`^${begins}`))
})

test('where the logs become other ones people are told for a day, and everything that comes is told', async () => {
  const { db } = database
  const databases = sidesOf(db)
  await makeRule(db, { kinds: ['went-live'], since: new Date(0) })
  const [id] = await channelsOf(1)
  const decide = async (epoch: string) => {
    while ((await runDecisions({ databases, epoch, pageUrl })).again);
  }
  await decide('before')
  const told = async () => (await db.query<{ alerts: number }>(countAlerts))[0]!.alerts
  await goLiveNow(db, [id!])
  const before = await told()
  await decide('restored')
  expect(await told()).toBe(before)
  expect(backlogNotices(await readBacklog(databases.public))).toEqual([
    expect.stringMatching(/^Since .*Z alerts follow the logs of another or a restored database/),
  ])
  await goLiveNow(db, [id!])
  await decide('restored')
  expect(await told()).toBe(before + 1)
  await database.db.pool.query(`UPDATE public.alert_cursor SET begun_at = now() - interval '25 hours'`)
  expect(backlogNotices(await readBacklog(databases.public))).toEqual([])
})

test('a node whose clock is days behind tells of what it gave up', async () => {
  await using receiver = await startPlainReceiver()
  receiver.answer(() => ({ status: 400, body: 'no' }))
  const id = await createHttp(receiver.url)
  await makeRule(database.db, { kinds: ['went-live'], targetIds: [id] })
  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget, plan: quickPlan } })
  await eventually('it follows', () => isFollowing(node))
  const now = Date.now()
  vi.setSystemTime(now - 3 * 86_400_000)
  try {
    await goLiveNow(database.db, await channelsOf(1))
    const told = await eventually('it is told', async () =>
      (await happeningRows(database.db, 'public')).find(({ kind }) => kind === 'delivery-failed'),
    )
    expect(now - +told.at).toBeLessThan(86_400_000)
  } finally {
    vi.useRealTimers()
  }
})

test('targets that hang take one place each after they have failed, and hold up nobody else', async () => {
  await using well = await startPlainReceiver()
  const dead = await Promise.all(Array.from({ length: 6 }, () => startPlainReceiver()))
  await using _ = {
    [Symbol.asyncDispose]: async () => void (await Promise.all(dead.map((one) => one[Symbol.asyncDispose]()))),
  }
  for (const one of dead) one.answer(() => 'never')
  const ids = await Promise.all(dead.map(({ url }) => createHttp(url)))
  // As after three attempts that failed.
  await database.db.pool.query(
    'UPDATE public.alert_target SET failures = 3, failing_since = now() WHERE id = ANY ($1)',
    [ids],
  )
  const wellId = await createHttp(well.url)
  await makeRule(database.db, { kinds: ['went-live'], targetIds: [...ids, wellId] })
  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget, slots: 16 } })
  await eventually('it follows', () => isFollowing(node))
  await goLiveNow(database.db, await channelsOf(10))
  await eventually('the target that takes alerts has all', () => well.taken().length === 10)
  await eventually('the others were tried', () => dead.every(({ calls }) => calls.length > 0))
  expect(dead.map(({ calls }) => calls.length)).toEqual(Array(6).fill(1))
})
