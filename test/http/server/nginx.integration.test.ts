import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDeployedNginx } from '../../support/deploy/proxies.ts'
import { openEventStream } from '../../support/http/event-stream.ts'
import { openHttp2 } from '../../support/http/http2.ts'
import { nginxMissing, startNginx } from '../../support/http/nginx-server.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { goLive, insertTestChannels } from '../../support/live/live-changes.ts'
import { openSocket } from '../../support/live/live-client.ts'
import { type LiveNode, startLiveNode } from '../../support/live/live-node.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
let node: LiveNode
let id: bigint

beforeAll(async () => {
  database = await createTestDatabase()
  id = (await insertTestChannels(database.db, 1))[0]!.id
  // Nothing but the events themselves may push them through.
  node = await startLiveNode({ url: database.url })
})
afterAll(async () => {
  await node[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const status = 'subscription ($ids: [ID!]) { channelStatus(ids: $ids) { __typename } }'
const variables = () => ({ ids: [`${id}`] })

test('the head of a stream says that it is not kept, not changed and not held back', async () => {
  using stream = await openEventStream(node.url, { query: status, variables: variables() })
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
  expect(stream.response.headers).not.toHaveProperty('content-encoding')
})

/** Says visibly why it did not run. */
const nginxTest = (name: string, location: string, method: 'GET' | 'POST') =>
  test(name, async (context) => {
    if (nginxMissing !== null) return context.skip(`skipped because ${nginxMissing}`)
    await using nginx = await startNginx(node.port, location)
    const options = { query: status, variables: variables(), method }
    using stream = await openEventStream(`${nginx.url}/graphql`, options)
    expect((await stream.results.next()).data.channelStatus.__typename).toBe('StatusSnapshot')
    await goLive(database.db, [id])
    expect((await stream.results.next()).data.channelStatus.__typename).toBe('StatusChange')
  })

nginxTest('behind an nginx that only passes on, events come as they happen', '', 'POST')
nginxTest('the same by GET, as a browser asks', '', 'GET')
nginxTest(
  'the same where nginx speaks HTTP 1.1 and compresses what it can',
  'proxy_http_version 1.1; gzip on; gzip_types *; gzip_proxied any;',
  'POST',
)

test('behind nginx a stream without events has its head at once', async (context) => {
  if (nginxMissing !== null) return context.skip(`skipped because ${nginxMissing}`)
  await using nginx = await startNginx(node.port)
  const query = 'subscription ($ids: [ID!]) { viewerCount(ids: $ids) { viewers } }'
  using stream = await openEventStream(`${nginx.url}/graphql`, { query, variables: variables() })
  expect(stream.response.statusCode).toBe(200)
})

test('by deploy/nginx.conf over HTTP/2 events come as they happen, answers are compressed, and a page is known by its port', async (context) => {
  if (nginxMissing !== null) return context.skip(`skipped because ${nginxMissing}`)
  await using nginx = await startDeployedNginx([node.port, node.port])
  using client = openHttp2(nginx.secureUrl, nginx.certificate)
  const post = { ':method': 'POST', ':path': '/graphql', 'content-type': 'application/json' }

  const body = JSON.stringify({ query: status, variables: variables() })
  const events = await client.ask({ ...post, accept: 'text/event-stream', 'accept-encoding': 'gzip' }, body)
  expect(events.headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' })
  expect(events.headers).not.toHaveProperty('content-encoding')
  let text = ''
  events.stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await eventually('the stream begins', () => text.includes('StatusSnapshot'))
  await goLive(database.db, [id])
  await eventually('the change comes', () => text.includes('StatusChange'))
  events.stream.close()

  const { host } = new URL(nginx.secureUrl)
  const many = JSON.stringify({ query: '{ __schema { types { name } } }' })
  const own = await client.ask({ ...post, origin: `https://${host}`, 'accept-encoding': 'gzip' }, many)
  expect(own.headers).toMatchObject({ ':status': 200, 'content-encoding': 'gzip' })
  expect(gunzipSync(await buffer(own.stream)).toString()).toContain('StatusSnapshot')

  const foreign = await client.ask({ ...post, origin: 'https://127.0.0.1:1' }, many)
  expect(foreign.headers).toMatchObject({ ':status': 403, 'access-control-allow-origin': 'https://127.0.0.1:1' })
  expect(String(await buffer(foreign.stream))).toMatch(/name it in ALLOWED_ORIGINS, or in PUBLIC_URL/)
})

test('by deploy/nginx.conf a WebSocket is passed on, from a page of its own port', async (context) => {
  if (nginxMissing !== null) return context.skip(`skipped because ${nginxMissing}`)
  await using nginx = await startDeployedNginx([node.port, node.port])
  await using client = await openSocket(`${nginx.url.replace('http', 'ws')}/graphql`, { origin: nginx.url })
  client.send({ type: 'connection_init' })
  expect((await client.inbox.next()).type).toBe('connection_ack')
  client.subscribe('1', status, variables())
  expect((await client.data()).data.channelStatus.__typename).toBe('StatusSnapshot')
})
