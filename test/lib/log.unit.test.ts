import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLog, withoutSecrets } from '../../src/lib/log.ts'
import { secretHeadersOf } from '../../src/platforms/platform-definition.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'

const logTo = (level: string) => {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return { log: createLog(level, secretHeadersOf(builtInPlatforms), destination), lines }
}

const secret = 'c@nary'

test('fields that may hold a secret are replaced at any depth up to two, in children as well', () => {
  const { log, lines } = logTo('info')
  const holders = [
    'authorization',
    'cookie',
    'set-cookie',
    'token',
    'access_token',
    'secret',
    'clientSecret',
    'password',
    'connectionParams',
    'apiKey',
    'signature',
    'kick-event-signature',
    'twitch-eventsub-message-signature',
    'variables',
  ]
  for (const name of holders) {
    log.info({ [name]: secret }, 'top')
    log.info({ request: { [name]: secret } }, 'below')
    log.info({ request: { headers: { [name]: secret } } }, 'two below')
    log.child({ part: 'a' }).warn({ request: { [name]: { deep: secret } } }, 'of a child')
  }
  expect(lines).toHaveLength(4 * holders.length)
  for (const line of lines) {
    expect(line).toContain('[redacted]')
    expect(line).not.toContain(secret)
  }
})

test('logins in URLs and what bearers send are replaced wherever they stand, errors included', () => {
  const { log, lines } = logTo('info')
  const url = 'postgresql://user:s3cret-pass@host:5432/db'
  log.warn({ err: new Error(`no connection to ${url}`) }, `tried ${url}`)
  log.warn({ err: new Error('why', { cause: new Error('Authorization: Bearer abc.def-ghi') }) }, 'x')
  expect(lines.join('')).not.toMatch(/s3cret-pass|abc\.def/)
  expect(lines[0]).toContain('postgresql://[redacted]@host:5432/db')
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
  const plain = 'see https://example.com/a?b=c and mail@example.com'
  expect(withoutSecrets(plain)).toBe(plain)
})

test('only what is at least as grave as the level is written, one object of JSON a line', () => {
  const { log, lines } = logTo('warn')
  log.debug({}, 'a')
  log.info({}, 'b')
  log.warn({ part: 'poller' }, 'c')
  log.error({}, 'd')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, part: 'poller', msg: 'c' },
    { level: 50, msg: 'd' },
  ])
})
