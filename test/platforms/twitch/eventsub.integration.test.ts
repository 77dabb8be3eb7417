import { expect, it } from 'vitest'
import { createTwitchWebhooks } from '../../../src/platforms/twitch/twitch-webhooks.ts'
import { webhookSecret } from '../../../src/platforms/twitch/webhook-secret.ts'
import { startScriptedHttp } from '../../support/platforms/scripted-http.ts'
import { startTwitchAgainst } from '../../support/platforms/twitch-against.ts'

const secret = webhookSecret('twitch-secret')
const clock = () => Date.parse('2026-11-22T12:00:00Z')

/** A callback that does what the verification says, and an adapter that asks for deliveries there. */
const start = async (callbackSecret = secret) => {
  const webhooks = createTwitchWebhooks({ secrets: () => [callbackSecret], clock })
  const callback = await startScriptedHttp(async ({ headers, body }) => {
    const verified = await webhooks.verify(headers, Buffer.from(body))
    return verified.kind === 'challenge' ? { text: verified.text } : { status: 403, text: '' }
  })
  const setup = await startTwitchAgainst({
    webhooks: { callbackUrl: `${callback.url}/webhooks/twitch`, secret: () => secret },
  })
  const subscriptions = setup.twitch.eventSubscriptions!
  return {
    ...setup,
    subscriptions,
    list: async () => {
      const listed = await subscriptions.list()
      return listed.ok
        ? listed.value.map(({ platformUserId, event, version }) => `${platformUserId} ${event} ${version}`)
        : null
    },
    [Symbol.asyncDispose]: async () => {
      await setup[Symbol.asyncDispose]()
      await callback[Symbol.asyncDispose]()
    },
  }
}

it('subscriptions are asked for one by one, hold after the handshake, and are listed over all pages', async () => {
  await using setup = await start()
  const { subscriptions, server } = setup
  for (const id of ['1', '2']) {
    server.add({ id })
    const created = await subscriptions.create(id, subscriptions.types)
    expect(
      created.ok && created.value.kind === 'answered' && [...created.value.outcomes.values()].map(({ ok }) => ok),
    ).toEqual([true, true, true])
  }
  expect(server.subscriptions[0]).toMatchObject({
    type: 'stream.online',
    version: '1',
    condition: { broadcaster_user_id: '1' },
    transport: { method: 'webhook', secret },
  })
  await server.handshake()
  expect(server.subscriptions.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'enabled'))
  const events = ['stream.online 1', 'stream.offline 1', 'channel.update 2']
  expect(await setup.list()).toEqual(['1', '2'].flatMap((id) => events.map((event) => `${id} ${event}`)))
})

it('a subscription whose challenge is not answered, or that was revoked, is not listed', async () => {
  await using setup = await start('another secret of ours')
  const { subscriptions, server } = setup
  server.add({ id: '1' })
  await subscriptions.create('1', subscriptions.types)
  await server.handshake()
  expect(await setup.list()).toEqual([])
})

it('one event that Twitch refuses takes nothing from the others', async () => {
  await using setup = await start()
  const { subscriptions, server } = setup
  server.add({ id: '1' })
  const [online] = subscriptions.types
  await subscriptions.create('1', [online!])
  const again = await subscriptions.create('1', subscriptions.types)
  expect(again.ok && again.value.kind === 'answered' && Object.fromEntries(again.value.outcomes)).toMatchObject({
    'stream.online': { ok: false, reason: 'failed', message: 'answered 409' },
    'stream.offline': { ok: true, id: 'sub-2' },
    'channel.update': { ok: true, id: 'sub-3' },
  })
})

it('a creation that gets no answer is a failure of the call', async () => {
  await using setup = await start()
  setup.server.next({ status: 500, text: '<html>' })
  const created = await setup.subscriptions.create('1', setup.subscriptions.types)
  expect(created).toMatchObject({ ok: false, failure: { kind: 'unavailable', status: 500 } })
  expect(JSON.stringify(created)).not.toContain(secret)
})

it('a subscription is removed by its id, and one that is gone already is no failure', async () => {
  await using setup = await start()
  const { subscriptions, server } = setup
  server.add({ id: '1' })
  await subscriptions.create('1', subscriptions.types)
  expect((await subscriptions.remove(['sub-2'])).ok).toBe(true)
  expect(server.subscriptions.map(({ id }) => id)).toEqual(['sub-1', 'sub-3'])
  expect((await subscriptions.remove(['sub-2'])).ok).toBe(true)
})

it('a page of the list that fails makes the list fail, so that nothing is taken for missing', async () => {
  await using setup = await start()
  const { subscriptions, server } = setup
  server.add({ id: '1' })
  await subscriptions.create('1', subscriptions.types)
  const page = await subscriptions.list()
  expect(page.ok && page.otherCalls).toHaveLength(1)
  server.next({ json: { data: [], pagination: { cursor: '2' } } })
  server.next({ text: '{"data":[' })
  expect(await subscriptions.list()).toMatchObject({ ok: false, failure: { kind: 'malformed' } })
})

it('without a callback there is no such capability', async () => {
  await using setup = await startTwitchAgainst()
  expect(setup.twitch.capabilities.has('event-subscriptions')).toBe(false)
  expect(setup.twitch.eventSubscriptions).toBeUndefined()
})
