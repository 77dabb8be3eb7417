import { expect, it } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { twitch } from '../../../src/platforms/twitch/twitch.ts'
import { webhookSecret } from '../../../src/platforms/twitch/webhook-secret.ts'
import { overlapMs } from '../../../src/platforms/twitch/webhook-secrets.ts'
import { startScriptedHttp } from '../../support/platforms/scripted-http.ts'
import { twitchDelivery } from '../../support/platforms/twitch-delivery.ts'
import { startTwitchServer } from '../../support/platforms/twitch-server.ts'
import { createTestDatabase } from '../../support/stores/postgres.ts'
import { subscriptionFixture } from '../../support/workers/subscription-fixture.ts'

const start = Date.parse('2026-11-22T12:00:00Z')
const typesOfEach = 3

/** Twitch, one process with an adapter and webhooks, and two watched channels. */
const setUp = async () => {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await startTwitchServer())
  const database = stack.use(await createTestDatabase())
  let now = start
  const clock = () => now
  const listeners = new Set<() => void>()
  let own: { webhookSecret?: string } = {}
  const access = {
    now: () => ({ apiUrl: server.apiUrl, idUrl: server.idUrl, ...server.credentials, ...own }),
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const webhooks = twitch.createWebhooks!(access, { clock, log: silentLog })
  stack.defer(async () => webhooks[Symbol.asyncDispose]?.())
  const callback = stack.use(
    await startScriptedHttp(async ({ headers, body }) => {
      const verified = await webhooks.verify(headers, Buffer.from(body))
      return verified.kind === 'challenge' ? { text: verified.text } : { status: 401, text: '' }
    }),
  )
  const adapter = stack.use(
    twitch.createPlatform(access, {
      clock,
      log: silentLog,
      requestsPerSecond: { now: () => 10_000, onChange: () => () => undefined },
      webhookUrl: `${callback.url}/webhooks/twitch`,
      onCall: () => undefined,
    }),
  )
  const fixture = subscriptionFixture(database.db, clock)
  const users = ['1', '2']
  for (const id of users) server.add({ id })
  await fixture.watch(users, 'twitch')
  return {
    server,
    setSecret(webhookSecret: string) {
      own = { webhookSecret }
      for (const listener of listeners) listener()
    },
    pass: (ms: number) => {
      now += ms
    },
    reconcile: async () => {
      const { created, removed, failure } = await fixture.reconcile(adapter)
      await server.handshake()
      return { created, removed, failure }
    },
    /** What comes of a delivery that is signed with this. */
    signedWith: async (secret: string) => {
      const timestamp = new Date(now).toISOString()
      const { headers, body } = twitchDelivery({ secret, type: 'stream.online', event: {}, timestamp })
      return (await webhooks.verify(headers, body)).kind
    },
    /** The secrets of the subscriptions that deliver. */
    held: () => server.subscriptions.map(({ status, transport }) => [status, transport.secret]),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const all = (secret: string) => Array.from({ length: 2 * typesOfEach }, () => ['enabled', secret])

it('after a change of the secret its subscriptions are renewed, and what the old one signs is taken for a day', async () => {
  await using setup = await setUp()
  const derived = webhookSecret(setup.server.credentials.clientSecret)
  expect(await setup.reconcile()).toEqual({ created: 6, removed: 0, failure: null })
  expect(setup.held()).toEqual(all(derived))
  expect(await setup.reconcile()).toEqual({ created: 0, removed: 0, failure: null })

  for (const [before, secret] of [
    [derived, 'the-first-of-our-own'],
    ['the-first-of-our-own', 'the-second-of-our-own'],
  ] as const) {
    setup.setSecret(secret)
    expect(await setup.signedWith(before)).toBe('delivery')
    expect(await setup.signedWith(secret)).toBe('delivery')
    expect(await setup.reconcile()).toEqual({ created: 6, removed: 6, failure: null })
    expect(setup.held()).toEqual(all(secret))
    expect(await setup.reconcile()).toEqual({ created: 0, removed: 0, failure: null })
    expect(await setup.signedWith(before)).toBe('delivery')
    expect(await setup.signedWith('none-of-our-own')).toBe('forged')
  }

  setup.pass(overlapMs)
  expect(await setup.signedWith('the-second-of-our-own')).toBe('delivery')
  for (const secret of [derived, 'the-first-of-our-own']) expect(await setup.signedWith(secret)).toBe('forged')
}, 60_000)

it('a secret that was replaced before anything came is good as well, and one that comes back has no end', async () => {
  await using setup = await setUp()
  for (const secret of ['secret-number-one', 'secret-number-two', 'secret-number-one']) setup.setSecret(secret)
  expect(await setup.signedWith('secret-number-two')).toBe('delivery')
  setup.pass(overlapMs)
  expect(await setup.signedWith('secret-number-two')).toBe('forged')
  expect(await setup.signedWith('secret-number-one')).toBe('delivery')
}, 60_000)
