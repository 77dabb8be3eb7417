import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startCompleteness } from '../../src/app/start-completeness.ts'
import { type KnownLosses, startKnownLosses } from '../../src/app/start-known-losses.ts'
import { lossCommands } from '../../src/commands/loss-commands.ts'
import { readConfig } from '../../src/config/config.ts'
import { acceptLoss, type KnownLoss, readLosses } from '../../src/ingest/known-losses.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(() => database.db.query(statement('test_no_losses', 'TRUNCATE dm.known_loss')))

const env = 'test'
const config = readConfig({ TIER: env })
const from = new Date('2026-01-10T00:00:00Z')
const to = new Date('2026-01-10T06:00:00Z')
const part: KnownLoss = {
  source: 'clickhouse',
  target: 'kick_streamer_probe',
  name: '202601_1_7_1',
  from,
  to,
  rows: 1_911,
  setAside: 'detached/broken-on-start_202601_1_7_1',
}
const file: KnownLoss = { ...part, source: 'spool', target: '@webhook', name: 'spool', rows: null, setAside: null }

const start = (environment = config) => startKnownLosses({ config: environment, db: database.db, log })
const stored = () => readLosses(database.db, env)

test('a loss is stored once however often it is told, and known again at the next start', async () => {
  {
    await using losses = await start()
    await losses.tell([part, file])
    await losses.tell([part])
  }
  await using again = await start()
  expect(again.all()).toMatchObject([part, file])
  expect(await stored()).toHaveLength(2)
  await using stranger = await start(readConfig({ TIER: 'another' }))
  expect(stranger.all()).toEqual([])
})

test('it is told in one sentence with its rows and its span', async () => {
  await using losses = await start()
  await losses.tell([part, file])
  expect(losses.notices()).toEqual([
    'ClickHouse lost 1911 rows of kick_streamer_probe from 2026-01-10T00:00:00.000Z to 2026-01-10T06:00:00.000Z; what is damaged was set aside.',
    'A spool lost unknown many rows of @webhook from 2026-01-10T00:00:00.000Z to 2026-01-10T06:00:00.000Z.',
  ])
})

test('rows that are there again are no loss any more', async () => {
  await using losses = await start()
  await losses.tell([part, file])
  await losses.takeBack([part, { ...part, name: 'never lost' }])
  expect(losses.all()).toMatchObject([file])
  expect(await stored()).toMatchObject([file])
})

test('what was accepted is not told any more and stays a loss, also when it is found again', async () => {
  {
    await using losses = await start()
    await losses.tell([part])
  }
  const id = (await stored())[0]!.id
  expect(await acceptLoss(database.db, env, id)).toBe(true)
  expect(await acceptLoss(database.db, env, id)).toBe(false)
  await using losses = await start()
  await losses.tell([part])
  expect(losses.notices()).toEqual([])
  expect(losses.all()).toMatchObject([{ ...part, acceptedAt: expect.any(Date) }])
})

test('what can not be stored now holds here all the same', async () => {
  const db = openPostgres({ url: database.url, log, max: 1 })
  await using losses = await startKnownLosses({ config, db, log })
  await db[Symbol.asyncDispose]()
  await losses.tell([part])
  expect(losses.all()).toMatchObject([part])
  expect(losses.notices()).toHaveLength(1)
})

test('history knows the losses of what it is made of: a queue of deliveries is chat and follows', async () => {
  await using directory = await temporaryDirectory('losses')
  await using spool = await openSpool({ directory: directory.path, maxBytes: 1e8, log, clock: Date.now })
  const spanOf = async (losses: KnownLosses) => {
    await using completeness = await startCompleteness({ config, db: database.db, spool, losses, clock: Date.now, log })
    return [completeness.lost('probes'), completeness.lost('chat'), completeness.lost('follows')]
  }
  const span = { from: from.getTime(), to: to.getTime(), mayReturn: true }
  await using losses = await start()
  await losses.tell([part])
  expect(await spanOf(losses)).toEqual([[span], [], []])
  await losses.tell([file])
  expect(await spanOf(losses)).toEqual([[span], [span], [span]])
})

test('an operator lists losses and accepts one by its id, once, and the call is recorded first', async () => {
  await using losses = await start()
  await losses.tell([part])
  const call = async (name: string, given: Record<string, unknown> = {}) => {
    const lines: string[] = []
    const command = lossCommands.find((one) => one.name === name)!
    const done = await command.run(given, {
      services: { db: database.db, env },
      say: (line: string) => lines.push(line),
      tell: (_: object, line: string) => lines.push(line),
      record: async () => void lines.push('recorded'),
    } as never)
    return { done, lines }
  }
  const { id } = (await stored())[0]!
  const row = `${id}  kick_streamer_probe  1911 rows  ${from.toISOString()} to ${to.toISOString()}`
  expect(await call('loss list')).toEqual({ done: true, lines: [`${row}  ${part.setAside}`, '1 losses'] })
  expect(await call('loss accept', { id: String(id) })).toEqual({
    done: true,
    lines: ['recorded', `Loss ${id} is accepted.`],
  })
  await expect(call('loss accept', { id: String(id) })).rejects.toThrow('There is no loss with this id')
  expect((await call('loss list')).lines[0]).toMatch(/ {2}accepted 20\d\d-/)
})
