import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type BatchRequest, batchSize } from '../support/channel-batch.ts'
import { type Child, startChild } from '../support/child.ts'
import { type BenchPostgres, startPostgres } from '../support/postgres-data.ts'
import { atLeast, atMost, type Goal, goal, tabulate } from '../support/report.ts'
import { extra, interleave, type Rounds, ratio, type Sample, type Variant } from '../support/rounds.ts'
import { processCpuUs } from '../support/usage.ts'

const ours = 'ours'
const unnest = 'pg unnest'
const prisma = 'Prisma upserts, Promise.all'

const programs = [
  { name: unnest, program: 'peers/unnest-upsert.ts', batches: 8 },
  { name: ours, program: 'subjects/upsert.ts', batches: 8 },
  { name: prisma, program: 'peers/prisma-upsert.ts', batches: 1 },
]

let generation = 0

const variantOf = (
  { name, batches }: (typeof programs)[number],
  child: Child,
  postgres: BenchPostgres,
  stride: number,
): Variant => ({
  name,
  async measure() {
    const before = { cpu: processCpuUs(child.pid), postgres: postgres.cpuUs() }
    const latenciesMs: number[] = []
    for (let batch = 0; batch < batches; batch++) {
      latenciesMs.push(await child.call<number>('upsert', { generation: ++generation, stride } satisfies BatchRequest))
    }
    return {
      operations: batches * batchSize,
      wallMs: latenciesMs.reduce((sum, ms) => sum + ms),
      cpuUs: processCpuUs(child.pid) - before.cpu,
      latenciesMs,
      extra: { databaseUs: (postgres.cpuUs() - before.postgres) / (batches * batchSize) },
    }
  },
})

const msPerRow = ({ wallMs, operations }: Sample) => wallMs / operations

const goalsOf = (rounds: Rounds, what: string): Goal[] => [
  goal('G8', `time of a batch upsert vs pg unnest, ${what}`, ratio(rounds, ours, unnest, msPerRow), atMost(1.15, 1.05)),
  goal('G8', `batch upsert vs Prisma upserts at once, ${what}`, ratio(rounds, ours, prisma), atLeast(20, 28)),
]

/** Writing the profiles of many channels. */
export const upsert: BenchCase = {
  name: 'upsert',
  async *run({ quick, directory, signal, progress }: BenchContext) {
    await using stack = new AsyncDisposableStack()
    const postgres = stack.use(await startPostgres(`${directory}/upsert-postgres`))
    const children: Child[] = []
    for (const { program } of programs) {
      const child = stack.use(await startChild(program, signal))
      await child.call('start', postgres.url)
      children.push(child)
    }
    for (const { stride, what } of [
      { stride: 1, what: 'all changed' },
      { stride: 50, what: '2 % changed' },
    ]) {
      progress(`batches of ${batchSize} channels, ${what}`)
      const variants = programs.map((program, i) => variantOf(program, children[i]!, postgres, stride))
      const rounds = await interleave(variants, quick ? 4 : 10, signal)
      const columns = { 'Postgres CPU µs': extra('databaseUs') }
      yield {
        title: `profiles of ${batchSize} channels upserted in one batch, ${what}`,
        rows: tabulate(rounds, { operation: 'channels', against: [unnest, prisma], columns }),
        goals: goalsOf(rounds, what),
      }
    }
  },
}
