import { grow, ours, startDatabase, variantOf } from '../cases/fan-out.ts'
import type { BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import type { Report } from '../support/report.ts'
import { cpu, extra, interleave, latency, typical } from '../support/rounds.ts'
import { growthReport, type Measured } from './growth-report.ts'

/** What one status change costs as those who are told it double. */
export const growthBySubscribers = async ({ quick, directory, signal, progress }: BenchContext): Promise<Report> => {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = await startDatabase(stack, `${directory}/scale-fan-out`)
  const server = stack.use(await startChild(ours.program, signal))
  const port = await server.call<number>('start', { databaseUrl })
  const clients = stack.use(await startChild('support/websocket-clients.ts', signal))
  const name = 'ours'
  const running = { ...ours, name, groups: 1, server, port, clients }
  const measured: Measured[] = []
  // Many machines give a process 20,000 open files at most.
  for (const count of quick ? [500, 1_000, 2_000] : [2_500, 5_000, 10_000, 19_500]) {
    progress(`${count} subscribers`)
    await grow(running, count)
    const rounds = await interleave([variantOf(running, count)], quick ? 4 : 8, signal)
    measured.push({
      size: count,
      costs: {
        'CPU µs a message': typical(rounds, name, cpu),
        'p99 ms': typical(rounds, name, latency(0.99)),
        'memory MB': typical(rounds, name, extra('memoryMb')),
      },
    })
  }
  return growthReport({
    title: 'one status change, as its WebSocket subscribers double',
    of: 'subscribers',
    measured,
    flat: { 'CPU µs a message': 0.15 },
  })
}
