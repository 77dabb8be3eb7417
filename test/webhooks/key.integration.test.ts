import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { createKickWebhooks, type KickWebhooksOptions } from '../../src/platforms/kick/kick-webhooks.ts'
import { documentedKeyOf, readPublicKey } from '../../src/platforms/kick/public-key.ts'
import { createSkippingTimer } from '../support/lib/virtual-timer.ts'
import { type Reply, type ScriptedHttp, startScriptedHttp } from '../support/platforms/scripted-http.ts'
import { createSigner, rsaKeys, type Signer } from '../support/platforms/webhook-signer.ts'
import { startReceiving } from '../support/webhooks/webhook-receiving.ts'

const pinned = createSigner()
const next = createSigner()
const forger = createSigner()

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const keyReply = (public_key: unknown): Reply => ({ json: { data: { public_key }, message: 'OK' } })
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

let reply: () => Reply | Promise<Reply>
let kick: ScriptedHttp
let stack: AsyncDisposableStack
let timer: ReturnType<typeof createSkippingTimer>

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  timer = createSkippingTimer()
  reply = () => keyReply(pinned.publicKeyPem)
  kick = stack.use(await startScriptedHttp(() => reply()))
})
afterEach(() => stack.disposeAsync())

const open = (options: Partial<KickWebhooksOptions> = {}) =>
  stack.use(
    createKickWebhooks({
      apiUrl: kick.url,
      pinnedKeyPem: pinned.publicKeyPem,
      clock: Date.now,
      log: silentLog,
      timer,
      ...options,
    }),
  )

type Webhooks = ReturnType<typeof open>

const kindOf = async (webhooks: Webhooks, signer: Signer): Promise<string> => {
  const { headers, body } = signer.sign({ body: '{}' })
  return (await webhooks.verify(headers, body)).kind
}

test('the pinned key is used without asking the platform for any', async () => {
  const webhooks = open()
  expect(await kindOf(webhooks, pinned)).toBe('delivery')
  expect(kick.seen).toEqual([])
})

test('without a pinned key the platform is asked at the first delivery, and at no further one', async () => {
  const webhooks = open({ pinnedKeyPem: undefined as never })
  expect(await kindOf(webhooks, pinned)).toBe('delivery')
  expect(await kindOf(webhooks, pinned)).toBe('delivery')
  expect(kick.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /public/v1/public-key'])
})

test('a pinned key that can not be used is refused at once', () => {
  expect(() => open({ pinnedKeyPem: pem(rsaKeys(1_024).publicKey) })).toThrow(/1024 bits/)
})

describe('after the platform has changed its key', () => {
  test('the first delivery with it is accepted, and those with the key before for a day', async () => {
    const webhooks = open()
    reply = () => keyReply(next.publicKeyPem)
    expect(await kindOf(webhooks, next)).toBe('delivery')
    expect(await kindOf(webhooks, pinned)).toBe('delivery')
    timer.skip(dayMs - 1)
    expect(await kindOf(webhooks, pinned)).toBe('delivery')
    timer.skip(1)
    expect(await kindOf(webhooks, pinned)).toBe('forged')
    expect(await kindOf(webhooks, next)).toBe('delivery')
  })

  test('being told the same key again does not lengthen that day', async () => {
    const webhooks = open()
    reply = () => keyReply(next.publicKeyPem)
    expect(await kindOf(webhooks, next)).toBe('delivery')
    timer.skip(dayMs / 2)
    expect(await kindOf(webhooks, forger)).toBe('forged')
    expect(kick.seen).toHaveLength(2)
    timer.skip(dayMs / 2)
    expect(await kindOf(webhooks, pinned)).toBe('forged')
  })

  test('many deliveries at once ask for it once and are all accepted', async () => {
    const webhooks = open()
    reply = () => keyReply(next.publicKeyPem)
    const kinds = await Promise.all(Array.from({ length: 100 }, () => kindOf(webhooks, next)))
    expect(new Set(kinds)).toEqual(new Set(['delivery']))
    expect(kick.seen).toHaveLength(1)
  })

  test('a failed question is asked again after a minute', async () => {
    const webhooks = open()
    reply = () => ({ status: 503, text: 'unavailable' })
    expect(await kindOf(webhooks, next)).toBe('forged')
    reply = () => keyReply(next.publicKeyPem)
    timer.skip(minuteMs - 1)
    expect(await kindOf(webhooks, next)).toBe('forged')
    timer.skip(1)
    expect(await kindOf(webhooks, next)).toBe('delivery')
    expect(kick.seen).toHaveLength(2)
  })
})

describe('a flood of forged deliveries', () => {
  test('asks the platform for its key once a minute', async () => {
    const webhooks = open()
    for (let minute = 0; minute < 3; minute++) {
      const kinds = await Promise.all(Array.from({ length: 200 }, () => kindOf(webhooks, forger)))
      expect(new Set(kinds)).toEqual(new Set(['forged']))
      timer.skip(minuteMs)
    }
    expect(kick.seen).toHaveLength(3)
  })

  test('neither waits for a platform that does not answer longer than its time limit, nor holds up genuine deliveries', async () => {
    reply = () => 'never'
    const webhooks = open({ timeoutMs: 300 })
    const { headers, body } = forger.sign({ body: '{}' })
    const forged = Array.from({ length: 1_000 }, () => webhooks.verify(headers, body))
    expect(await kindOf(webhooks, pinned)).toBe('delivery')
    expect(new Set((await Promise.all(forged)).map(({ kind }) => kind))).toEqual(new Set(['forged']))
  })

  test('is judged by the keys at hand beyond those that may wait', async () => {
    const answer = Promise.withResolvers<Reply>()
    reply = () => answer.promise
    const webhooks = open({ timeoutMs: 20_000 })
    const { headers, body } = forger.sign({ body: '{}' })
    let judged = 0
    const forged = Array.from({ length: 1_000 }, async () => {
      await webhooks.verify(headers, body)
      judged += 1
    })
    await Promise.all(forged.slice(256))
    expect(judged).toBe(744)
    answer.resolve(keyReply(pinned.publicKeyPem))
    await Promise.all(forged)
  })
})

describe('what is no usable key leaves the key at hand in use', () => {
  const rsa = rsaKeys()
  test.each<[string, () => Reply]>([
    ['a page', () => ({ text: '<html>Just a moment…</html>' })],
    ['503', () => ({ status: 503, json: {} })],
    ['a redirect', () => ({ status: 302, headers: { location: '/elsewhere' }, text: '' })],
    ['nothing', () => keyReply(undefined)],
    ['a number', () => keyReply(7)],
    ['no PEM', () => keyReply('MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A')],
    ['a PEM of nonsense', () => keyReply('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')],
    ['a private key', () => keyReply(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }))],
    ['a key of elliptic curves', () => keyReply(pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey))],
    ['an Ed25519 key', () => keyReply(pem(generateKeyPairSync('ed25519').publicKey))],
    ['an RSA-PSS key', () => keyReply(pem(generateKeyPairSync('rsa-pss', { modulusLength: 2_048 }).publicKey))],
    ['an RSA key of 512 bits', () => keyReply(pem(rsaKeys(512).publicKey))],
    ['an RSA key of 1,024 bits', () => keyReply(pem(rsaKeys(1_024).publicKey))],
    ['five megabytes', () => ({ json: { data: { public_key: pinned.publicKeyPem }, more: 'x'.repeat(5 << 20) } })],
    ['a connection reset', () => 'reset'],
    ['half an answer', () => 'half'],
  ])('%s', async (_, told) => {
    reply = told
    const webhooks = open()
    expect(await kindOf(webhooks, next)).toBe('forged')
    expect(await kindOf(webhooks, pinned)).toBe('delivery')
    expect(kick.seen).toHaveLength(1)
  })
})

test('a delivery can not bring its own key', async () => {
  const webhooks = open()
  const { headers, body } = forger.sign({ body: JSON.stringify({ public_key: forger.publicKeyPem }) })
  const named = { ...headers, 'kick-public-key': forger.publicKeyPem, 'kick-event-public-key': forger.publicKeyPem }
  expect((await webhooks.verify(named, body)).kind).toBe('forged')
})

test('a longer RSA key is accepted with its longer signatures', async () => {
  const longer = createSigner(rsaKeys(3_072))
  reply = () => keyReply(longer.publicKeyPem)
  expect(await kindOf(open(), longer)).toBe('delivery')
})

test('the documented key is pinned for Kick’s own host and for no other', () => {
  expect(readPublicKey(documentedKeyOf('https://api.kick.com'))).toMatchObject({ type: 'public' })
  for (const url of ['http://127.0.0.1:4010', 'https://api.kick.com.example', 'https://api.kick.com:8443'])
    expect(documentedKeyOf(url)).toBeUndefined()
})

test('without any key deliveries are answered 503 until the platform tells one, which is asked for again after seconds', async () => {
  let told: Reply = { status: 503, text: '' }
  const silent = stack.use(await startScriptedHttp(() => told))
  await using fixture = await startReceiving({ kick: { apiUrl: silent.url, timer } })
  const send = () => fixture.send(fixture.signer.sign({ body: '{}' }))
  const refused = await send()
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('10')
  told = keyReply(fixture.signer.publicKeyPem)
  expect((await send()).status).toBe(503)
  expect(silent.seen).toHaveLength(1)
  timer.skip(5_000)
  expect((await send()).status).toBe(200)
  expect(await fixture.deliveries()).toHaveLength(1)
  expect(await fixture.forged()).toEqual([])
})

test('ending breaks off a question under way', async () => {
  reply = () => 'never'
  const webhooks = createKickWebhooks({
    apiUrl: kick.url,
    pinnedKeyPem: pinned.publicKeyPem,
    clock: Date.now,
    log: silentLog,
    timeoutMs: 60_000,
  })
  const waiting = kindOf(webhooks, forger)
  await expect.poll(() => kick.seen.length).toBe(1)
  await webhooks[Symbol.asyncDispose]()
  expect(await waiting).toBe('forged')
})
