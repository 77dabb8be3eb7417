import type { RankingsSizes, RankingsSlice, RankingsStart } from '../subjects/rankings.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import { broadcastMinutes } from '../support/clickhouse-data.ts'
import { atMost, goal, type Report, tabulate } from '../support/report.ts'
import { interleave, latency, ratio, type Sample, type Variant } from '../support/rounds.ts'
import { processCpuUs } from '../support/usage.ts'

const engineRanking = 'ranking of 30 days: plain statement on the engine'
const ranking = 'ranking of 30 days: ours'
const engineTotals = 'totals of 7 days by hour: plain statement'
const totals = 'totals of 7 days by hour: ours'

const kinds = [
  { name: engineRanking, variant: 'engine-ranking', count: 3 },
  { name: ranking, variant: 'ranking', count: 3 },
  { name: 'with the coverage of each channel', variant: 'ranking-observed', count: 2 },
  { name: 'a range that begins and ends inside an hour', variant: 'ranking-cut', count: 1 },
  { name: engineTotals, variant: 'engine-totals', count: 3 },
  { name: totals, variant: 'totals', count: 3 },
]

const variantOf = (child: Child, { name, variant, count }: (typeof kinds)[number]): Variant => ({
  name,
  async measure(): Promise<Sample> {
    const before = processCpuUs(child.pid)
    const slice = await child.call<RankingsSlice>('slice', { variant, count })
    return { ...slice, operations: count, cpuUs: processCpuUs(child.pid) - before }
  },
})

/** Who leads, and how many watched everything, out of the probes of many channels. */
export const rankings: BenchCase = {
  name: 'rankings',
  async *run({ quick, directory, signal, progress }: BenchContext): AsyncGenerator<Report> {
    const channels = quick ? 5_000 : 50_000
    const samples = (channels * broadcastMinutes) / 1e6
    // The end of a day, so that thirty days are whole ones.
    const endSeconds = Math.floor(Date.now() / 86_400_000) * 86_400
    const engineDirectory = `${directory}/rankings/clickhouse`
    // More threads than statements can be under way, as the project's own start has it.
    await using child = await startChild('subjects/rankings.ts', signal, { UV_THREADPOOL_SIZE: '16' })
    progress(`filling ClickHouse with ${samples} million samples of ${channels} channels`)
    await child.call('start', { directory: engineDirectory, channels, endSeconds } satisfies RankingsStart)
    const { hourBytes, dayBytes } = await child.call<RankingsSizes>('open', engineDirectory)
    progress('rankings and totals')
    const rounds = await interleave(
      kinds.map((kind) => variantOf(child, kind)),
      quick ? 4 : 8,
      signal,
    )
    yield {
      title: `rankings and totals of ${channels} channels with ${samples} million samples`,
      rows: tabulate(rounds, { operation: 'calls', against: [engineRanking, engineTotals] }),
      goals: [
        goal(
          'G13',
          'ranking by hours watched vs the plain statement over the same sums, p50',
          ratio(rounds, ranking, engineRanking, latency(0.5)),
          atMost(2, 1.2),
        ),
        goal(
          'G13b',
          'totals by hour vs the plain statement over the same sums, p50',
          ratio(rounds, totals, engineTotals, latency(0.5)),
          atMost(2, 1.2),
        ),
        goal('G13c', 'sums on disk, a channel and hour', hourBytes, atMost(25, 15), 'B'),
        goal('G13d', 'sums on disk, a channel and day', dayBytes, atMost(25, 15), 'B'),
      ],
    }
  },
}
