import { createPublicKey, verify } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { signatureHeaders } from '../../src/targets/sign-message.ts'
import {
  createSigningKey,
  keysAt,
  readSigningKey,
  rotateSigningKeys,
  showSigningKey,
  signingKeys,
} from '../../src/targets/signing-keys.ts'

const body = '{"type":"went-live","data":{"text":"Zoë is live: 🎉"}}'
const at = Date.now()
const message = { id: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', at, body }

/** Verifies as a receiver does that has the public key only. */
const isSignedBy = (publicKey: string, headers: ReturnType<typeof signatureHeaders>): boolean => {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
  return headers['webhook-signature']
    .split(' ')
    .map((signature) => signature.split(','))
    .some(([scheme, signature]) => scheme === 'v1a' && verify(null, content, key, Buffer.from(signature!, 'base64')))
}

test('the package of Standard Webhooks accepts what a shared secret signs, and nothing that was changed', () => {
  const key = createSigningKey('v1')
  const headers = signatureHeaders(message, [key])
  const receiver = new Webhook(key.key)
  expect(receiver.verify(body, headers)).toEqual(JSON.parse(body))
  expect(() => receiver.verify(`${body} `, headers)).toThrow('No matching signature found')
  expect(() => receiver.verify(body, { ...headers, 'webhook-id': 'another' })).toThrow('No matching signature found')
  expect(() => new Webhook(createSigningKey('v1').key).verify(body, headers)).toThrow('No matching signature found')
})

test('the package makes the same signature', () => {
  const { key } = createSigningKey('v1')
  const signature = signatureHeaders(message, [{ key, until: null }])['webhook-signature']
  expect(signature).toBe(new Webhook(key).sign(message.id, new Date(at), body))
})

test('the example of the specification has the signature that it says', () => {
  // From the tests of the reference implementations.
  const example = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: 1_614_265_330_000,
    body: '{"test": 2432232314}',
  }
  const key = { key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', until: null }
  expect(signatureHeaders(example, [key])).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('who has the public key verifies what the private key signs', () => {
  const key = createSigningKey('v1a')
  const headers = signatureHeaders(message, [key])
  const { publicKey } = showSigningKey(key)
  expect(headers['webhook-signature']).toMatch(/^v1a,[\w+/]{86}==$/)
  expect(isSignedBy(publicKey!, headers)).toBe(true)
  expect(isSignedBy(showSigningKey(createSigningKey('v1a')).publicKey!, headers)).toBe(false)
})

test('the public key of RFC 8032 belongs to its private key', () => {
  const bytes = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
  const key = `whsk_${bytes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')}`
  expect(showSigningKey({ key, until: null }).publicKey).toBe(
    `whpk_${bytes('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')}`,
  )
})

test('while keys are rotated, receivers with the old and with the new one verify', () => {
  const [old, next] = [createSigningKey('v1'), createSigningKey('v1a')]
  const keys = rotateSigningKeys([old], next, at, 3_600_000)
  const headers = signatureHeaders(message, keysAt(keys, at))
  expect(new Webhook(old.key).verify(body, headers)).toEqual(JSON.parse(body))
  expect(isSignedBy(showSigningKey(next).publicKey!, headers)).toBe(true)
  expect(keysAt(keys, at + 3_600_000)).toEqual([next])
})

test('a rotation keeps no key longer than it had, at most three old ones, and leaves a list that is accepted', () => {
  let keys = [createSigningKey('v1')]
  for (let i = 0; i < 6; i++) keys = rotateSigningKeys(keys, createSigningKey('v1'), at + i, 1_000)
  expect(keys).toHaveLength(4)
  expect(keys.map(({ until }) => until && Date.parse(until) - at)).toEqual([null, 1_005, 1_004, 1_003])
  expect(signingKeys.safeParse(keys).success).toBe(true)
  expect(rotateSigningKeys(keys, createSigningKey('v1'), at + 2_000, 0)).toHaveLength(1)
})

describe('what is no key', () => {
  const encoded = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64')

  test.each([
    '',
    encoded(32),
    `whsec_${encoded(23)}`,
    `whsec_${encoded(65)}`,
    `whsec_${encoded(32)} `,
    `whsec_!${encoded(32)}`,
    `whsk_${encoded(31)}`,
    `whsk_${encoded(64)}`,
    `whpk_${encoded(32)}`,
  ])('%j', (text) => expect(readSigningKey(text)).toBeUndefined())

  test.each([`whsec_${encoded(24)}`, `whsec_${encoded(64)}`, `whsk_${encoded(32)}`])('but %s is one', (text) =>
    expect(readSigningKey(text)).toBeDefined(),
  )
})
