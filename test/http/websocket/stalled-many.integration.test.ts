import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { StalledOptions } from '../../support/app/stalled-process.ts'
import { goLive, insertTestChannels, journalledIds } from '../../support/live/live-changes.ts'
import { connectLive, type LiveClient, type Message } from '../../support/live/live-client.ts'
import type { LiveNodeProcessOptions, LiveNodeState } from '../../support/live/live-node-process.ts'
import { createTestDatabase } from '../../support/stores/postgres.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const stalledCount = 1_000
const limitBytes = 50_000_000
const flags: string[] = createRequire(import.meta.url)('../../../bin/node-flags.cjs')()
const program = (file: string) => path.join(import.meta.dirname, `../../support/${file}.ts`)

/** A node in a process of its own, whose memory is its own. */
const startNode = async (options: LiveNodeProcessOptions) => {
  const child = fork(program('live/live-node-process'), [JSON.stringify(options)], {
    execArgv: [...flags, '--expose-gc'],
  })
  const ended = once(child, 'exit')
  const [url] = await once(child, 'message')
  return {
    url: url as string,
    async state(): Promise<LiveNodeState> {
      child.send('state')
      return (await once(child, 'message'))[0]
    },
    async [Symbol.asyncDispose]() {
      child.disconnect()
      await ended
    },
  }
}

const stallSockets = async (options: StalledOptions): Promise<AsyncDisposable> => {
  const child = spawn(process.execPath, [program('app/stalled-process'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}

/** About 2.5 KB a message. */
const query = `subscription ($ids: [ID!]) { channelStatus(ids: $ids) { __typename
  ... on StatusSnapshot { cursor } ... on StatusChange { event { id } channel { bio } } ... on StatusGap { reason } } }`

const numberOf = ({ payload }: Message): string =>
  Buffer.from(payload.data.channelStatus.event.id, 'base64').toString().split(':')[1]!

test('a thousand sockets that read nothing cost less than 50 MB, and the others get everything', async () => {
  await using database = await createTestDatabase()
  const ids = (await insertTestChannels(database.db, 20)).map(({ id }) => id)
  await database.db.query({ name: 'talk', text: `UPDATE dm.streamer_channel SET bio = repeat('talk ', 500)` })
  await using directory = await temporaryDirectory('stalled')
  const socketPath = path.join(directory.path, 'socket')
  await using node = await startNode({ databaseUrl: database.url, socketPath })

  const healthy: LiveClient[] = await Promise.all(Array.from({ length: 5 }, () => connectLive(node.url)))
  const variables = { ids: ids.map(String) }
  for (const client of healthy) {
    client.subscribe('s', query, variables)
    await client.inbox.take(ids.length)
  }
  const got = healthy.map((): string[] => [])
  const publish = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      await goLive(database.db, ids)
      const events = await journalledIds(database.db, ids)
      for (const [index, { inbox }] of healthy.entries())
        got[index]!.push(...(await inbox.take(events.length - got[index]!.length)).map(numberOf))
    }
  }
  // What the same traffic costs without them is there before.
  await publish(20)
  const before = await node.state()
  await using _stalled = await stallSockets({ path: socketPath, count: stalledCount, payload: { query, variables } })
  while ((await node.state()).subscribers < stalledCount + healthy.length);
  await publish(20)
  const after = await node.state()
  // What was freed is given back to the system a little later.
  await expect.poll(async () => (await node.state()).residentBytes - before.residentBytes).toBeLessThan(limitBytes)
  // Each of them stopped taking long before the end.
  const sent = (await journalledIds(database.db, ids)).length / 2
  expect(after.messages - before.messages).toBeLessThan((stalledCount * sent) / 2)
  expect(after).toMatchObject({ subscribers: stalledCount + healthy.length, gaps: 0, tooSlow: 0 })

  const expected = await journalledIds(database.db, ids)
  for (const events of got) expect(events).toEqual(expected)
  for (const client of healthy) await client[Symbol.asyncDispose]()
}, 120_000)
