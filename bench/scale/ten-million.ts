import { pollerOf } from '../cases/poll-cycle.ts'
import type { BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import type { HttpLoadResult, HttpTarget } from '../support/http-load.ts'
import { type BenchPostgres, startPostgres } from '../support/postgres-data.ts'
import { startProjectServer } from '../support/project-server.ts'
import { atMost, goal, type Report } from '../support/report.ts'
import { cpu, extra, interleave, type Rounds, typical, type Variant } from '../support/rounds.ts'
import type { SimulatedKick } from '../support/simulated-kick.ts'

/** Channels that are asked for in a cycle, in either system. */
const due = 10_000
const slugOf = (n: number): string => `channel-${String(n).padStart(8, '0')}`

// The first ones are due; the rest are tracked, and due later.
const channels = (from: number, to: number) => `
WITH channel AS (
  INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug, display_name)
  SELECT '01' || lpad(n::text, 24, '0'), 'kick', n::text, 'channel-' || lpad(n::text, 8, '0'), 'Channel ' || n
  FROM generate_series(${from}, ${to}) n RETURNING id, platform_user_id::bigint AS n),
slug AS (
  INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from)
  SELECT id, 'channel-' || lpad(n::text, 8, '0'), now() FROM channel)
INSERT INTO dm.probe_schedule (channel_id, next_probe_at)
SELECT id, now() + interval '1 day' + n * interval '1 millisecond' FROM channel`

const chunk = 250_000

// Those of constraints stay.
const indexes = `SELECT format('%I.%I', schemaname, indexname) AS name, indexdef AS statement FROM pg_indexes
  WHERE schemaname = 'dm' AND tablename IN ('streamer_channel', 'streamer_channel_slug_history', 'probe_schedule')
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = format('%I.%I', schemaname, indexname)::regclass)`

const fill = async (postgres: BenchPostgres, count: number, { signal, progress }: BenchContext): Promise<void> => {
  // Else it would clean up after millions of rows while the work is measured.
  await postgres.query('ALTER SYSTEM SET autovacuum = off')
  await postgres.query('SELECT pg_reload_conf()')
  // To make an index of all rows costs a part of what it costs to keep it for each.
  const { rows } = await postgres.query(indexes)
  for (const { name } of rows) await postgres.query(`DROP INDEX ${name}`)
  for (let from = 1; from <= count; from += chunk) {
    signal.throwIfAborted()
    if ((from - 1) % (4 * chunk) === 0) progress(`${from - 1} of ${count} channels`)
    await postgres.query(channels(from, Math.min(count, from + chunk - 1)))
  }
  await postgres.query(`SET maintenance_work_mem = '512MB'`)
  for (const { name, statement } of rows) {
    progress(`the index ${name}`)
    await postgres.query(statement)
  }
  await postgres.query('VACUUM ANALYZE')
}

const questions = {
  'a channel by its slug': {
    query: 'query ($slug: String!) { channel(slug: $slug) { externalId slug displayName slugHistory { slug } } }',
    mustContain: '"externalId"',
  },
  'a page of 50': {
    query: '{ channels(first: 50) { nodes { slug } } }',
    mustContain: '"nodes"',
  },
} as const

type System = { name: string; channels: number }

/** Variants for one system of so many channels. */
const systemOf = async (
  stack: AsyncDisposableStack,
  { name, channels: count }: System,
  context: BenchContext,
): Promise<{ cycle: Variant; reads: Variant[] }> => {
  const { directory, signal, quick } = context
  const postgres = stack.use(await startPostgres(`${directory}/scale-${name}`))
  await fill(postgres, count, context)
  const simulator = stack.use(await startChild('support/simulated-kick.ts', signal))
  const kick = await simulator.call<SimulatedKick>('start', due)
  const subject = { name, program: 'subjects/poller.ts', channels: due, ours: { clickHouse: false } }
  const cycle = await pollerOf(stack, subject, postgres, kick, context)
  const env = { DATABASE_URL: postgres.url, DATA_DIR: `${directory}/scale-${name}-data`, DEMO: 'off', WORKERS: '' }
  const server = stack.use(await startProjectServer(env))
  const load = stack.use(await startChild('support/http-load.ts', signal))
  const keys = Array.from({ length: 100_000 }, () => slugOf(1 + Math.floor(Math.random() * count)))
  const reads: Variant[] = []
  for (const [what, { query, mustContain }] of Object.entries(questions)) {
    const variables = query.includes('$slug') ? { slug: '%KEY%' } : {}
    const target = { name: what, port: Number(new URL(server.url).port), path: '/graphql', keys, mustContain }
    await load.call('prepare', { ...target, body: JSON.stringify({ query, variables }) } satisfies HttpTarget)
    reads.push({
      name: `${what}, ${name}`,
      async measure() {
        const before = { server: server.cpuUs(), postgres: postgres.cpuUs() }
        const durationMs = quick ? 700 : 1_500
        const result = await load.call<HttpLoadResult>('run', { name: what, connections: 8, durationMs })
        const databaseUs = (postgres.cpuUs() - before.postgres) / result.operations
        return { ...result, cpuUs: server.cpuUs() - before.server, extra: { databaseUs } }
      },
    })
  }
  return { cycle, reads }
}

const databaseUs = extra('databaseUs')

/** What the same work costs in a system of few channels and in one of ten million. */
export const growthToTenMillion = async (context: BenchContext): Promise<Report> => {
  await using stack = new AsyncDisposableStack()
  const few: System = { name: 'few', channels: 50_000 }
  const many: System = { name: 'many', channels: context.quick ? 200_000 : 10_000_000 }
  const systems = [await systemOf(stack, few, context), await systemOf(stack, many, context)]
  context.progress('the same work in both')
  const variants = [...systems.map(({ cycle }) => cycle), ...systems.flatMap(({ reads }) => reads)]
  const rounds: Rounds = await interleave(variants, context.quick ? 2 : 6, context.signal)
  const works: readonly (readonly [what: string, few: string, many: string])[] = [
    ['a probe', few.name, many.name],
    ...Object.keys(questions).map((what) => [what, `${what}, ${few.name}`, `${what}, ${many.name}`] as const),
  ]
  const usOf = (name: string) => typical(rounds, name, databaseUs)
  return {
    title: `the same work in systems of ${few.channels.toLocaleString('en-US')} and ${many.channels.toLocaleString('en-US')} channels, of which ${due.toLocaleString('en-US')} are probed`,
    rows: works.map(([variant, a, b]) => ({
      variant,
      values: {
        'CPU µs, few': typical(rounds, a, cpu),
        'CPU µs, many': typical(rounds, b, cpu),
        'Postgres CPU µs, few': usOf(a),
        'Postgres CPU µs, many': usOf(b),
        'many / few': (typical(rounds, b, cpu) + usOf(b)) / (typical(rounds, a, cpu) + usOf(a)),
      },
    })),
    goals: works.map(([what, a, b]) =>
      goal(
        'G19',
        `${what} among ${many.channels.toLocaleString('en-US')} channels, vs few`,
        (typical(rounds, b, cpu) + usOf(b)) / (typical(rounds, a, cpu) + usOf(a)),
        atMost(2, 1.3),
      ),
    ),
  }
}
