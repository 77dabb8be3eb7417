import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEventStream } from '../../support/http/event-stream.ts'
import { nginxMissing, startNginx } from '../../support/http/nginx-server.ts'
import { goLive, insertTestChannels } from '../../support/live/live-changes.ts'
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
