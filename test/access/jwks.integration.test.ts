import { SignJWT } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../src/access/api-key-secret.ts'
import { createTokenKeys } from '../../src/access/token-keys.ts'
import { createTokenVerifier, type TokenVerifier } from '../../src/access/token-verifier.ts'
import { type Log, silentLog } from '../../src/lib/log.ts'
import { type Issuer, startIssuer } from '../support/access/issuer.ts'

let issuer: Issuer
let verifier: TokenVerifier
let now: number
let warnings: string[]

const log: Log = { ...silentLog, warn: (_, message) => void warnings.push(message) }
const cooldownMs = 10_000
const refreshMs = 300_000

const claims = () => ({ sub: 'alice', role: 'OPERATOR', exp: Math.floor(now / 1000) + 86_400 })
const verify = (token: string) =>
  verifier.verify(token, digestOf(token)).catch((error: { code: string }) => ({ refused: error.code }))
/** A token that was not checked before. */
const verifyNew = async (key: Parameters<Issuer['sign']>[0]) =>
  verify(await issuer.sign(key, { ...claims(), jti: crypto.randomUUID() }))

const operator = expect.objectContaining({ role: 'OPERATOR', subject: 'jwt:alice' })

beforeEach(async () => {
  now = Date.now()
  warnings = []
  issuer = await startIssuer()
  verifier = createTokenVerifier({ settings: { jwksUrl: issuer.url }, clock: () => now, steady: () => now, log })
})
afterEach(async () => {
  await verifier[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

test.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])(
  'a token signed with %s by a published key is genuine',
  async (alg) => {
    expect(await verifyNew(await issuer.publish('first', alg))).toEqual(operator)
  },
)

test('many tokens at once load the keys once, and one that is asked about again is not asked about', async () => {
  const key = await issuer.publish('first')
  const answers = await Promise.all(Array.from({ length: 50 }, () => verifyNew(key)))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]).toEqual(operator)
  expect(issuer.asked).toBe(1)
})

test('a token of a key that the issuer does not publish is refused, under its own name or a published one', async () => {
  await issuer.publish('first')
  expect(await verifyNew(await issuer.newKey('strange'))).toEqual({ refused: 'invalid' })
  expect(await verifyNew(await issuer.newKey('first'))).toEqual({ refused: 'invalid' })
})

test('a published key is no secret: a token that was signed with it as one is refused', async () => {
  const { published, kid } = await issuer.publish('first', 'RS256')
  for (const secret of [JSON.stringify(published), published.n!]) {
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(new TextEncoder().encode(secret))
    expect(await verify(token)).toEqual({ refused: 'invalid' })
  }
})

test('a key that is published later counts from its first token on, and the old ones go on meanwhile', async () => {
  const first = await issuer.publish('first')
  expect(await verifyNew(first)).toEqual(operator)
  now += cooldownMs
  const second = await issuer.publish('second')
  expect(await verifyNew(second)).toEqual(operator)
  expect(await verifyNew(first)).toEqual(operator)
  expect(issuer.asked).toBe(2)
})

test('tokens of invented keys make nobody ask the issuer more often than every ten seconds', async () => {
  await issuer.publish('first')
  for (let i = 0; i < 20; i++)
    expect(await verifyNew(await issuer.newKey(`strange ${i}`))).toEqual({ refused: 'invalid' })
  expect(issuer.asked).toBe(1)
  now += cooldownMs
  expect(await verifyNew(await issuer.newKey('strange'))).toEqual({ refused: 'invalid' })
  expect(issuer.asked).toBe(2)
})

test('a key that is not published any more is refused once the keys are loaded again', async () => {
  const first = await issuer.publish('first')
  const second = await issuer.publish('second')
  expect(await verifyNew(first)).toEqual(operator)
  issuer.keep('second')
  now += refreshMs
  // The first one after five minutes loads them beside itself; a key that is not known waits for that.
  await verifyNew(second)
  await verifyNew(await issuer.newKey('strange'))
  expect(await verifyNew(first)).toEqual({ refused: 'invalid' })
  expect(await verifyNew(second)).toEqual(operator)
})

test.each(['down', 'nonsense'] as const)(
  'while the issuer is %s, tokens of known keys go on and those of others are UNAVAILABLE, which is logged',
  async (mode) => {
    const first = await issuer.publish('first')
    expect(await verifyNew(first)).toEqual(operator)
    const second = await issuer.publish('second')
    issuer.behave(mode)
    now += refreshMs * 10
    expect(await verifyNew(first)).toEqual(operator)
    expect(await verifyNew(second)).toEqual({ refused: 'UNAVAILABLE' })
    expect(await verifyNew(first)).toEqual(operator)
    expect(warnings).toEqual(['the keys at JWT_JWKS_URL can not be loaded; known keys stay in use'])
    issuer.behave('up')
    now += cooldownMs
    expect(await verifyNew(second)).toEqual(operator)
  },
)

test('an issuer that never answered makes every token UNAVAILABLE, and is asked once in ten seconds', async () => {
  const first = await issuer.publish('first')
  issuer.behave('down')
  for (let i = 0; i < 5; i++) expect(await verifyNew(first)).toEqual({ refused: 'UNAVAILABLE' })
  expect(issuer.asked).toBe(1)
})

test('an issuer that takes the question and says nothing is given up, and stopping does not wait for it', async () => {
  issuer.behave('silent')
  const header = { alg: 'ES256', kid: 'first' }
  const find = (keys: ReturnType<typeof createTokenKeys>) =>
    keys.find(header, {} as never).catch((error: { code: string }) => error.code)
  await using impatient = createTokenKeys({ url: issuer.url, now: () => now, log, timeoutMs: 50 })
  expect(await find(impatient)).toBe('UNAVAILABLE')
  const patient = createTokenKeys({ url: issuer.url, now: () => now, log, timeoutMs: 3_600_000 })
  const answer = find(patient)
  await patient[Symbol.asyncDispose]()
  expect(await answer).toBe('UNAVAILABLE')
})
