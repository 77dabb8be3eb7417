import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Alerts } from '../../src/alerts/alerts.ts'
import type { RetryPlan } from '../../src/alerts/retry-plan.ts'
import type { ShownTarget } from '../../src/alerts/targets.ts'
import { openAlerts } from '../../src/app/start-alerts.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { rotateKeys } from '../../src/settings/rotate-keys.ts'
import { isFollowing, quickPlan, startAlertNode } from '../support/alerts/alert-node.ts'
import { deliveryRows, makeRule } from '../support/alerts/alert-rows.ts'
import { goLiveNow } from '../support/alerts/go-live-now.ts'
import { happeningRows } from '../support/alerts/happening-rows.ts'
import { startReceiver } from '../support/alerts/receiver.ts'
import { eventually } from '../support/lib/eventually.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'

const author = { identity: { role: 'ADMIN', name: 'test', subject: 'test' }, requestId: 'request' }
const environment = { name: 'test' }
const ringText = newKeyText()
const ring = parseKeyRing(ringText)!
const never = new AbortController().signal

let database: TestDatabase
let alerts: Alerts

const open = (keys = ring) =>
  openAlerts({
    config: { environment, alertPrivateNetworks: ['127.0.0.0/8'] },
    ...{ databases: sidesOf(database.db), ring: keys, registry: builtInPlatforms, clock: systemClock },
  }).alerts

beforeAll(async () => {
  database = await createTestDatabase()
  alerts = open()
})
afterAll(() => database[Symbol.asyncDispose]())

const createHttp = async (url: string): Promise<ShownTarget> => {
  const made = await alerts.targets.create(author, { name: 'receiver', kind: 'http', settings: {}, secrets: { url } })
  if (made.kind !== 'saved') throw new Error(made.message)
  return made.target
}

const stored = statement('test_target_secrets', 'SELECT secrets FROM public.alert_target WHERE id = $1')
const sealedOf = async (id: string) => (await database.db.query<{ secrets: string }>(stored, [id]))[0]!.secrets
const targetOf = async (id: string) => (await alerts.targets.list([id]))[0]!
const know = statement('test_all_offline', `UPDATE dm.streamer_channel SET status = 'offline'`)

const channel = async (): Promise<bigint> => {
  const [{ id } = { id: 0n }] = await insertTestChannels(database.db, 1)
  await database.db.query(know)
  return id
}

test('a target is tested, and what is secret about it is nowhere in plain text', async () => {
  await using receiver = await startReceiver()
  const target = await createHttp(`${receiver.url}/a-secret-path`)
  expect(target).toMatchObject({ destination: new URL(receiver.url).host, signingKeys: [{ scheme: 'v1' }] })
  expect(await sealedOf(target.id)).not.toContain('a-secret-path')
  expect(await alerts.test(author, target.id, never)).toMatchObject({ kind: 'delivered', status: 200 })
  expect(receiver.taken()).toMatchObject([{ isTest: true, channel: null }])
  receiver.answer(() => ({ status: 410, body: 'no more' }))
  expect(await alerts.test(author, target.id, never)).toMatchObject({ kind: 'refused', status: 410, answer: 'no more' })
})

test('a change replaces what it names, and only the version that it expects', async () => {
  await using receiver = await startReceiver()
  const { id, version } = await createHttp(receiver.url)
  const before = await alerts.targets.read(id)
  const change = { secrets: { authorization: 'Bearer x' } }
  expect(await alerts.targets.update(author, id, change, version)).toMatchObject({ kind: 'saved' })
  expect((await alerts.targets.read(id))!.secrets).toEqual({ ...before!.secrets, authorization: 'Bearer x' })
  expect(await alerts.targets.update(author, id, { name: 'other' }, version)).toMatchObject({
    kind: 'conflict',
    current: { version: version + 1, name: 'receiver' },
  })
  await alerts.targets.update(author, id, { secrets: { authorization: null } })
  expect((await alerts.targets.read(id))!.secrets).toEqual(before!.secrets)
  expect(await alerts.targets.update(author, id, { secrets: { url: 'ftp://x' } })).toMatchObject({ kind: 'invalid' })
})

test('a login goes to no other place than the one that it was given for', async () => {
  const secrets = { url: 'http://127.0.0.1:4701/a', authorization: 'Bearer one' }
  const made = await alerts.targets.create(author, { name: 'guarded', kind: 'http', settings: {}, secrets })
  if (made.kind !== 'saved') throw new Error(made.message)
  const { id } = made.target
  const update = (changes: object) => alerts.targets.update(author, id, { secrets: { ...changes } })
  const kept = async () => (await alerts.targets.read(id))!.secrets.authorization
  expect(await update({ url: 'http://127.0.0.1:4701/b' })).toMatchObject({ kind: 'saved' })
  expect(await update({ url: 'http://127.0.0.1:4702/b' })).toEqual({
    kind: 'invalid',
    argument: 'secrets',
    message: 'secrets must have authorization again, or null for it: the target is at another place now.',
  })
  expect(await kept()).toBe('Bearer one')
  expect(await update({ url: 'http://127.0.0.1:4702/b', authorization: 'Bearer two' })).toMatchObject({ kind: 'saved' })
  expect(await kept()).toBe('Bearer two')
  expect(await update({ url: 'http://127.0.0.1:4703/', authorization: null })).toMatchObject({ kind: 'saved' })
  expect(await kept()).toBeUndefined()

  const settings = { host: '127.0.0.1', port: 2_525, security: 'starttls', from: 'a@b.example', to: ['c@d.example'] }
  const mail = { name: 'mail', kind: 'email', settings, secrets: { login: { user: 'u', password: 'p' } } } as const
  const letters = await alerts.targets.create(author, mail)
  if (letters.kind !== 'saved') throw new Error(letters.message)
  const move = (changes: object) =>
    alerts.targets.update(author, letters.target.id, { settings: { ...settings, ...changes } })
  expect(await move({ to: ['e@f.example'] })).toMatchObject({ kind: 'saved' })
  expect(await move({ host: '127.0.0.2' })).toMatchObject({ kind: 'invalid', argument: 'secrets' })
})

test('an address that may not be called is refused at once, however it is written', async () => {
  for (const url of ['http://10.1.2.3/', 'http://0xa9.254.169.254/', 'https://[::ffff:10.0.0.1]/', 'http://①⓪.0.0.1/'])
    expect(
      await alerts.targets.create(author, { name: 'inside', kind: 'http', settings: {}, secrets: { url } }),
    ).toMatchObject({ kind: 'invalid', message: expect.stringContaining('ALERT_PRIVATE_NETWORKS') })
})

test('a new key signs beside the old one for a while, and is shown once', async () => {
  await using receiver = await startReceiver()
  const { id } = await createHttp(receiver.url)
  const rotated = await alerts.targets.rotate(author, id, 'v1a', 3_600)
  if (rotated.kind !== 'saved') throw new Error('not rotated')
  // The private half is nobody else's.
  expect(rotated.signingKey).toMatch(/^whpk_/)
  expect(rotated.target.signingKeys).toMatchObject([
    { scheme: 'v1a', publicKey: expect.stringMatching(/^whpk_/), until: null },
    { scheme: 'v1', until: expect.any(String) },
  ])
})

test('the keys of the configuration can be changed: what is secret is encrypted anew, and opens', async () => {
  await using receiver = await startReceiver()
  const { id } = await createHttp(receiver.url)
  const both = parseKeyRing(`${newKeyText()},${ringText}`)!
  const db = sidesOf(database.db).public
  expect(await rotateKeys({ db, ring: both, environment }, never)).toMatchObject({ stillWritten: 0, unreadable: [] })
  expect(await sealedOf(id)).toMatch(new RegExp(`^v1\\.${both[0].kid}\\.`))
  expect((await open(both).targets.read(id))!.secrets.url).toBe(receiver.url)
  await rotateKeys({ db, ring: [ring[0], both[0]], environment }, never)
})

test('a target that fails for as long as it may is paused and says so; once it is resumed all comes in order', async () => {
  await using receiver = await startReceiver()
  const target = await createHttp(receiver.url)
  const ruleId = await makeRule(database.db, { kinds: ['went-live', 'ended'], targetIds: [target.id] })
  const plan: RetryPlan = { ...quickPlan, pauseAfterMs: 300 }
  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget, plan } })
  await eventually('it follows', () => isFollowing(node))
  receiver.answer(() => ({ status: 500, body: 'broken' }))
  const id = await channel()
  for (let i = 0; i < 3; i++) await goLiveNow(database.db, [id])
  const paused = await eventually('it is paused', async () => {
    const found = await targetOf(target.id)
    return found.pausedAt !== null && found
  })
  expect(paused).toMatchObject({ waiting: 5, pausedReason: expect.stringContaining('failed for a day') })
  expect(paused).toMatchObject({ answerOutcome: 'retry', answerStatus: 500, answer: 'broken' })
  const told = (await happeningRows(database.db, 'public')).filter(({ kind }) => kind === 'delivery-failed')
  expect(told).toMatchObject([{ facts: { isPaused: true, target: { id: target.id }, status: 500, answer: 'broken' } }])
  const calls = receiver.calls.length
  receiver.answer(() => ({ status: 200 }))
  await alerts.targets.resume(author, target.id)
  await eventually('all came', async () => (await targetOf(target.id)).waiting === 0)
  expect(await targetOf(target.id)).toMatchObject({ answerOutcome: 'delivered', answerStatus: 200 })
  const rows = await alerts.deliveries.list({ targetId: target.id }, { before: null, limit: 10 })
  expect(receiver.taken().map(({ id }) => id)).toEqual(rows.map(({ messageId }) => messageId).reverse())
  expect(receiver.calls.length).toBe(calls + 5)
  const attempts = await alerts.deliveries.attempts([rows.at(-1)!.id])
  expect(attempts.get(rows.at(-1)!.id)!.at(-1)).toMatchObject({ outcome: 'delivered', status: 200 })
  await alerts.rules.remove(author, ruleId)
})

test('what is refused is dead with its answer, does not hold up the next, and is replayed under its id', async () => {
  await using receiver = await startReceiver()
  const target = await createHttp(receiver.url)
  const ruleId = await makeRule(database.db, { kinds: ['went-live', 'ended'], targetIds: [target.id] })
  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget } })
  await eventually('it follows', () => isFollowing(node))
  const id = await channel()
  receiver.answer(({ kind }) => (kind === 'ended' ? { status: 422, body: 'not understood' } : { status: 200 }))
  for (let i = 0; i < 2; i++) await goLiveNow(database.db, [id])
  const ofTarget = async () => (await deliveryRows(database.db)).filter(({ targetId }) => targetId === target.id)
  await eventually('all ended', async () => {
    const rows = await ofTarget()
    return rows.length === 3 && rows.every(({ state }) => state !== 'waiting')
  })
  expect((await ofTarget()).map(({ kind, state }) => [kind, state])).toEqual([
    ['went-live', 'delivered'],
    ['ended', 'dead'],
    ['went-live', 'delivered'],
  ])
  expect(await alerts.deliveries.count({ targetId: target.id })).toEqual({ waiting: 0, delivered: 2, dead: 1 })
  expect(await alerts.deliveries.count({ ruleId, state: 'dead' })).toEqual({ waiting: 0, delivered: 0, dead: 1 })
  expect((await alerts.rules.toldLately([ruleId])).get(ruleId)).toMatchObject({ toldLately: 3 })
  const [dead] = await alerts.deliveries.list({ targetId: target.id, state: 'dead' }, { before: null, limit: 5 })
  expect((await alerts.deliveries.attempts([dead!.id])).get(dead!.id)).toMatchObject([
    { number: 1, outcome: 'refused', status: 422, answer: 'not understood' },
  ])
  receiver.answer(() => ({ status: 200 }))
  expect(await alerts.deliveries.replay(author, { targetId: target.id, state: 'dead' })).toBe(1)
  await eventually('it is delivered', async () => (await ofTarget()).every(({ state }) => state === 'delivered'))
  expect(receiver.taken().map(({ id }) => id)).toContain(dead!.messageId)
  // Replaying what was delivered sends it again, under the same id.
  expect(await alerts.deliveries.replay(author, { messageIds: [dead!.messageId] })).toBe(1)
  await eventually('it came again', () => receiver.calls.filter(({ id }) => id === dead!.messageId).length === 3)
  await alerts.rules.remove(author, ruleId)
})

test('a target that asks to wait is asked nothing until then', async () => {
  await using receiver = await startReceiver()
  const target = await createHttp(receiver.url)
  await makeRule(database.db, { kinds: ['went-live'], targetIds: [target.id] })
  await using node = startAlertNode(database.db, { deliver: { openTarget: alerts.openTarget } })
  await eventually('it follows', () => isFollowing(node))
  receiver.answer(() => ({ status: 429, retryAfterSeconds: 3_600 }))
  await goLiveNow(database.db, [await channel()])
  const waiting = await eventually('it waits', async () => {
    const found = await targetOf(target.id)
    return found.waitUntil !== null && found
  })
  expect(+waiting.waitUntil! - Date.now()).toBeGreaterThan(3_000_000)
  await goLiveNow(database.db, [await channel()])
  await eventually('the next one is decided', async () => (await targetOf(target.id)).waiting === 2)
  expect(receiver.calls.length).toBe(1)
})
