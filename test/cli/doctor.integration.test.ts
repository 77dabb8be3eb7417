import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { diagnose } from '../../src/cli/doctor.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createConfiguration } from '../../src/settings/configuration.ts'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'
import { nameTheTier } from '../../src/stores/postgres/environments.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { startCollector } from '../support/app/otlp-collector.ts'
import { s3Credentials, startS3Server } from '../support/archive/s3-server.ts'
import { redisMissing, startRedisServer } from '../support/live/redis-server.ts'
import { startXServer } from '../support/platforms/x-server.ts'
import { knownSettings } from '../support/settings/known-settings.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const resources = new AsyncDisposableStack()
let directory: string
let made = 0

beforeAll(async () => {
  directory = resources.use(await temporaryDirectory('doctor')).path
})
afterAll(() => resources.disposeAsync())

/** What the checks found; the lines that list the variables have a test of their own. */
const findings = async (env: Record<string, string>): Promise<string[]> => {
  const dataDir = path.join(directory, String(++made))
  await mkdir(dataDir)
  const found = await diagnose({ PORT: '0', DATA_DIR: dataDir, ...env })
  const checks = found.filter(({ variable }) => variable === undefined)
  return checks.map(({ ok, text }) => `${ok ? 'ok' : 'WRONG'} ${text.replaceAll(dataDir, 'DIR')}`)
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
  expect(found.filter((line) => line.startsWith('WRONG '))).toEqual([])
  expect(found).toContainEqual(expect.stringMatching(/^ok DATA_DIR: \d+ MB of its disk are left\.$/))
})

test('a folder is looked at, and nothing is made or changed in it', async () => {
  const place = path.join(directory, 'looked-at')
  const told = async (dataDir: string) => (await diagnose({ PORT: '0', DATA_DIR: dataDir })).map(({ text }) => text)
  expect(await told(path.join(place, 'deep'))).toContain(
    `DATA_DIR: ${path.join(place, 'deep')} is not there, and the first start makes it.`,
  )
  expect(await readdir(directory)).not.toContain('looked-at')
  await mkdir(place)
  expect(await told(place)).toContain(`DATA_DIR: ${place} is free and can be written.`)
  expect(await told(place)).toContain('The variables are those of this shell: no server runs.')
  expect(await readdir(place)).toEqual([])
  await writeFile(path.join(directory, 'file'), '')
  expect(await told(path.join(directory, 'file', 'deep'))).toContainEqual(expect.stringContaining('not a directory'))
  {
    using _ = holdDataDirectory(place)
    const before = await readdir(place)
    expect(await told(place)).toContainEqual(expect.stringMatching(/ is in use by process \d+: stop it/))
    expect(await readdir(place)).toEqual(before)
  }
  await writeFile(path.join(place, 'restoring'), '')
  expect(await told(place)).toContainEqual(expect.stringContaining('holds a restore that was not finished'))
})

test('what the running server says of itself is wrong until it is mended, also while it is ready', async () => {
  const sentence = 'Twitch refuses the credentials: answered 401.'
  await using server = await serve((_, response) =>
    response.end(JSON.stringify({ ready: true, reasons: [], degraded: [sentence] })),
  )
  const dataDir = path.join(directory, 'held')
  using held = holdDataDirectory(dataDir)
  held.announce(server.url)
  const found = await diagnose({ PORT: '0', DATA_DIR: dataDir })
  expect(found).toContainEqual({ ok: false, text: `The server at ${server.url} says: ${sentence}` })
  // This one tells nothing of its variables, and nobody makes keys for it.
  expect(found).toContainEqual({
    ok: true,
    isNote: true,
    text: `The variables are those of this shell: the server at ${server.url} does not tell its own.`,
  })
  expect(await readdir(dataDir)).not.toContain('keys.json')
})

test('secrets that the keys which are set can not open are named, and what they hold is not', async () => {
  await using made = await createTestDatabase()
  const [old, other, unseen] = [newKeyText(), newKeyText(), newKeyText()]
  const kidOf = (key: string) => key.split(':')[0]
  const author = { identity: { role: 'ADMIN', name: 'test', subject: null }, requestId: 'test' }
  for (const [key, keys] of [
    ['a.secret', old],
    ['b.secret', other],
  ] as const)
    await createConfiguration({
      db: made.db,
      ring: parseKeyRing(keys)!,
      environment: { name: 'test' },
      settings: knownSettings,
    }).set({ key, value: 'canary-of-a-secret', category: 'auth', encrypt: true }, author)
  const told = async (keys: Record<string, string>) => {
    const found = await findings({ DATABASE_URL: made.urlOfPublic, ENVIRONMENT: 'test', ...keys })
    expect(found.join()).not.toContain('canary-of-a-secret')
    return found.filter((line) => line.includes('CONFIG_KEYS'))
  }
  const lacks = (key: string, keys: string) =>
    expect.stringMatching(
      `^WRONG CONFIG_KEYS must hold the key "${kidOf(keys)}", which the value of "${key}" is encrypted with: add it, `,
    )
  expect(await told({ CONFIG_KEYS: `${old},${other}` })).toEqual([
    'ok CONFIG_KEYS: 2 secrets of the configuration can be decrypted.',
  ])
  expect(await told({ CONFIG_KEYS: `${unseen},${other}` })).toEqual([
    lacks('a.secret', old),
    'ok CONFIG_KEYS: 1 secret of the configuration can be decrypted.',
  ])
  expect(await told({})).toEqual([lacks('a.secret', old), lacks('b.secret', other)])
})

test('a TIER that is not that of the database is wrong', async () => {
  await using made = await createTestDatabase()
  const told = async (env: Record<string, string>) => {
    const found = await findings({ ...made.variables, ...env })
    return found.filter((line) => line.includes('TIER'))
  }
  expect(await told({ TIER: 'other' })).toEqual(['ok TIER: the environment dev reads the tier other.'])
  await nameTheTier(sidesOf(made.db).dm, 'main')
  expect(await told({ TIER: 'other' })).toEqual([
    'WRONG TIER is other, but this database belongs to the tier main: set TIER=main.',
  ])
  expect(await told({ ENVIRONMENT: 'production' })).toEqual([
    'WRONG TIER is production, but this database belongs to the tier main: set TIER=main. Where it is not set, it is ENVIRONMENT.',
  ])
  expect(await told({ TIER: 'main' })).toEqual(['ok TIER: the environment dev reads the tier main.'])
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
    expect(await findings({ REDIS_URL: redis.url })).toContainEqual(
      expect.stringMatching(/^ok REDIS_URL: Redis \d+\.\d+\.\d+ answers\.$/),
    )
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

describe('the login to the database', () => {
  const line = async (url: string) =>
    (await findings({ DATABASE_URL: url })).filter((text) => / DATABASE_URL[: ]/.test(text))

  test('that may do everything, before and after the tables are made', async () => {
    await using empty = await createEmptyDatabase()
    expect(await line(empty.url)).toEqual([
      expect.stringMatching(/^ok DATABASE_URL: Postgres \d\S* answers\.$/),
      'ok DATABASE_URL: its tables are made at the first start.',
    ])
    await using made = await createTestDatabase()
    expect(await line(made.urlOfPublic)).toEqual([expect.stringMatching(/^ok DATABASE_URL: Postgres \d\S* answers\.$/)])
  })

  test('that may not write, or not make the tables, or has few connections', async () => {
    await using empty = await createEmptyDatabase()
    await using made = await createTestDatabase()
    await using db = openPostgres({ url: made.urlOfPublic, log: silentLog, max: 1 })
    const { pool } = db
    const name = `doctor_${randomUUID().replaceAll('-', '')}`
    await pool.query(`CREATE ROLE ${name} LOGIN PASSWORD 'its-own'`)
    const as = (url: string) => Object.assign(new URL(url), { username: name, password: 'its-own' }).href
    try {
      expect(await line(as(empty.url))).toEqual([
        'WRONG DATABASE_URL: the tables are not made, and the login may not make them: run `channelscope migrate` as a member of channelscope_migrator (prisma/roles.sql).',
      ])
      expect(await line(as(made.urlOfPublic))).toEqual([
        'WRONG DATABASE_URL: the login may not write the tables: make it a member of channelscope_rw (prisma/roles.sql).',
      ])
      await pool.query(`GRANT INSERT ON public.streamers TO ${name}`)
      await pool.query(`ALTER ROLE ${name} CONNECTION LIMIT 7`)
      expect(await line(as(made.urlOfPublic))).toEqual([
        'WRONG DATABASE_URL: it allows 7 connections, and a node needs 20: raise max_connections, or the limit of the login or of the database.',
      ])
    } finally {
      await pool.query(`DROP OWNED BY ${name}`)
      await pool.query(`DROP ROLE ${name}`)
    }
  })
})

describe('the bucket', () => {
  const env = (url: string) => ({
    S3_URL: url,
    S3_ACCESS_KEY_ID: s3Credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey.replaceAll(' ', '-'),
  })
  const credentials = { ...s3Credentials, secretAccessKey: s3Credentials.secretAccessKey.replaceAll(' ', '-') }
  const line = async (url: string) => (await findings(env(url))).filter((text) => /S3_URL/.test(text))

  test('that takes an object, gives it back and forgets it', async () => {
    await using s3 = await startS3Server(() => credentials)
    expect(await line(s3.url)).toEqual(['ok S3_URL: an object was put, read back and removed.'])
    expect(s3.objects.size).toBe(0)
  })

  test('that refuses the key, or loses a part', async () => {
    await using other = await startS3Server()
    expect(await line(other.url)).toEqual([
      expect.stringMatching(/^WRONG S3_URL can not be used: PUT doctor\/\S+ was refused with 403 \(\w+\)\.$/),
    ])
    await using s3 = await startS3Server(() => credentials)
    s3.spoil('truncate')
    expect(await line(s3.url)).toEqual([expect.stringMatching(/^WRONG S3_URL can not be used: doctor\/\S+ has /)])
  })
})

describe('a platform', () => {
  const ofX = async (env: Record<string, string>) => (await findings(env)).filter((text) => / X | of X/.test(text))

  test('that accepts the credentials and has our time', async () => {
    await using x = await startXServer()
    expect(await ofX({ X_API_URL: x.url, X_BEARER_TOKEN: x.bearerToken })).toEqual([
      'ok X accepts the credentials.',
      'ok The clock of this machine is that of X.',
    ])
    expect(x.charged).toEqual([])
  })

  test('that refuses them', async () => {
    await using x = await startXServer()
    const [line] = await ofX({ X_API_URL: x.url, X_BEARER_TOKEN: 'canary-of-a-token' })
    expect(line).toMatch(/^WRONG X refuses the credentials: .*401/)
    expect(line).not.toContain('canary')
  })

  test('that has another time', async () => {
    await using x = await serve((_, response) =>
      response.setHeader('Date', 'Sun, 22 Nov 2020 12:00:00 GMT').end(JSON.stringify({ errors: [] })),
    )
    expect(await ofX({ X_API_URL: x.url, X_BEARER_TOKEN: 'a-token' })).toContainEqual(
      expect.stringMatching(/^WRONG The clock of this machine is \d+ seconds ahead of that of X: set it by NTP\.$/),
    )
  })
})

test('a name that is nearly that of a variable is wrong, also where all else is right', async () => {
  expect(await findings({ DATABSE_URL: 'postgresql://canary@host/name' })).toContain(
    'WRONG DATABSE_URL is no variable of this program: do you mean DATABASE_URL?',
  )
})
