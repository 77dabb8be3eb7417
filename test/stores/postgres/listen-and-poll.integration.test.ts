import { expect, test } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { createJournal } from '../../../src/live/journal.ts'
import { defaultLiveness, type ListenOptions, listenAndPoll } from '../../../src/stores/postgres/listen-and-poll.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { startFaultProxy } from '../../support/lib/fault-proxy.ts'
import { createTestDatabase } from '../../support/stores/postgres.ts'

/** Far longer than the test. */
const never = 3_600_000

/** A database behind a way that can be cut without a word, over which no timeout of a statement finds that out. */
const startSilentWay = async () => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const url = new URL(database.url)
  const proxy = opened.use(await startFaultProxy({ host: url.hostname, port: Number(url.port) }))
  url.port = String(proxy.port)
  const timeouts = { statementTimeoutMs: never, connectTimeoutMs: never }
  const db = opened.use(openPostgres({ url: url.href, log: silentLog, ...timeouts }))
  const stack = opened.move()
  return { db, proxy, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const liveness = { quietMs: 50, answerMs: 500 }

const start = (options: Pick<ListenOptions, 'db'> & Partial<ListenOptions>) =>
  listenAndPoll({
    what: 'a test',
    channels: ['test'],
    pollMs: never,
    log: silentLog,
    poll: async () => undefined,
    liveness,
    ...options,
  })

test('a connection that is gone without a word is noticed within five seconds', async () => {
  expect(defaultLiveness.quietMs + defaultLiveness.answerMs).toBeLessThan(5_000)
  await using way = await startSilentWay()
  await using journal = createJournal({ postgres: way.db, log: silentLog, pollMs: never, liveness })
  journal.follow({ begin() {}, async events() {}, viewers() {}, deleted() {} })
  await eventually('the journal is followed', () => journal.health().connected)
  await way.proxy.set('blackhole')
  await eventually('the silence is noticed', () => !journal.health().connected)
  await way.proxy.set('pass')
  await eventually('the journal is followed again', () => journal.health().connected)
})

test('so is one that falls silent while it is asked', async () => {
  await using way = await startSilentWay()
  let looks = 0
  await using following = start({
    db: way.db,
    pollMs: 10,
    async poll({ query }) {
      if (++looks === 3) await way.proxy.set('blackhole')
      await query({ name: 'look', text: 'SELECT' })
    },
  })
  await eventually('it is followed', () => looks >= 3)
  await eventually('the silence is noticed', () => !following.isConnected())
  await way.proxy.set('pass')
  await eventually('it is followed again', () => following.isConnected())
})

test('so is one that is taken by nobody', async () => {
  await using way = await startSilentWay()
  await way.proxy.set('blackhole')
  const told: string[] = []
  const log = { ...silentLog, warn: (_: unknown, text: string) => void told.push(text) }
  await using following = start({ db: way.db, log: log as never, what: 'what matters' })
  await eventually('the silence is told', () => told.includes('the connection that follows what matters failed'))
  await way.proxy.set('pass')
  await eventually('it is followed', () => following.isConnected())
})

test('a database that is only slow is given more time until it is not left', async () => {
  await using database = await createTestDatabase()
  await using following = start({
    db: database.db,
    liveness: { quietMs: 50, answerMs: 150 },
    poll: async ({ query }) => void (await query({ name: 'slow', text: 'SELECT pg_sleep(0.7)' })),
  })
  await eventually('it is followed', () => following.isConnected())
})
