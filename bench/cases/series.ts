import type { Interference, SeriesSlice, SeriesStart } from '../subjects/series.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import { samplesEach } from '../support/clickhouse-data.ts'
import { type Goal, type Report, tabulate } from '../support/report.ts'
import { interleave, latency, type Rounds, ratio, type Sample, type Variant } from '../support/rounds.ts'
import { median } from '../support/statistics.ts'
import { processCpuUs } from '../support/usage.ts'

type Kind = { name: string; variant: string; count: number; atOnce: number; seriesEach: number }

const selectOne = 'SELECT 1 on the engine'
const engine = 'same statement on the engine'
const ours = 'ours'
const batch = 'ours, 50 channels at once'
const pool = 'ours, 8 at a time'
const oneSession = 'ours, 8 at a time, one session'

const kinds: readonly Kind[] = [
  { name: selectOne, variant: 'select-1', count: 60, atOnce: 1, seriesEach: 1 },
  { name: engine, variant: 'engine', count: 30, atOnce: 1, seriesEach: 1 },
  { name: ours, variant: 'ours', count: 30, atOnce: 1, seriesEach: 1 },
  { name: batch, variant: 'ours-batch', count: 4, atOnce: 1, seriesEach: 50 },
  { name: pool, variant: 'pool', count: 80, atOnce: 8, seriesEach: 1 },
  { name: oneSession, variant: 'one-session', count: 80, atOnce: 8, seriesEach: 1 },
]

const variantOf = (child: Child, { name, variant, count, atOnce, seriesEach }: Kind): Variant => ({
  name,
  async measure(): Promise<Sample> {
    const before = processCpuUs(child.pid)
    const slice = await child.call<SeriesSlice>('slice', { variant, count, atOnce })
    return { ...slice, operations: count * seriesEach, cpuUs: processCpuUs(child.pid) - before }
  },
})

const goalsOf = (rounds: Rounds, bytesPerRow: number, looks: readonly Interference[]): Goal[] => [
  {
    name: 'G6',
    what: '24 h series, p50 vs SELECT 1',
    value: ratio(rounds, ours, selectOne, latency(0.5)),
    target: { atMost: 7 },
    moonshot: { atMost: 4.5 },
  },
  {
    name: 'G6b',
    what: '50 series in one operation vs 50 operations',
    value: ratio(rounds, batch, ours),
    target: { atLeast: 5 },
    moonshot: { atLeast: 8 },
  },
  {
    name: 'G6c',
    what: '8 series at a time, through the pool vs one session',
    value: ratio(rounds, pool, oneSession),
    target: { atLeast: 1.5 },
    moonshot: { atLeast: 1.9 },
  },
  {
    name: 'G6d',
    what: 'longest DNS lookup while 8 heavy queries are queued',
    value: median(looks.map(({ lookupMs }) => lookupMs)),
    unit: 'ms',
    target: { atMost: 20 },
    moonshot: { atMost: 5 },
  },
  {
    name: 'G6d',
    what: 'longest light query while 8 heavy queries are queued',
    value: median(looks.map(({ lightMs }) => lightMs)),
    unit: 'ms',
    target: { atMost: 20 },
    moonshot: { atMost: 5 },
  },
  {
    name: 'G9',
    what: 'viewer history on disk',
    value: bytesPerRow,
    unit: 'B a row',
    target: { atMost: 2 },
    moonshot: { atMost: 1.5 },
  },
]

/** A day's viewer series out of a large history. */
export const series: BenchCase = {
  name: 'series',
  async *run({ quick, directory, signal, progress }: BenchContext): AsyncGenerator<Report> {
    await using stack = new AsyncDisposableStack()
    const channels = quick ? 500 : 5_000
    const engineDirectory = `${directory}/series/clickhouse`
    // More threads than statements can be under way, as the project's own start has it.
    const child = stack.use(await startChild('subjects/series.ts', { UV_THREADPOOL_SIZE: '16' }))
    progress(`filling ClickHouse with ${(channels * samplesEach) / 1e6} million samples`)
    const endSeconds = Math.floor(Date.now() / 3_600_000) * 3_600
    await child.call('start', { directory: engineDirectory, channels, endSeconds } satisfies SeriesStart)
    const { bytesPerRow } = await child.call<{ bytesPerRow: number }>('open', engineDirectory)
    progress('series of 24 hours')
    const rounds = await interleave(
      kinds.map((kind) => variantOf(child, kind)),
      quick ? 4 : 10,
      signal,
    )
    const looks: Interference[] = []
    for (let look = 0; look < (quick ? 2 : 3); look++) looks.push(await child.call<Interference>('interference'))
    yield {
      title: `24 h of viewers in 288 points, from ${(channels * samplesEach) / 1e6} million samples; latencies are of whole calls`,
      rows: tabulate(rounds, { operation: 'series', against: [selectOne, engine, ours] }),
      goals: goalsOf(rounds, bytesPerRow, looks),
    }
  },
}
