import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { schedule } from '../../../src/channels/schedule.ts'
import { upsertChannels } from '../../../src/channels/upsert.ts'
import { startKickServer } from '../../../src/demo/kick-server.ts'
import { createRandom } from '../../../src/demo/random.ts'
import { createWorld } from '../../../src/demo/world.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { eventually } from '../lib/eventually.ts'
import { quickClock } from '../lib/quick-clock.ts'
import { copyClickHouseTemplate } from '../stores/clickhouse.ts'
import { startClickHouseHttp } from '../stores/clickhouse-http.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'
import type { PollerProcessOptions } from '../workers/poller-process.ts'

const script = fileURLToPath(new URL('../workers/poller-process.ts', import.meta.url))
const channelCount = 40

// As if the time of all leases was over: what a dead poller held is due again, and what a living one holds is not its own any more.
const endLeases = statement(
  'test_end_leases',
  `UPDATE dm.probe_schedule SET leased_until = now() - interval '1 second' WHERE leased_until > now()`,
)

const stored = namedQuery({
  name: 'stored_probes',
  sql: `SELECT concat(platform_user_id, '@', toString(toUnixTimestamp64Milli(ts))) AS probe FROM kick_streamer_probe WHERE env = 'crash'`,
  row: { probe: text },
})

/** One process that polls, and what it said. */
export type PollerProcess = {
  /** How often the spool has taken rows. */
  acknowledged(): number
  kill(): Promise<void>
  /** Lets it finish; resolves with its exit code. */
  stop(): Promise<number | null>
}

/** Real stores, a simulated platform in quick motion on which something happens all the time, and processes that poll it. */
export const startCrashFixture = async (seed: number) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('poller-crash'))
  const { db, url } = opened.use(await createTestDatabase())
  const engine = path.join(directory.path, 'clickhouse')
  await copyClickHouseTemplate(engine)
  const front = opened.use(await startClickHouseHttp(engine))
  const clickHouse = opened.use(await openClickHouse({ url: front.url }))

  // A day ago, which at this speed takes seven minutes: no instant of the platform comes to lie in the future of the database.
  const time = { at: Date.now() - 24 * 3_600_000, realAt: Date.now(), speed: 200 }
  const clock = quickClock(time)
  const world = createWorld({ clock, seed, lag: true })
  const server = opened.use(await startKickServer({ world, seed }))
  const ids = Array.from({ length: channelCount }, (_, i) => world.add({ id: i + 1, slug: `streamer-${i + 1}` }).id)
  const profiles = ids.map((id) => ({
    platformUserId: String(id),
    slug: `streamer-${id}`,
    observedAt: new Date(clock()),
  }))
  const channels = await upsertChannels(db, 'kick', profiles, { log: silentLog })
  await schedule(
    db,
    [...channels.values()].map(({ id }) => id),
  )

  const random = createRandom(seed)
  const broadcasts = new Set<string>()
  const happen = (): void => {
    const id = ids[Math.floor(random() * ids.length)]!
    const { stream } = world.get(id)
    if (stream && stream.endedAt === null && random() < 0.7) world.end(id)
    else if (clock() - (stream?.startedAt ?? 0) > 5_000) broadcasts.add(`${id} ${world.goLive(id).startedAt}`)
    front.setFault(random() < 0.05 ? 'lost-answer' : random() < 0.05 ? 'status-500' : 'none')
  }
  const churn = setInterval(happen, 15)
  const calm = () => {
    clearInterval(churn)
    front.setFault('none')
    for (const id of ids) if (world.get(id).stream?.endedAt === null) world.end(id)
  }
  opened.defer(calm)

  const attempted: string[] = []
  const acknowledged: string[] = []
  const disposal = opened.move()
  /** Resolves when it polls. */
  const startPoller = async (spool: string): Promise<PollerProcess> => {
    const options: PollerProcessOptions = {
      databaseUrl: url,
      clickHouseUrl: front.url,
      spoolDirectory: path.join(directory.path, spool),
      kick: { apiUrl: server.url, idUrl: server.url, ...server.credentials },
      time,
    }
    const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = once(child, 'close').then(([code]) => code as number | null)
    disposal.defer(async () => {
      child.kill('SIGKILL')
      await ended
    })
    const polling = Promise.withResolvers<void>()
    let count = 0
    createInterface(child.stdout).on('line', (line) => {
      const [word, ...probes] = line.split(' ')
      if (word === 'polling') polling.resolve()
      else if (word === 'try') attempted.push(...probes)
      else {
        acknowledged.push(...probes)
        count++
      }
    })
    await Promise.race([polling.promise, ended.then((code) => Promise.reject(new Error(`It ended with ${code}.`)))])
    return {
      acknowledged: () => count,
      kill: async () => {
        child.kill('SIGKILL')
        await ended
      },
      stop: () => {
        child.kill('SIGTERM')
        return ended
      },
    }
  }
  return {
    db,
    random,
    /** Every broadcast that there was: `<id> <start>`. */
    broadcasts,
    startPoller,
    endLeases: () => db.query(endLeases),
    /** From now on nothing happens; resolves when the pollers have noticed that all broadcasts are over. */
    async settle() {
      calm()
      await eventually('all sessions are closed', async () => (await db.query(openSessions)).length === 0)
    },
    /** Probes as `<id>@<instant>`, one for each time. */
    attempted,
    acknowledged,
    stored: async () => (await clickHouse.query(stored, {})).map(({ probe }) => probe),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}

const openSessions = statement('test_open_sessions', 'SELECT id FROM dm.stream_session WHERE ended_at IS NULL')
