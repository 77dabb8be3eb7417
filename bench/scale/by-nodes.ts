import { setTimeout as delay } from 'node:timers/promises'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { goLive, insertTestChannels } from '../../test/support/live/live-changes.ts'
import type { BenchContext } from '../support/bench-case.ts'
import { startPostgres } from '../support/postgres-data.ts'
import { type ProjectServer, startProjectServer } from '../support/project-server.ts'
import type { Report } from '../support/report.ts'
import { mean } from '../support/statistics.ts'
import { growthReport, type Measured } from './growth-report.ts'

const events = 400
const everyMs = 25

const measure = async (nodes: number, { quick, directory, progress }: BenchContext): Promise<Measured> => {
  await using stack = new AsyncDisposableStack()
  progress(`${nodes} nodes`)
  const postgres = stack.use(await startPostgres(`${directory}/scale-nodes-${nodes}`))
  const servers: ProjectServer[] = []
  for (let i = 0; i < nodes; i++) {
    const dataDir = `${directory}/scale-nodes-${nodes}-${i}`
    const env = { DATABASE_URL: postgres.url, DATA_DIR: dataDir, DEMO: 'off', WORKERS: '' }
    servers.push(stack.use(await startProjectServer(env)))
  }
  const db = stack.use(openPostgres({ url: postgres.url, log: silentLog, max: 1 }))
  const channels = (await insertTestChannels(db, 50)).map(({ id }) => id)
  const used = () => ({ postgres: postgres.cpuUs(), node: mean(servers.map((server) => server.cpuUs())) })
  const during = async (work: () => Promise<unknown>) => {
    const before = used()
    const startedAt = performance.now()
    await work()
    const after = used()
    const seconds = (performance.now() - startedAt) / 1_000
    const msOf = (side: 'postgres' | 'node') => (after[side] - before[side]) / 1_000
    return { seconds, postgresMs: msOf('postgres'), nodeMs: msOf('node') }
  }
  await delay(quick ? 3_000 : 15_000)
  const idle = await during(() => delay(quick ? 5_000 : 30_000))
  const busy = await during(async () => {
    for (let event = 0; event < events; event++) {
      await goLive(db, [channels[event % channels.length]!])
      await delay(everyMs)
    }
    // Nodes that follow late are waited for.
    await delay(1_000)
  })
  const eventMs = (side: 'postgresMs' | 'nodeMs') => (busy[side] - (idle[side] / idle.seconds) * busy.seconds) / events
  const { rows } = await postgres.query(
    `SELECT count(*)::float8 AS count FROM pg_stat_activity WHERE application_name LIKE 'channelscope%'`,
  )
  return {
    size: nodes,
    costs: {
      'idle, Postgres ms a second': idle.postgresMs / idle.seconds,
      'idle, a node ms a second': idle.nodeMs / idle.seconds,
      'Postgres ms an event': eventMs('postgresMs'),
      'a node ms an event': eventMs('nodeMs'),
      connections: rows[0].count,
    },
  }
}

/** What nodes cost the database while nothing happens, and for each status event, as they double. None does work of the tier. */
export const growthByNodes = async (context: BenchContext): Promise<Report> => {
  const measured: Measured[] = []
  for (const nodes of context.quick ? [1, 2] : [1, 2, 4, 8]) measured.push(await measure(nodes, context))
  return growthReport({
    title: 'nodes that answer and follow, as they double',
    of: 'nodes',
    measured,
    flat: { 'a node ms an event': 0.2 },
  })
}
