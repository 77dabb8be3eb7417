import type { Looks, SeriesSlice, SeriesStart } from '../subjects/series.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import { samplesEach } from '../support/clickhouse-data.ts'
import type { HttpLoadResult, HttpTarget } from '../support/http-load.ts'
import { channelSlug, fillChannels, startPostgres } from '../support/postgres-data.ts'
import { makeDataDirectory, startProjectServer } from '../support/project-server.ts'
import { atLeast, atMost, type Goal, goal, type Report, type Row, tabulate } from '../support/report.ts'
import { interleave, latency, type Rounds, ratio, type Sample, type Variant } from '../support/rounds.ts'
import { percentile } from '../support/statistics.ts'
import { processCpuUs } from '../support/usage.ts'

type Kind = { name: string; variant: string; count: number; atOnce: number; seriesEach: number }

const selectOne = 'SELECT 1 on the engine'
const engine = 'same statement on the engine'
const ours = 'ours'
const batch = 'ours, 50 channels at once'
const pool = 'ours, 8 at a time'
const oneSession = 'ours, 8 at a time, one session'
const company = 'ours, 8 at a time, of the same range'

const kinds: readonly Kind[] = [
  { name: selectOne, variant: 'select-1', count: 60, atOnce: 1, seriesEach: 1 },
  { name: engine, variant: 'engine', count: 30, atOnce: 1, seriesEach: 1 },
  { name: ours, variant: 'ours', count: 30, atOnce: 1, seriesEach: 1 },
  { name: batch, variant: 'ours-batch', count: 4, atOnce: 1, seriesEach: 50 },
  { name: pool, variant: 'pool', count: 80, atOnce: 8, seriesEach: 1 },
  { name: oneSession, variant: 'one-session', count: 80, atOnce: 8, seriesEach: 1 },
  { name: company, variant: 'company', count: 80, atOnce: 8, seriesEach: 1 },
]

const variantOf = (child: Child, { name, variant, count, atOnce, seriesEach }: Kind): Variant => ({
  name,
  async measure(): Promise<Sample> {
    const before = processCpuUs(child.pid)
    const slice = await child.call<SeriesSlice>('slice', { variant, count, atOnce })
    return { ...slice, operations: count * seriesEach, cpuUs: processCpuUs(child.pid) - before }
  },
})

const goalsOf = (rounds: Rounds, bytesPerRow: number): Goal[] => [
  goal('G6', '24 h series, p50 vs SELECT 1', ratio(rounds, ours, selectOne, latency(0.5)), atMost(5, 4.5)),
  goal('G6b', '50 series in one operation vs 50 operations', ratio(rounds, batch, ours), atLeast(5, 8)),
  goal(
    'G6c',
    '8 series at a time, through the pool vs one session',
    ratio(rounds, pool, oneSession),
    atLeast(1.5, 1.9),
  ),
  goal('G6e', '8 series at a time, in company vs each by itself', ratio(rounds, company, pool), atLeast(1.5, 3)),
  goal('G9', 'viewer history on disk', bytesPerRow, atMost(2, 1.5), 'B a row'),
]

const heavyQueries = 8

/** How long a name and a light query take, alone and behind heavy queries. */
const reportLooks = async (child: Child, times: number): Promise<Report> => {
  const rows: Row[] = []
  const goals: Goal[] = []
  for (const heavies of [0, heavyQueries]) {
    const looks: Looks[] = []
    for (let look = 0; look < times; look++) looks.push(await child.call<Looks>('looks', heavies))
    const kinds = {
      'DNS lookup': looks.flatMap(({ lookupsMs }) => lookupsMs),
      'light query': looks.flatMap(({ lightsMs }) => lightsMs),
    }
    for (const [what, latenciesMs] of Object.entries(kinds)) {
      const p99 = percentile(latenciesMs, 0.99)
      const variant = heavies > 0 ? `${what} while ${heavies} heavy queries are queued` : what
      rows.push({
        variant,
        values: {
          looks: latenciesMs.length,
          'p50 ms': percentile(latenciesMs, 0.5),
          'p99 ms': p99,
          'longest ms': Math.max(...latenciesMs),
        },
      })
      if (heavies > 0) goals.push(goal('G6d', `${variant}, p99`, p99, atMost(20, 5), 'ms'))
    }
  }
  return { title: 'what heavy queries do to everything else', rows, goals }
}

const points = 'points { start average max samples } summary { average peak }'
const viewers = `viewers(range: { from: $from, to: $to }) { ${points} }`
const oneSeries = `query One($slug: String!, $from: DateTime!, $to: DateTime!) { channel(slug: $slug) { ${viewers} } }`
const fiftySeries = `query Fifty($from: DateTime!, $to: DateTime!) { channels(first: 50) { nodes { ${viewers} } } }`

/** The same series through GraphQL over HTTP, of the server as users start it. */
const reportGraphql = async (dataDirectory: string, endSeconds: number, context: BenchContext): Promise<Report> => {
  await using stack = new AsyncDisposableStack()
  const channels = 100
  const postgres = stack.use(await startPostgres(`${dataDirectory}-postgres`))
  await fillChannels(postgres, channels, 1)
  const env = { DATABASE_URL: postgres.url, DATA_DIR: dataDirectory, ENVIRONMENT: 'bench', DEMO: 'off', WORKERS: '' }
  const server = stack.use(await startProjectServer(env))
  const load = stack.use(await startChild('support/http-load.ts', context.signal))
  const [from, to] = [endSeconds - 86_400, endSeconds].map((seconds) => new Date(seconds * 1_000).toISOString())
  const target = { port: Number(new URL(server.url).port), path: '/graphql', mustContain: '"points"' }
  const kinds = [
    {
      name: 'one channel an operation',
      query: oneSeries,
      keys: Array.from({ length: channels }, (_, i) => channelSlug(i + 1)),
      seriesEach: 1,
    },
    { name: '50 channels an operation', query: fiftySeries, keys: [''], seriesEach: 50 },
  ]
  const variants: Variant[] = []
  for (const { name, query, keys, seriesEach } of kinds) {
    const variables = seriesEach > 1 ? { from, to } : { slug: '%KEY%', from, to }
    await load.call('prepare', {
      ...target,
      name,
      keys,
      body: JSON.stringify({ query, variables }),
    } satisfies HttpTarget)
    variants.push({
      name,
      async measure() {
        const before = server.cpuUs()
        const result = await load.call<HttpLoadResult>('run', {
          name,
          connections: 1,
          durationMs: context.quick ? 700 : 1_500,
        })
        return { ...result, operations: result.operations * seriesEach, cpuUs: server.cpuUs() - before }
      },
    })
  }
  const rounds = await interleave(variants, context.quick ? 3 : 6, context.signal)
  const [one, fifty] = [kinds[0]!.name, kinds[1]!.name]
  return {
    title: 'the same by GraphQL over HTTP, one request at a time',
    rows: tabulate(rounds, { operation: 'series', against: [one] }),
    goals: [
      goal('G6b', '50 series in one GraphQL operation vs 50 operations', ratio(rounds, fifty, one), atLeast(8, 12)),
    ],
  }
}

/** A day's viewer series out of a large history. */
export const series: BenchCase = {
  name: 'series',
  async *run(context: BenchContext): AsyncGenerator<Report> {
    const { quick, directory, signal, progress } = context
    const channels = quick ? 500 : 5_000
    const dataDirectory = `${directory}/series`
    const endSeconds = Math.floor(Date.now() / 3_600_000) * 3_600
    {
      // More threads than statements can be under way, as the project's own start has it.
      await using child = await startChild('subjects/series.ts', signal, { UV_THREADPOOL_SIZE: '16' })
      progress(`filling ClickHouse with ${(channels * samplesEach) / 1e6} million samples`)
      makeDataDirectory(dataDirectory)
      const engineDirectory = `${dataDirectory}/clickhouse`
      await child.call('start', { directory: engineDirectory, channels, endSeconds } satisfies SeriesStart)
      const { bytesPerRow } = await child.call<{ bytesPerRow: number }>('open', engineDirectory)
      progress('series of 24 hours')
      const variants = kinds.map((kind) => variantOf(child, kind))
      const rounds = await interleave(variants, quick ? 4 : 10, signal)
      yield {
        title: `24 h of viewers in 288 points, from ${(channels * samplesEach) / 1e6} million samples; latencies are of whole calls`,
        rows: tabulate(rounds, { operation: 'series', against: [selectOne, engine, ours] }),
        goals: goalsOf(rounds, bytesPerRow),
      }
      progress('light work behind heavy queries')
      yield await reportLooks(child, quick ? 2 : 3)
    }
    progress('series by GraphQL')
    yield await reportGraphql(dataDirectory, endSeconds, context)
  },
}
