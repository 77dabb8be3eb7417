import type { SeriesSlice, SeriesStart } from '../subjects/series.ts'
import type { BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import { samplesEach } from '../support/clickhouse-data.ts'
import { makeDataDirectory } from '../support/project-server.ts'
import type { Report } from '../support/report.ts'
import { median } from '../support/statistics.ts'
import { processCpuUs } from '../support/usage.ts'
import { growthReport, type Measured } from './growth-report.ts'

const calls = 60

const measure = async (channels: number, { directory, signal, progress }: BenchContext): Promise<Measured> => {
  await using child = await startChild('subjects/series.ts', signal, { UV_THREADPOOL_SIZE: '16' })
  progress(`${(channels * samplesEach) / 1e6} million samples`)
  const dataDirectory = `${directory}/scale-rows-${channels}`
  makeDataDirectory(dataDirectory)
  const engineDirectory = `${dataDirectory}/clickhouse`
  const endSeconds = Math.floor(Date.now() / 3_600_000) * 3_600
  await child.call('start', { directory: engineDirectory, channels, endSeconds } satisfies SeriesStart)
  const { bytesPerRow } = await child.call<{ bytesPerRow: number }>('open', engineDirectory)
  const ours = (count: number) => child.call<SeriesSlice>('slice', { variant: 'ours', count, atOnce: 1 })
  await ours(calls)
  const before = processCpuUs(child.pid)
  const { latenciesMs } = await ours(calls)
  const cpuMs = (processCpuUs(child.pid) - before) / calls / 1_000
  return {
    size: (channels * samplesEach) / 1_000,
    costs: { 'p50 ms': median(latenciesMs), 'CPU ms a series': cpuMs, 'bytes a sample': bytesPerRow },
  }
}

/** What a series of 24 hours costs as the samples of the history double. */
export const growthByRows = async (context: BenchContext): Promise<Report> => {
  const measured: Measured[] = []
  for (const channels of context.quick ? [100, 200, 400] : [625, 1_250, 2_500, 5_000])
    measured.push(await measure(channels, context))
  return growthReport({
    title: '24 h of viewers, as the history doubles',
    of: 'thousand samples',
    measured,
    flat: { 'CPU ms a series': 0.15 },
  })
}
