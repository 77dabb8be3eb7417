import type { ImportTime } from '../subjects/import.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import { startPostgres } from '../support/postgres-data.ts'
import { atLeast, atMost, goal } from '../support/report.ts'
import { processCpuUs, processMemoryMb, resetPeakMemory } from '../support/usage.ts'

const mostMemoryMb = 2_048

/** Rows of files into ClickHouse by the command import: samples and chat, in each format. */
export const importing: BenchCase = {
  name: 'import',
  async *run({ quick, directory, signal, progress }: BenchContext) {
    await using stack = new AsyncDisposableStack()
    const postgres = stack.use(await startPostgres(`${directory}/import-postgres`))
    const child = stack.use(await startChild('subjects/import.ts', signal))
    await child.call('start', { databaseUrl: postgres.url, directory })
    for (const [kind, most] of [
      ['viewers', 10_000_000],
      ['chat', 5_000_000],
    ] as const) {
      const rows = quick ? most / 20 : most
      const measured = []
      for (const format of ['csv', 'ndjson', 'parquet']) {
        progress(`${rows} rows of ${kind} as ${format}`)
        const file = { kind, file: `${directory}/${kind}.${format}`, rows }
        await child.call('make', file)
        resetPeakMemory(child.pid)
        const before = processCpuUs(child.pid)
        const { wallMs, stored } = await child.call<ImportTime>('bring', file)
        if (stored !== rows) throw new Error(`${stored} of ${rows} rows were stored.`)
        measured.push({
          variant: format,
          values: {
            'rows/s': rows / (wallMs / 1_000),
            'CPU µs/row': (processCpuUs(child.pid) - before) / rows,
            'peak MB': processMemoryMb(child.pid).peak,
          },
        })
      }
      const slowest = Math.min(...measured.map(({ values }) => values['rows/s']))
      const largest = Math.max(...measured.map(({ values }) => values['peak MB']))
      yield {
        title: `${rows} rows of ${kind} from a file into ClickHouse by the command import`,
        rows: measured,
        goals: [
          goal('G14', `rows of ${kind} imported a second, the slowest format`, slowest, atLeast(100_000), 'rows/s'),
          goal('G14', `memory of the process that imports ${kind}`, largest, atMost(mostMemoryMb), 'MB'),
        ],
      }
    }
  },
}
