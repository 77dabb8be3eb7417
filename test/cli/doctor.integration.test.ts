import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { diagnose } from '../../src/cli/doctor.ts'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'
import { startCollector } from '../support/app/otlp-collector.ts'
import { redisMissing, startRedisServer } from '../support/live/redis-server.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const resources = new AsyncDisposableStack()
let directory: string
let made = 0

beforeAll(async () => {
  directory = resources.use(await temporaryDirectory('doctor')).path
})
afterAll(() => resources.disposeAsync())

const findings = async (env: Record<string, string>): Promise<string[]> => {
  const dataDir = path.join(directory, String(++made))
  await mkdir(dataDir)
  const found = await diagnose({ PORT: '0', DATA_DIR: dataDir, ...env })
  return found.map(({ ok, text }) => `${ok ? 'ok' : 'WRONG'} ${text.replaceAll(dataDir, 'DIR')}`)
}

const serve = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('on an empty machine everything is in order', async () => {
  const found = await findings({})
  expect(found.filter((line) => !line.startsWith('ok '))).toEqual([])
  expect(found).toContainEqual(expect.stringMatching(/^ok DATA_DIR: \d+ MB of its disk are left\.$/))
})

test('what the running server says of itself is wrong until it is mended, also while it is ready', async () => {
  const sentence = 'Twitch refuses the credentials: answered 401.'
  await using server = await serve((_, response) =>
    response.end(JSON.stringify({ ready: true, reasons: [], degraded: [sentence] })),
  )
  const dataDir = path.join(directory, 'held')
  using held = holdDataDirectory(dataDir)
  held.announce(server.url)
  expect(await diagnose({ PORT: '0', DATA_DIR: dataDir })).toContainEqual({
    ok: false,
    text: `The server at ${server.url} says: ${sentence}`,
  })
})

describe('Redis', () => {
  test('that does not answer', async () => {
    expect(await findings({ REDIS_URL: 'redis://:canary-of-redis@127.0.0.1:9' })).toContain(
      'WRONG REDIS_URL can not be used: it does not answer.',
    )
  })

  test('that is no Redis and says nothing', async () => {
    const silent = createTcpServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    expect(await findings({ REDIS_URL: `redis://:canary-of-redis@127.0.0.1:${port}` })).toContain(
      'WRONG REDIS_URL can not be used: it does not answer.',
    )
    silent.close()
  })

  test.skipIf(redisMissing !== null)(`that answers, and one that refuses us ${redisMissing ?? ''}`, async () => {
    await using redis = await startRedisServer()
    expect(await findings({ REDIS_URL: redis.url })).toContain('ok REDIS_URL: Redis answers.')
    const wrong = redis.url.replace(/:[^:@]+@/, ':canary-of-a-wrong-password@')
    expect(await findings({ REDIS_URL: wrong })).toContain('WRONG REDIS_URL can not be used: the login is refused.')
  })
})

describe('keys of tokens', () => {
  const line = async (listener: RequestListener) => {
    await using server = await serve(listener)
    return (await findings({ JWT_JWKS_URL: server.url })).filter((text) => text.includes('JWT_JWKS_URL'))
  }
  const json =
    (status: number, body: unknown): RequestListener =>
    (_, response) =>
      void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))

  test('are counted where they are published', async () => {
    expect(await line(json(200, { keys: [{ kty: 'RSA' }] }))).toEqual(['ok JWT_JWKS_URL: 1 keys are published.'])
  })
  test('are missed where there are none', async () => {
    expect(await line(json(200, { keys: [] }))).toEqual(['WRONG JWT_JWKS_URL can not be used: it publishes no keys.'])
    expect(await line((_, response) => void response.writeHead(404).end('<html>'))).toEqual([
      'WRONG JWT_JWKS_URL can not be used: it does not answer with keys.',
    ])
  })
})

describe('the collector of traces', () => {
  test('that answers', async () => {
    await using collector = await startCollector()
    expect(await findings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).toContain(
      'ok OTEL_EXPORTER_OTLP_ENDPOINT: the collector answers.',
    )
  })
  test('that is something else, nobody, or no URL', async () => {
    await using other = await serve((_, response) => void response.writeHead(404).end())
    const wrong = async (url: string) =>
      (await findings({ OTEL_EXPORTER_OTLP_ENDPOINT: url })).filter((text) => text.startsWith('WRONG'))
    expect(await wrong(other.url)).toEqual([
      'WRONG OTEL_EXPORTER_OTLP_ENDPOINT can not be used: it answers 404 to traces.',
    ])
    expect(await wrong('http://somebody:canary@127.0.0.1:9')).toEqual([
      'WRONG OTEL_EXPORTER_OTLP_ENDPOINT can not be used: it does not answer.',
    ])
    expect(await wrong('collector canary')).toEqual([
      'WRONG OTEL_EXPORTER_OTLP_ENDPOINT must be a URL like http://localhost:4318.',
    ])
  })
})

test('a wrong login to the database is told without the login', async () => {
  const url = Object.assign(new URL(inject('templateDatabaseUrl')), { password: 'canary-of-a-wrong-one' })
  expect(await findings({ DATABASE_URL: url.href })).toContain(
    'WRONG DATABASE_URL can not be used: the password is wrong.',
  )
})
