import { rm } from 'node:fs/promises'
import os from 'node:os'
import type { ImportTime } from '../subjects/import.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import { startPostgres } from '../support/postgres-data.ts'
import { atLeast, atMost, goal } from '../support/report.ts'
import { processCpuUs, processMemoryMb, resetPeakMemory } from '../support/usage.ts'

const mostMemoryMb = 2_048

/** Rows of files into ClickHouse by the command import: samples and chat, in each format, and before a tenth of them, which needs as much memory. */
export const importing: BenchCase = {
  name: 'import',
  onlyByName: true,
  async *run({ quick, directory, signal, progress }: BenchContext) {
    await using stack = new AsyncDisposableStack()
    const postgres = stack.use(await startPostgres(`${directory}/import-postgres`))
    for (const [kind, most] of [
      ['viewers', 10_000_000],
      ['chat', 5_000_000],
    ] as const) {
      // A process of its own, because what one needed once is not given back at once.
      await using child = await startChild('subjects/import.ts', signal)
      await child.call('start', { databaseUrl: postgres.url, directory: `${directory}/${kind}` })
      const all = quick ? most / 20 : most
      const bring = async (format: string, rows: number, variant: string) => {
        progress(`${rows} rows of ${kind} as ${format}`)
        const file = { kind, file: `${directory}/${kind}-${rows}.${format}`, rows }
        await child.call('make', file)
        resetPeakMemory(child.pid)
        const before = processCpuUs(child.pid)
        const { wallMs, stored } = await child.call<ImportTime>('bring', file)
        await rm(file.file)
        if (stored !== rows) throw new Error(`${stored} of ${rows} rows were stored.`)
        return {
          variant,
          values: {
            'rows/s': rows / (wallMs / 1_000),
            'CPU µs/row': (processCpuUs(child.pid) - before) / rows,
            'peak MB': processMemoryMb(child.pid).peak,
            load: os.loadavg()[0]!,
          },
        }
      }
      const tenth = await bring('csv', all / 10, 'csv, a tenth of the rows')
      const measured = []
      for (const format of ['csv', 'ndjson', 'parquet']) measured.push(await bring(format, all, format))
      const slowest = Math.min(...measured.map(({ values }) => values['rows/s']))
      const largest = Math.max(...measured.map(({ values }) => values['peak MB']))
      yield {
        title: `${all} rows of ${kind} from a file into ClickHouse by the command import`,
        rows: [tenth, ...measured],
        goals: [
          goal('G14', `rows of ${kind} imported a second, the slowest format`, slowest, atLeast(100_000), 'rows/s'),
          goal('G14', `memory of the process that imports ${kind}`, largest, atMost(mostMemoryMb), 'MB'),
          // A small file is read in one piece, so that nothing is compared.
          ...(quick
            ? []
            : [
                goal(
                  'G14b',
                  `memory of an import of ${kind} vs one of a tenth of the rows`,
                  measured[0]!.values['peak MB'] / tenth.values['peak MB'],
                  atMost(1.5),
                ),
              ]),
        ],
      }
    }
  },
}
