import pg from 'pg'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import type { HttpLoadResult, HttpTarget } from '../support/http-load.ts'
import { type BenchPostgres, fillChannels, startPostgres } from '../support/postgres-data.ts'
import { startProjectServer } from '../support/project-server.ts'
import { atMost, goal, type Report, tabulate } from '../support/report.ts'
import { interleave, latency, ratio, type Variant } from '../support/rounds.ts'

const plain = 'plain statement on Postgres'
const ours = 'ours, by GraphQL over HTTP'
const pageSize = 500

// Every tenth channel is live. Their counts stand for days, so that none is old before the end of the run.
const fillViewers = `
INSERT INTO dm.probe_schedule (channel_id, next_probe_at, interval_seconds, last_probed_at, live_started_at, last_live_at, live_viewers)
SELECT c.id, now() + interval '1 day', 86400, now(), o.started_at, CASE WHEN o.id IS NOT NULL THEN now() END,
  CASE WHEN o.id IS NOT NULL THEN (c.id * 7919) % 20000 END
FROM dm.streamer_channel c LEFT JOIN dm.stream_session o ON o.channel_id = c.id AND o.ended_at IS NULL`

const statement = {
  name: 'live_by_viewers',
  text: `SELECT c.current_slug, c.display_name, v.live_viewers, v.last_live_at, o.title, o.category, o.started_at
FROM dm.probe_schedule v
JOIN dm.streamer_channel c ON c.id = v.channel_id
JOIN dm.stream_session o ON o.channel_id = v.channel_id AND o.ended_at IS NULL
WHERE v.live_viewers IS NOT NULL AND c.status = 'online'
ORDER BY v.live_viewers DESC, v.channel_id DESC LIMIT ${pageSize}`,
}

const query = `query LiveByViewers { channels(filter: { status: ONLINE }, orderBy: VIEWERS_DESC, first: ${pageSize}) {
  nodes { slug displayName viewersNow { count at } currentSession { title category startedAt } } } }`

const plainVariant = (client: pg.Client, postgres: BenchPostgres, durationMs: number): Variant => ({
  name: plain,
  async measure() {
    const [began, cpuBefore] = [performance.now(), postgres.cpuUs()]
    const latenciesMs: number[] = []
    while (performance.now() - began < durationMs) {
      const asked = performance.now()
      const { rows } = await client.query(statement)
      if (rows.length !== pageSize) throw new Error(`The plain statement answered ${rows.length} rows.`)
      latenciesMs.push(performance.now() - asked)
    }
    const wallMs = performance.now() - began
    return { operations: latenciesMs.length, wallMs, cpuUs: postgres.cpuUs() - cpuBefore, latenciesMs }
  },
})

/** Who is live by viewers: 500 of them in one page. */
const liveByViewers = async ({ quick, directory, signal, progress }: BenchContext): Promise<Report> => {
  await using stack = new AsyncDisposableStack()
  const channels = quick ? 10_000 : 50_000
  progress(`filling Postgres with ${channels} channels, every tenth of them live`)
  const postgres = stack.use(await startPostgres(`${directory}/questions`))
  await fillChannels(postgres, channels, 10)
  await postgres.query(fillViewers)
  await postgres.query('VACUUM ANALYZE')
  const client = new pg.Client({ connectionString: postgres.url, options: '-c TimeZone=UTC' })
  await client.connect()
  stack.defer(() => client.end())
  const env = { DATABASE_URL: postgres.url, DATA_DIR: `${directory}/project`, DEMO: 'off', WORKERS: '' }
  const server = stack.use(await startProjectServer(env))
  const load = stack.use(await startChild('support/http-load.ts', signal))
  const target = {
    name: ours,
    port: Number(new URL(server.url).port),
    path: '/graphql',
    body: JSON.stringify({ query, operationName: '%KEY%' }),
    keys: ['LiveByViewers'],
    mustContain: '"viewersNow":{"count":',
  } satisfies HttpTarget
  await load.call('prepare', target)
  const durationMs = quick ? 500 : 1_500
  const overHttp: Variant = {
    name: ours,
    async measure() {
      const before = server.cpuUs() + postgres.cpuUs()
      const result = await load.call<HttpLoadResult>('run', { name: ours, connections: 1, durationMs })
      return { ...result, cpuUs: server.cpuUs() + postgres.cpuUs() - before }
    },
  }
  progress('who is live by viewers')
  const rounds = await interleave([plainVariant(client, postgres, durationMs), overHttp], quick ? 4 : 8, signal)
  return {
    title: `the ${pageSize} channels with most viewers of ${channels / 10} that are live, of ${channels}; one request at a time`,
    rows: tabulate(rounds, { operation: 'answers', against: [plain] }),
    goals: [
      goal('G14', 'live by viewers vs the plain statement', ratio(rounds, ours, plain, latency(0.5)), atMost(2, 1.5)),
    ],
  }
}

/** What people ask first. */
export const questions: BenchCase = {
  name: 'questions',
  async *run(context) {
    yield await liveByViewers(context)
  },
}
