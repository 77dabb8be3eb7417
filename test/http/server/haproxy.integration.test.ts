import { afterAll, beforeAll, expect, test } from 'vitest'
import { readJournalState } from '../../../src/live/journal.ts'
import { encodeJournalCursor } from '../../../src/live/journal-cursor.ts'
import { haproxyMissing, startDeployedHaproxy } from '../../support/deploy/proxies.ts'
import { metric } from '../../support/http/ask.ts'
import { openHttp2 } from '../../support/http/http2.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { freePort } from '../../support/lib/free-port.ts'
import { readJournal } from '../../support/live/journal-invariants.ts'
import { goLive, insertTestChannels } from '../../support/live/live-changes.ts'
import { type LiveNode, startLiveNode } from '../../support/live/live-node.ts'
import { followStatus, overEventStream, overWebSocket } from '../../support/live/status-follower.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const post = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"query":"{ me { role } }"}' }

/** Asks without a pause; what was not answered 200 is told. */
const askAllTheTime = (url: string) => {
  const stop = new AbortController()
  const failed: string[] = []
  let answered = 0
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const result = await fetch(url, post).then(
        async (response) => `${response.status} ${await response.text()}`,
        (error: Error) => String(error.cause ?? error),
      )
      if (result.startsWith('200 ')) answered += 1
      else failed.push(result)
    }
  }
  const running = run()
  return {
    failed,
    answered: () => answered,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

test('two nodes behind deploy/haproxy.cfg are drained and restarted in turn: every request is answered, subscribers miss nothing', async (context) => {
  if (haproxyMissing !== null) return context.skip(`skipped because ${haproxyMissing}`)
  await using opened = new AsyncDisposableStack()
  const channels = await insertTestChannels(database.db, 3)
  const ports = [await freePort(), await freePort()] as const
  const start = (port: number): Promise<LiveNode> => startLiveNode({ url: database.url, port })
  const nodes = await Promise.all(ports.map(start))
  opened.defer(async () => {
    for (const node of nodes) await node[Symbol.asyncDispose]()
  })
  const haproxy = opened.use(await startDeployedHaproxy(ports))
  const { epoch } = await readJournalState((query, values) => database.db.query(query, values))
  const followers = [overWebSocket, overEventStream].map((connect) =>
    opened.use(followStatus(connect, haproxy.url, encodeJournalCursor(epoch, 0))),
  )
  const clients = [1, 2, 3].map(() => opened.use(askAllTheTime(`${haproxy.url}/graphql`)))
  const isAsked = (port: number): Promise<unknown> =>
    eventually('the node is asked', async () => (await metric(`http://127.0.0.1:${port}`, 'graphql_answers_total')) > 0)

  await Promise.all(ports.map(isAsked))
  for (const [i, port] of ports.entries()) {
    await haproxy.tell(`set server channelscope/api-${i + 1} state drain`)
    // Nobody has a request there any more: whoever asks has asked the other one since.
    const before = clients.map(({ answered }) => answered())
    await eventually('the other one answers alone', () => clients.every((one, c) => one.answered() > before[c]! + 3))
    await nodes[i]![Symbol.asyncDispose]()
    await goLive(database.db, [channels[i]!.id])
    nodes[i] = await start(port)
    await haproxy.tell(`set server channelscope/api-${i + 1} state ready`)
    await isAsked(port)
  }
  await goLive(database.db, [channels[2]!.id])

  const told = await readJournal(database.db)
  for (const follower of followers) {
    await eventually('it is told the rest', () => follower.position() === told.at(-1)!.id)
    expect(follower.events).toEqual(told)
    expect(follower.others, 'gaps or snapshots').toEqual([])
  }
  expect(new Set(followers[0]!.ends), 'a node that stops says so').toEqual(new Set(['1001']))
  expect(clients.flatMap(({ failed }) => failed)).toEqual([])
})

test('deploy/haproxy.cfg speaks HTTP/2, and a page is known by its port', async (context) => {
  if (haproxyMissing !== null) return context.skip(`skipped because ${haproxyMissing}`)
  await using node = await startLiveNode({ url: database.url })
  await using haproxy = await startDeployedHaproxy([node.port, node.port])
  using client = openHttp2(haproxy.secureUrl, haproxy.certificate)
  const { host } = new URL(haproxy.secureUrl)
  const statusFor = async (origin: string) => {
    const head = { ':method': 'POST', ':path': '/graphql', 'content-type': 'application/json', origin }
    const { headers, stream } = await client.ask(head, post.body)
    stream.resume()
    return headers[':status']
  }
  expect([await statusFor(`https://${host}`), await statusFor('https://127.0.0.1:1')]).toEqual([200, 403])
})
