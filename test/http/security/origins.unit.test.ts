import { expect, test } from 'vitest'
import { createOrigins } from '../../../src/http/security/origins.ts'
import { silentLog } from '../../../src/lib/log.ts'

const lines: object[] = []
const origins = createOrigins({
  listeningOn: 'Scope.internal',
  publicUrl: 'https://channels.example/path',
  allowedOrigins: ['https://app.example:8443'],
  log: { ...silentLog, warn: (fields) => void lines.push(fields) },
})

test.each([
  ['localhost', true],
  ['LocalHost:4000', true],
  ['127.0.0.1:4000', true],
  ['10.1.2.3', true],
  ['[::1]:4000', true],
  ['[fd00::7]', true],
  ['scope.internal:4000', true],
  ['channels.example', true],
  ['app.example', true],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['sub.channels.example', false],
  ['localhost@evil.example', false],
  ['evil.example:localhost', false],
  ['[evil.example]', false],
  ['::1', false],
  ['1.2.3', false],
  ['', false],
])('the host %o is ours: %s', (host, expected) => {
  expect(origins.isOwnHost(host)).toBe(expected)
})

test.each([
  ['http://localhost:4000', 'localhost:4000', true],
  ['http://localhost:4000', 'LOCALHOST:4000', true],
  ['http://localhost:3000', 'localhost:4000', false],
  ['http://192.168.0.7:4000', '192.168.0.7:4000', true],
  ['https://channels.example', 'channels.example', true],
  ['https://channels.example', 'anything', true],
  ['https://app.example:8443', undefined, true],
  ['https://app.example', 'channels.example', false],
  ['http://evil.example:4000', 'evil.example:4000', false],
  ['http://localhost:4000', undefined, false],
  ['null', 'localhost:4000', false],
  ['nonsense', 'nonsense', false],
])('a page of %s that asks the host %s may call: %s', (origin, host, expected) => {
  expect(origins.mayCall(origin, host)).toBe(expected)
})

test('a host that is refused is told once, and of very many some', () => {
  const refuse = (host: string) =>
    expect(() => origins.check({ method: 'GET', headers: { host } })).toThrow(
      'name it in PUBLIC_URL or ALLOWED_ORIGINS',
    )
  for (let i = 0; i < 3; i++) refuse('evil.example')
  expect(lines).toEqual([{ host: 'evil.example' }])
  for (let i = 0; i < 100; i++) refuse(`${i}.example`)
  expect(lines).toHaveLength(20)
})
