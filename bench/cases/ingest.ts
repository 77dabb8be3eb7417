import type { IngestTime } from '../subjects/ingest.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import { atLeast, type Goal, goal, tabulate } from '../support/report.ts'
import { interleave, type Rounds, ratio, type Variant } from '../support/rounds.ts'
import { processCpuUs } from '../support/usage.ts'

const ours = 'ours: spool and shipper'
const client = 'client.insert of objects'
const engine = 'INSERT … SELECT numbers()'

const variantOf = (child: Child, name: string, variant: string, rows: number, batches: number): Variant => ({
  name,
  async measure() {
    const before = processCpuUs(child.pid)
    const time = await child.call<IngestTime>('insert', { variant, rows, batches })
    return { ...time, operations: rows * batches, cpuUs: processCpuUs(child.pid) - before }
  },
})

const goalsOf = (rounds: Rounds): Goal[] => [
  goal('G5', 'samples ingested vs client.insert, batches of 10,000', ratio(rounds, ours, client), atLeast(1.5, 1.7)),
  goal('G5', 'samples ingested vs the engine’s INSERT … SELECT', ratio(rounds, ours, engine), atLeast(0.35, 0.45)),
]

/** Viewer samples from objects in memory to rows in ClickHouse. */
export const ingest: BenchCase = {
  name: 'ingest',
  async *run({ quick, directory, signal, progress }: BenchContext) {
    await using stack = new AsyncDisposableStack()
    const child = stack.use(await startChild('subjects/ingest.ts', signal, { UV_THREADPOOL_SIZE: '16' }))
    await child.call('start', `${directory}/ingest`)
    for (const rows of [1_000, 10_000]) {
      progress(`batches of ${rows} rows`)
      const batches = 5
      const variants = [
        variantOf(child, engine, 'engine', rows, batches),
        variantOf(child, ours, 'spool', rows, batches),
        variantOf(child, client, 'client', rows, batches),
      ]
      const rounds = await interleave(variants, quick ? 5 : 12, signal)
      yield {
        title: `viewer samples into ClickHouse with its 15-minute sums, batches of ${rows} rows; ours are on disk twice`,
        rows: tabulate(rounds, { operation: 'rows', against: [engine, client] }),
        goals: rows === 10_000 ? goalsOf(rounds) : [],
      }
    }
  },
}
