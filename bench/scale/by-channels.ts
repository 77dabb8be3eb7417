import { pollerOf, trackedChannels } from '../cases/poll-cycle.ts'
import type { BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import { startPostgres } from '../support/postgres-data.ts'
import type { Report } from '../support/report.ts'
import { cpu, extra, interleave, typical } from '../support/rounds.ts'
import type { SimulatedKick } from '../support/simulated-kick.ts'
import { growthReport, type Measured } from './growth-report.ts'

const measure = async (channels: number, context: BenchContext): Promise<Measured> => {
  await using stack = new AsyncDisposableStack()
  const { quick, directory, signal, progress } = context
  progress(`cycles of ${channels} channels`)
  const postgres = stack.use(await startPostgres(`${directory}/scale-${channels}`))
  const simulator = stack.use(await startChild('support/simulated-kick.ts', signal))
  const kick = await simulator.call<SimulatedKick>('start', channels)
  await postgres.query(trackedChannels(channels))
  await postgres.query('VACUUM ANALYZE')
  const name = `ours-${channels}`
  const subject = { name, program: 'subjects/poller.ts', channels, ours: { clickHouse: true } }
  const rounds = await interleave([await pollerOf(stack, subject, postgres, kick, context)], quick ? 2 : 4, signal)
  return {
    size: channels,
    costs: {
      'seconds a cycle': typical(rounds, name, ({ wallMs }) => wallMs / 1_000),
      'CPU s a cycle': (typical(rounds, name, cpu) * channels) / 1e6,
      'CPU µs a channel': typical(rounds, name, cpu),
      'Postgres CPU µs a channel': typical(rounds, name, extra('databaseUs')),
      statements: typical(rounds, name, extra('statements')),
      'peak MB above idle': typical(rounds, name, extra('memoryMb')),
    },
  }
}

/** What a poll cycle costs as channels double, all of which are live. */
export const growthByChannels = async (context: BenchContext): Promise<Report> => {
  const measured: Measured[] = []
  for (const channels of context.quick ? [2_500, 5_000, 10_000] : [12_500, 25_000, 50_000, 100_000, 500_000])
    measured.push(await measure(channels, context))
  return growthReport({
    title: 'a poll cycle, as live channels double',
    of: 'channels',
    measured,
    flat: { 'CPU µs a channel': 0.1, 'Postgres CPU µs a channel': 0.1 },
  })
}
