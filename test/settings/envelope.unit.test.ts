import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeyRing } from '../../src/config/key-ring.ts'
import { rewrap, seal, unseal } from '../../src/settings/envelope.ts'

const newKey = (kid: string) => ({ kid, key: createSecretKey(randomBytes(32)) })
const [first, second] = [newKey('k1'), newKey('k2')]
const ring: KeyRing = [first, second]
const place = { env: 'test', key: 'kick.client.secret' }
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const text = fc.string({ unit: 'grapheme', maxLength: 300 })

test('whatever is sealed is opened again in its place, also after its key was wrapped anew, and never shows', () => {
  fc.assert(
    fc.property(text, fc.string({ minLength: 1 }), (value, key) => {
      const here = { env: 'prod', key }
      const sealed = seal(ring, here, value)
      expect(unseal(ring, here, sealed)).toEqual({ ok: true, text: value })
      const rotated = rewrap([second, first], here, sealed)
      if (!rotated.ok) throw new Error(rotated.reason)
      expect(unseal([second], here, rotated.sealed)).toEqual({ ok: true, text: value })
      expect(unseal([first], here, rotated.sealed)).toEqual({ ok: false, reason: 'unknown-key', kid: 'k2' })
      if (value.length > 5) expect(sealed).not.toContain(Buffer.from(value).toString('base64url'))
    }),
  )
})

test('two values never look alike, and a new key touches nothing of the value itself', () => {
  const [one, other] = [seal(ring, place, 'same'), seal(ring, place, 'same')]
  expect(one).toMatch(/^v1\.k1\.[\w-]{80}\.[\w-]+$/)
  expect(one.split('.')[2]).not.toBe(other.split('.')[2])
  expect(one.split('.')[3]).not.toBe(other.split('.')[3])
  const rotated = rewrap([second, first], place, one)
  expect(rotated.ok && rotated.sealed.split('.')[3]).toBe(one.split('.')[3])
})

describe.each([0, 1, 2, 3, 16])('of a sealed value of %i bytes', (length) => {
  const sealed = seal(ring, place, 'x'.repeat(length))

  test('every other character at every place is refused', () => {
    for (let at = 0; at < sealed.length; at++) {
      for (const character of `${alphabet}.+/=`) {
        if (character === sealed[at]) continue
        const altered = sealed.slice(0, at) + character + sealed.slice(at + 1)
        expect(unseal(ring, place, altered), altered).toMatchObject({ ok: false })
      }
    }
  })

  test('every character that is left out or added is noticed, as is every shorter end', () => {
    for (let at = 0; at <= sealed.length; at++) {
      expect(unseal(ring, place, sealed.slice(0, at) + sealed.slice(at + 1)).ok).toBe(at === sealed.length)
      expect(unseal(ring, place, `${sealed.slice(0, at)}A${sealed.slice(at)}`)).toMatchObject({ ok: false })
      if (at < sealed.length) expect(unseal(ring, place, sealed.slice(0, at))).toMatchObject({ ok: false })
    }
  })
})

test.each([4, 8, 12, 13, 14, 15])('a tag of %i bytes is none, however right it is', (authTagLength) => {
  const dataKey = randomBytes(32)
  const encrypt = (key: Parameters<typeof createCipheriv>[1], plain: Buffer, bound: object, tag: number) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tag })
    cipher.setAAD(Buffer.from(JSON.stringify(bound)))
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  }
  const bound = (part: string, kid?: string) => ['channelscope configuration v1', part, place.env, place.key, kid]
  const make = (tag: number) =>
    `v1.k1.${encrypt(first.key, dataKey, bound('data key', 'k1'), 16)}.${encrypt(dataKey, Buffer.alloc(40), bound('payload'), tag)}`
  expect(unseal(ring, place, make(16))).toMatchObject({ ok: true })
  expect(unseal(ring, place, make(authTagLength))).toMatchObject({ ok: false, reason: 'altered' })
})

test.each([
  ['another row', ring, { ...place, key: 'kick.client.token' }, 'wrong-key'],
  ['another environment', ring, { ...place, env: 'prod' }, 'wrong-key'],
  ['a key of another id', [second] as KeyRing, place, 'unknown-key'],
  ['another key of the same id', [newKey('k1')] as KeyRing, place, 'wrong-key'],
])('a value is not opened in %s', (_, keys, where, reason) => {
  const sealed = seal(ring, place, 'canary')
  expect(unseal(keys, where, sealed)).toEqual({ ok: false, reason, kid: 'k1' })
  expect(rewrap(keys, where, sealed)).toEqual({ ok: false, reason, kid: 'k1' })
})

test('the parts of two values of one row do not go together', () => {
  const [one, other] = [seal(ring, place, 'one').split('.'), seal(ring, place, 'two').split('.')]
  const mixed = [one[0], one[1], one[2], other[3]].join('.')
  expect(unseal(ring, place, mixed)).toEqual({ ok: false, reason: 'altered', kid: 'k1' })
})
