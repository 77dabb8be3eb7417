import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { takeAdvisoryLock } from '../../src/stores/postgres/advisory-lock.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { projectFolder, secretsSaid } from '../support/app/program.ts'
import { ask, isReady, metric } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { connectLive } from '../support/live/live-client.ts'
import { redisMissing, startRedisServer } from '../support/live/redis-server.ts'
import { chatBody } from '../support/platforms/kick-bodies.ts'
import { startScriptedHttp } from '../support/platforms/scripted-http.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { clusterKeys, startCluster } from '../support/stores/cluster.ts'
import { createEmptyDatabase } from '../support/stores/postgres.ts'
import { subscribedChannel, subscriptionOf } from '../support/webhooks/projector-fixture.ts'

const patience = 180_000
const resources = new AsyncDisposableStack()
const signer = createSigner()
let kickUrl: string
beforeAll(async () => {
  const key = { json: { data: { public_key: signer.publicKeyPem } } }
  kickUrl = resources.use(await startScriptedHttp(() => key)).url
})
afterAll(() => resources.disposeAsync())

const pageQuery =
  'query ($after: String) { channels(first: 2, after: $after) { nodes { slug } pageInfo { endCursor hasNextPage } } }'

test('three processes that start at once on empty stores migrate them once, become ready and read each other’s cursors', {
  timeout: patience,
}, async () => {
  await using database = await createEmptyDatabase()
  await using cluster = await startCluster(
    {
      KICK_API_URL: kickUrl,
      KICK_ID_URL: kickUrl,
      KICK_CLIENT_ID: 'x',
      KICK_CLIENT_SECRET: 'secret-of-three',
      LOG_LEVEL: 'info',
    },
    { databaseUrl: database.url },
  )
  const roles = { api: '', poller: 'poller', jobs: 'jobs' }
  const nodes = await Promise.all(Object.entries(roles).map(([name, WORKERS]) => cluster.start(name, { WORKERS })))
  for (const { url, name } of nodes) await eventually(`${name} is ready`, () => isReady(url))
  const steps = await Promise.all(
    ['prisma/migrations', 'clickhouse/migrations'].map((folder) => readdir(path.join(projectFolder, folder))),
  )
  const applied = nodes.flatMap((node) => node.stderr().match(/applied a migration/g) ?? [])
  expect(applied).toHaveLength(steps.flat().filter((name) => /^\d/.test(name)).length)

  await using db = openPostgres({ url: database.url, log: silentLog, max: 2 })
  const slugs = ['one', 'two', 'three', 'four', 'five']
  const seen = slugs.map((slug, i) => ({ platformUserId: `${i + 1}`, slug, observedAt: new Date() }))
  await upsertChannels(db, 'kick', seen, { log: silentLog })
  const found: string[] = []
  let after: string | null = null
  for (const { url } of nodes) {
    const { data, errors } = await ask(url, pageQuery, { after }, clusterKeys.OPERATOR_KEY)
    expect(errors).toBeUndefined()
    found.push(...data.channels.nodes.map(({ slug }: { slug: string }) => slug))
    after = data.channels.pageInfo.endCursor
  }
  expect(found.toSorted()).toEqual(slugs.toSorted())
  for (const { url } of nodes)
    expect((await ask(url, '{ me { role } }', {}, clusterKeys.ADMIN_KEY)).data.me.role).toBe('ADMIN')
})

test('a second process that would simulate Kick on the same database ends with one line', {
  timeout: patience,
}, async () => {
  await using cluster = await startCluster({})
  // What the first one holds.
  const lock = await takeAdvisoryLock(cluster.db, 72_707_370)
  expect(lock).not.toBeNull()
  await using second = cluster.spawn('second', { DEMO: 'on' })
  expect(await second.ended).toEqual({ code: 1, signal: null })
  expect(second.stdout() + second.stderr()).toBe(
    'DEMO is on, and another process simulates Kick on this database: set DEMO=off here.\n',
  )
  await lock![Symbol.asyncDispose]()
})

test('chat that comes to either of two nodes is told once on both over Redis, and by the node itself without', {
  timeout: patience,
}, async (context) => {
  if (redisMissing !== null) return context.skip(`skipped because ${redisMissing}`)
  await using redis = await startRedisServer()
  await using cluster = await startCluster({
    KICK_API_URL: kickUrl,
    KICK_ID_URL: kickUrl,
    KICK_CLIENT_ID: 'x',
    KICK_CLIENT_SECRET: 'secret-of-two',
    REDIS_URL: redis.url,
  })
  const channelId = await subscribedChannel(cluster.db, 1)
  const nodes = await Promise.all(['a', 'b'].map((name) => cluster.start(name)))
  for (const { url } of nodes)
    await eventually('chat is shared', async () => (await metric(url, 'chat_relay_connected')) === 1)
  const clients = await Promise.all(
    nodes.map(async ({ url }) => {
      const client = await connectLive(`${url.replace('http', 'ws')}/graphql`, {
        authorization: `Bearer ${clusterKeys.OPERATOR_KEY}`,
      })
      client.subscribe('1', 'subscription ($id: ID!) { chat(id: $id) { messageId } }', { id: `${channelId}` })
      return client
    }),
  )
  for (const { url } of nodes) await eventually('it follows', async () => (await metric(url, 'live_subscribers')) === 1)

  const say = async (url: string, id: string): Promise<void> => {
    const type = 'chat.message.sent'
    const body = JSON.stringify(chatBody(1, id, { created_at: new Date().toISOString() }))
    const { headers, body: bytes } = signer.sign({ body, type, subscriptionId: subscriptionOf(1, type) })
    const { status } = await fetch(`${url}/webhooks/kick`, { method: 'POST', headers, body: new Uint8Array(bytes) })
    expect(status).toBe(200)
  }
  const ids = Array.from({ length: 60 }, (_, n) => `said-${n}`)
  for (const [n, id] of ids.entries()) await say(nodes[n % 2]!.url, id)
  for (const client of clients) {
    const told = (await client.inbox.take(ids.length)).map(({ payload }) => payload.data.chat.messageId)
    expect(told.toSorted()).toEqual(ids.toSorted())
  }
  await redis.kill()
  await say(nodes[0]!.url, 'alone')
  expect((await clients[0]!.data()).data.chat.messageId).toBe('alone')
  expect(await isReady(nodes[0]!.url)).toBe(true)
  for (const client of clients) await client[Symbol.asyncDispose]()
  for (const node of nodes) node.kill('SIGTERM')
  for (const node of nodes) expect(await node.ended, node.stderr()).toEqual({ code: 0, signal: null })
})

test('no secret was said aloud', () => {
  expect(secretsSaid()).toEqual([])
})
