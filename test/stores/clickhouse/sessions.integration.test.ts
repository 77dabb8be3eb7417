import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { createClient } from '@clickhouse/client'
import { drainPending, Session } from 'chdb'
import { expect, test } from 'vitest'
import { sessionConnection } from '../../../src/stores/clickhouse/session-connection.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const places = 2
const bad = 'SELECT throwIf(number = 3) FROM numbers(5) FORMAT JSONColumns'
const badStream = 'SELECT throwIf(number = 3) AS n FROM numbers(5)\nFORMAT CSVWithNames'
const long = 'SELECT number FROM numbers(1000000)\nFORMAT JSONEachRow'
const good = 'SELECT 1 AS n FORMAT JSONColumns'

/** Sessions of a real engine whose opening fails while it is told to. */
const start = async (directory: string) => {
  const keeper = new Session(directory)
  let refused = false
  const open = async () => {
    if (refused) throw new Error('too many open files')
    return new Session(directory)
  }
  const client = createClient({
    connection: await sessionConnection(open, places, `${directory}/scratch`),
    log: { level: 127 as never },
  })
  const ask = async (query: string) => text((await client.exec({ query })).stream)
  return {
    client,
    ask,
    setRefused: (now: boolean) => {
      refused = now
    },
    /** As many statements at once as there are places. */
    askAll: () => Promise.all(Array.from({ length: places }, () => ask(good))),
    [Symbol.asyncDispose]: async () => {
      await client.close()
      keeper.close()
      await drainPending()
    },
  }
}

test.each([
  ['a statement that fails', (ask: (query: string) => Promise<string>) => ask(bad)],
  ['a stream that fails', (ask: (query: string) => Promise<string>) => ask(badStream)],
])('%s, and whose session can not be opened anew, loses no place', async (_, fail) => {
  await using directory = await temporaryDirectory('sessions')
  await using sessions = await start(directory.path)
  sessions.setRefused(true)
  for (let n = 0; n < places; n++) await expect(fail(sessions.ask)).rejects.toThrow(/FUNCTION_THROW_IF|throwIf/)
  // No place has a session now: a statement says why, and takes none of them away.
  for (let n = 0; n < 3; n++) await expect(sessions.ask(good)).rejects.toThrow('too many open files')
  sessions.setRefused(false)
  for (let n = 0; n < 3; n++) expect(await sessions.askAll()).toHaveLength(places)
})

test('a stream that its reader leaves, and whose session can not be opened anew, loses no place', async () => {
  await using directory = await temporaryDirectory('sessions')
  await using sessions = await start(directory.path)
  sessions.setRefused(true)
  for (let n = 0; n < places; n++) {
    const { stream } = await sessions.client.exec({ query: long })
    await once(stream, 'data')
    stream.destroy()
    await once(stream, 'close')
  }
  await expect(sessions.ask(good)).rejects.toThrow('too many open files')
  sessions.setRefused(false)
  expect(await sessions.askAll()).toHaveLength(places)
})
