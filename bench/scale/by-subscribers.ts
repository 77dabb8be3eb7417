import { grow, ours, rawWs, startDatabase, variantOf } from '../cases/fan-out.ts'
import type { BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import type { Report } from '../support/report.ts'
import { cpu, extra, interleave, latency, typical } from '../support/rounds.ts'
import { growthReport, type Measured } from './growth-report.ts'

/** What one status change costs as those who are told it double. */
export const growthBySubscribers = async ({ quick, directory, signal, progress }: BenchContext): Promise<Report> => {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = await startDatabase(stack, `${directory}/scale-fan-out`)
  const running = await Promise.all(
    [{ ...ours, name: 'ours', groups: 1 }, rawWs].map(async (subject) => {
      const server = stack.use(await startChild(subject.program, signal))
      const port = await server.call<number>('start', { databaseUrl })
      return { ...subject, server, port, clients: stack.use(await startChild('support/websocket-clients.ts', signal)) }
    }),
  )
  const measured: Measured[] = []
  // Many machines give a process 20,000 open files at most.
  for (const count of quick ? [500, 1_000, 2_000] : [2_500, 5_000, 10_000, 19_500]) {
    progress(`${count} subscribers`)
    for (const each of running) await grow(each, count)
    const variants = running.map((each) => variantOf(each, count))
    const rounds = await interleave(variants, quick ? 4 : 8, signal)
    measured.push({
      size: count,
      costs: {
        'CPU µs a message': typical(rounds, 'ours', cpu),
        'raw ws: CPU µs a message': typical(rounds, rawWs.name, cpu),
        'p99 ms': typical(rounds, 'ours', latency(0.99)),
        'memory MB': typical(rounds, 'ours', extra('memoryMb')),
        'raw ws: memory MB': typical(rounds, rawWs.name, extra('memoryMb')),
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
