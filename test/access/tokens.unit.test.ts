import { generateKeyPairSync } from 'node:crypto'
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { digestOf } from '../../src/access/api-key-secret.ts'
import { createTokenVerifier, type TokenSettings } from '../../src/access/token-verifier.ts'
import { createAuthenticate } from '../../src/http/security/authenticate.ts'
import { silentLog } from '../../src/lib/log.ts'

const secret = 'a secret of the issuer that is long enough'
const other = 'another secret that is also long enough, yes'
const now = Date.parse('2026-11-22T12:00:00Z')
const seconds = now / 1000
const claims: JWTPayload = { sub: 'alice', role: 'OPERATOR', exp: seconds + 600 }

const sign = (payload: JWTPayload, key = secret, alg = 'HS256') =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key))

const verifierOf = (settings: Partial<TokenSettings> = {}, clock = () => now) =>
  createTokenVerifier({ settings: { secret, ...settings } as TokenSettings, clock, log: silentLog })

const verify = (token: string, settings?: Partial<TokenSettings>) => verifierOf(settings).verify(token, digestOf(token))

describe('a genuine token says who the caller is', () => {
  test('with the name, or else the subject, until it expires', async () => {
    expect(await verify(await sign({ ...claims, name: 'Alice' }))).toEqual({
      role: 'OPERATOR',
      name: 'Alice',
      subject: 'jwt:alice',
      expiresAt: new Date((seconds + 600) * 1000),
    })
    expect(await verify(await sign(claims))).toMatchObject({ name: 'alice', subject: 'jwt:alice' })
  })

  test.each(['PUBLIC', 'OPERATOR', 'ADMIN'])('and has the role %s', async (role) => {
    expect(await verify(await sign({ ...claims, role }))).toMatchObject({ role })
  })

  test('two tokens without any name are two callers', async () => {
    const bare = { role: 'PUBLIC', exp: seconds + 600 }
    const [one, another] = [await verify(await sign(bare)), await verify(await sign({ ...bare, jti: '2' }))]
    expect(one).toMatchObject({ name: null, subject: expect.stringMatching(/^jwt:.{16}$/) })
    expect(one).not.toEqual(another)
  })

  test('a name of any length is cut between characters, and a subject is whole', async () => {
    const [sub, name] = ['x'.repeat(255), '😀'.repeat(300)]
    const identity = await verify(await sign({ ...claims, sub, name }))
    expect(identity).toMatchObject({ subject: `jwt:${sub}`, name: '😀'.repeat(100) })
  })
})

test.each([
  ['sub', 'ali\0ce'],
  ['sub', '\0'],
  ['sub', 'alice\nadmin'],
  ['sub', 'half \ud83d'],
  ['sub', 'x'.repeat(256)],
  ['name', 'Ali\0ce'],
  ['name', 'Alice\u2028'],
  ['name', '\udc00'],
])('a token whose %s is %j, which nobody can keep, is refused as such', async (claim, text) => {
  expect(await verify(await sign({ ...claims, [claim]: text }))).toEqual({ refused: 'naming' })
})

test.each([
  [undefined],
  [null],
  ['ROOT'],
  [''],
  ['admin'],
  ['Operator'],
  ['ADMIN '],
  ['adm\u0131n'],
  [['ADMIN']],
  [{ ADMIN: true }],
  [7],
])('a token with the role %j carries no role of ours', async (role) => {
  expect(await verify(await sign({ ...claims, role }))).toEqual({ refused: 'role' })
})

describe('a token is refused', () => {
  test('from the instant it expires', async () => {
    expect(await verify(await sign({ ...claims, exp: seconds + 1 }))).toMatchObject({ role: 'OPERATOR' })
    for (const exp of [seconds, seconds - 1, seconds - 31, 0])
      expect(await verify(await sign({ ...claims, exp }))).toEqual({ refused: 'expired' })
  })

  test('when it was checked before and has expired meanwhile', async () => {
    let time = now
    const verifier = verifierOf({}, () => time)
    const token = await sign({ ...claims, exp: seconds + 10 })
    expect(await verifier.verify(token, digestOf(token))).toMatchObject({ role: 'OPERATOR' })
    time = now + 10_000
    expect(await verifier.verify(token, digestOf(token))).toEqual({ refused: 'expired' })
  })

  test('that never expires, or says so in no number', async () => {
    const { exp: _, ...endless } = claims
    for (const payload of [endless, { ...claims, exp: '9999999999' as never }])
      expect(await verify(await sign(payload))).toEqual({ refused: 'invalid' })
  })

  test('that is not valid yet, but for a small difference of clocks', async () => {
    expect(await verify(await sign({ ...claims, nbf: seconds + 60 }))).toEqual({ refused: 'invalid' })
    expect(await verify(await sign({ ...claims, nbf: seconds + 20 }))).toMatchObject({ role: 'OPERATOR' })
  })

  test('of another secret, of another algorithm and without a signature', async () => {
    const none = new UnsecuredJWT(claims).encode()
    for (const token of [await sign(claims, other), await sign(claims, secret, 'HS512'), none])
      expect(await verify(token)).toEqual({ refused: 'invalid' })
  })

  test('that was signed with a key pair where a secret is expected', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
    expect(await verify(token)).toEqual({ refused: 'invalid' })
  })

  test('with any character changed', async () => {
    const token = await sign(claims)
    for (let i = 0; i < token.length; i++) {
      const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`
      // The last character of a part has bits that mean nothing.
      if (token[i + 1] === '.' || i === token.length - 1 || token[i] === '.') continue
      expect([i, await verify(changed)]).toEqual([i, { refused: 'invalid' }])
    }
  })

  test('of another issuer or for another audience, where those are set', async () => {
    const settings = { issuer: 'https://login.example', audience: 'channelscope' }
    const fitting = { ...claims, iss: 'https://login.example', aud: ['channelscope', 'other'] }
    expect(await verify(await sign(fitting), settings)).toMatchObject({ role: 'OPERATOR' })
    for (const wrong of [claims, { ...fitting, iss: 'https://evil.example' }, { ...fitting, aud: 'other' }])
      expect(await verify(await sign(wrong), settings)).toEqual({ refused: 'invalid' })
  })

  test('whose expiry no calendar holds: it is valid until the last one', async () => {
    expect(await verify(await sign({ ...claims, exp: 1e300 }))).toMatchObject({ expiresAt: new Date(8.64e15) })
  })
})

describe('over a transport', () => {
  const access = {
    identify: async (credential: string, digest: Buffer) => verifierOf().verify(credential, digest),
  } as never
  const keys = { adminKey: 'the-admin-key', operatorKey: 'the-operator-key', publicAccess: 'read' } as const
  const authenticate = createAuthenticate({ ...keys, access })
  const refusalOf = (authorization: string) => authenticate(authorization).catch((error: unknown) => error)

  test('a token of several thousand characters is taken', async () => {
    const token = await sign({ ...claims, groups: 'x'.repeat(5_500) })
    expect(token.length).toBeGreaterThan(7_000)
    expect(await authenticate(`Bearer ${token}`)).toMatchObject({ role: 'OPERATOR' })
  })

  test('one of more than 8 KiB is refused unread, whoever signed it', async () => {
    const token = await sign({ ...claims, groups: 'x'.repeat(7_500) })
    expect(await refusalOf(`Bearer ${token}`)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('each refusal has its code and a sentence that fits the close of a WebSocket', async () => {
    const expected: [string, string][] = [
      [await sign({ ...claims, exp: seconds - 1 }), 'UNAUTHENTICATED'],
      [await sign({ ...claims, role: 'ROOT' }), 'FORBIDDEN'],
      [await sign({ ...claims, role: 'admin' }), 'FORBIDDEN'],
      [await sign({ ...claims, sub: 'ali\0ce' }), 'UNAUTHENTICATED'],
      [await sign(claims, other), 'UNAUTHENTICATED'],
      ['tökén', 'UNAUTHENTICATED'],
      ['a b', 'UNAUTHENTICATED'],
      ['', 'UNAUTHENTICATED'],
    ]
    for (const [token, code] of expected) {
      const error = (await refusalOf(`Bearer ${token}`)) as Error & { code: string }
      expect([token, error.code]).toEqual([token, code])
      expect(Buffer.byteLength(error.message)).toBeLessThanOrEqual(123)
    }
  })
})
