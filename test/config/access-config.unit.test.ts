import { expect, test } from 'vitest'
import { configProblems, readConfig } from '../../src/config/config.ts'

const url = 'https://login.example.com/.well-known/jwks.json'
const secret = 'x'.repeat(32)

test('without a word about them no tokens are accepted', () => {
  expect(readConfig({}).tokens).toBeUndefined()
})

test('tokens are signed with published keys or with one secret', () => {
  expect(readConfig({ JWT_JWKS_URL: url }).tokens).toEqual({ jwksUrl: url })
  expect(readConfig({ JWT_SECRET: secret, JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }).tokens).toEqual({
    secret,
    issuer: 'i',
    audience: 'a',
  })
})

test.each(['http://127.0.0.1:9/keys', 'http://localhost/keys', 'http://[::1]/keys'])(
  'keys on this machine need no https: %s',
  (local) => {
    expect(readConfig({ JWT_JWKS_URL: local }).tokens).toEqual({ jwksUrl: local })
  },
)

const refused: [string, Record<string, string>, string][] = [
  ['both ways', { JWT_JWKS_URL: url, JWT_SECRET: secret }, 'JWT_SECRET must be unset where JWT_JWKS_URL is set.'],
  ['a short secret', { JWT_SECRET: 'x'.repeat(31) }, 'JWT_SECRET must be at least 32 bytes long.'],
  [
    'keys that anybody on the way may change',
    { JWT_JWKS_URL: 'http://login.example.com/keys' },
    'JWT_JWKS_URL must be https, except on this machine.',
  ],
  [
    'a name that only begins like this machine',
    { JWT_JWKS_URL: 'http://127.0.0.1.example.com/keys' },
    'JWT_JWKS_URL must be https, except on this machine.',
  ],
  [
    'another protocol',
    { JWT_JWKS_URL: 'file:///etc/keys' },
    'JWT_JWKS_URL must be a URL like https://login.example.com/.well-known/jwks.json.',
  ],
  [
    'a login in the URL',
    { JWT_JWKS_URL: 'https://me:word@login.example.com/keys' },
    'JWT_JWKS_URL must be a URL without a login.',
  ],
  [
    'metrics for whom nothing is let in',
    { PUBLIC_ACCESS: 'none', METRICS_ACCESS: 'local' },
    'METRICS_ACCESS must be operator where PUBLIC_ACCESS is none.',
  ],
  ['an issuer without keys', { JWT_ISSUER: 'i' }, 'JWT_ISSUER must be set together with JWT_JWKS_URL or JWT_SECRET.'],
  [
    'an audience without keys',
    { JWT_AUDIENCE: 'a' },
    'JWT_AUDIENCE must be set together with JWT_JWKS_URL or JWT_SECRET.',
  ],
]
test.each(refused)('%s is refused with one line', (_, env, line) => {
  expect(configProblems(env)).toEqual([line])
})

test.each([
  [{}, 'local'],
  [{ PUBLIC_ACCESS: 'none' }, 'operator'],
  [{ PUBLIC_ACCESS: 'none', METRICS_ACCESS: 'operator' }, 'operator'],
  [{ METRICS_ACCESS: 'everybody' }, 'everybody'],
])('who reads metrics with %o: %s', (env, access) => {
  expect(readConfig(env).metricsAccess).toBe(access)
})
