import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { connectLive, type LiveClient } from '../support/live/live-client.ts'
import { startLiveNode } from '../support/live/live-node.ts'
import type { LiveNodeProcessOptions } from '../support/live/live-node-process.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { probeAt, tellEnd } from '../support/workers/probing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const query = 'subscription ($ids: [ID!]) { viewerCount(ids: $ids) { channel { channelId } viewers at } }'

type Sample = { id: bigint; viewers: number | null; at: number }

const samplesOf = async (client: LiveClient, count: number): Promise<Sample[]> => {
  const messages = await client.inbox.take(count)
  return messages.map(({ payload }) => {
    const { channel, viewers, at } = payload.data.viewerCount
    return { id: BigInt(channel.channelId), viewers, at: Date.parse(at) }
  })
}

const viewing = async (wsUrl: string, ids: readonly bigint[]): Promise<LiveClient> => {
  const client = await connectLive(wsUrl)
  client.subscribe('viewers', query, { ids: ids.map(String) })
  return client
}

/** A channel that was probed now, one that hides its viewers, one whose broadcast ended, one that was probed long ago, and one never. */
const probeSome = async () => {
  const { db } = database
  const [now, hidden, over, stale, never] = (await insertTestChannels(db, 5)).map(({ id }) => id)
  const startedAt = new Date(Date.now() - 7_200_000)
  const seen = (channelId: bigint | undefined, viewers: number | null) => ({
    channelId: channelId!,
    live: { startedAt, viewers },
  })
  const at = new Date(Date.now() - 1_000)
  await probeAt(db, new Date(at.getTime() - 200_000), [seen(stale, 4)])
  await probeAt(db, at, [seen(now, 1), seen(hidden, null), seen(over, 3)])
  await tellEnd(db, over!, startedAt, new Date())
  const expected: Sample[] = [
    { id: now!, viewers: 1, at: at.getTime() },
    { id: hidden!, viewers: null, at: at.getTime() },
  ]
  return { ids: [now!, hidden!, over!, stale!, never!], expected, next: seen(never, 5) }
}

const byId = (a: Sample, b: Sample): number => Number(a.id - b.id)

test('every node begins with the last known samples, also one that was not there when they were told', async () => {
  const { ids, expected, next } = await probeSome()
  await using first = await startLiveNode({ url: database.url })
  await using second = await startLiveNode({ url: database.url })
  await using onFirst = await viewing(first.wsUrl, ids)
  await using onSecond = await viewing(second.wsUrl, ids)
  for (const client of [onFirst, onSecond]) expect((await samplesOf(client, 2)).sort(byId)).toEqual(expected)
  await probeAt(database.db, new Date(), [next])
  for (const client of [onFirst, onSecond])
    expect(await samplesOf(client, 1)).toMatchObject([{ id: next.channelId, viewers: 5 }])
})

test('a node that was killed begins with them again, at once', async () => {
  const { ids, expected } = await probeSome()
  await using directory = await temporaryDirectory('viewers')
  const program = path.resolve(import.meta.dirname, '../support/live/live-node-process.ts')
  const start = async (n: number): Promise<{ child: ChildProcess; wsUrl: string }> => {
    const options: LiveNodeProcessOptions = {
      databaseUrl: database.url,
      socketPath: path.join(directory.path, `socket-${n}`),
    }
    const child = fork(program, [JSON.stringify(options)])
    const [wsUrl] = (await once(child, 'message')) as [string]
    return { child, wsUrl }
  }
  for (const n of [1, 2]) {
    const { child, wsUrl } = await start(n)
    await using client = await viewing(wsUrl, ids)
    expect((await samplesOf(client, 2)).sort(byId)).toEqual(expected)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

test('while probes go on, each subscriber hears every sample from its first one on once and in order', async () => {
  const { db } = database
  await using node = await startLiveNode({ url: database.url })
  const [channel] = await insertTestChannels(db, 1)
  const startedAt = new Date(Date.now() - 7_200_000)
  const began = Date.now() - 20_000
  const clients: LiveClient[] = []
  const count = 60
  for (let viewers = 1; viewers <= count; viewers++) {
    const probed = probeAt(db, new Date(began + viewers * 100), [
      { channelId: channel!.id, live: { startedAt, viewers } },
    ])
    // Its look at the database falls before, into or after the transaction of the probe.
    if (viewers % 4 === 0) clients.push(await viewing(node.wsUrl, [channel!.id]))
    await probed
  }
  for (const client of clients) {
    const heard: number[] = []
    while (heard.at(-1) !== count) heard.push(...(await samplesOf(client, 1)).map(({ viewers }) => viewers!))
    expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b))
    await client[Symbol.asyncDispose]()
  }
})
