import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import { fillChannels, startPostgres } from '../support/postgres-data.ts'
import { type Report, tabulate } from '../support/report.ts'
import { extra, interleave, latency, type Rounds, ratio, type Variant } from '../support/rounds.ts'
import type { Published } from '../support/status-message.ts'
import { processCpuUs, processMemoryMb } from '../support/usage.ts'
import type { ClientTarget } from '../support/websocket-clients.ts'

type Subject = { name: string; program: string; path: string; groups: number; eventsASlice: number; snapshot: boolean }
type Running = Subject & { server: Child; port: number; clients: Child }

const ours = { program: 'subjects/fan-out.ts', path: '/graphql', eventsASlice: 4, snapshot: true }
const peer = { path: '/graphql', groups: 1, snapshot: false }

const subjects: readonly Subject[] = [
  { ...peer, name: 'raw ws', program: 'peers/raw-ws.ts', eventsASlice: 4 },
  { ...ours, name: 'ours', groups: 1 },
  { ...ours, name: 'ours, 100 groups', groups: 100 },
  { ...peer, name: 'Yoga + graphql-ws', program: 'peers/yoga-subscriptions.ts', eventsASlice: 1 },
  { ...peer, name: 'mercurius', program: 'peers/mercurius-subscriptions.ts', eventsASlice: 1 },
]

const grow = async ({ name, server, clients, port, path, groups, snapshot }: Running, count: number): Promise<void> => {
  await clients.call('grow', { name, port, path, count, groups, snapshot } satisfies ClientTarget)
  while ((await server.call<number>('subscribers')) < count) await new Promise((resolve) => setTimeout(resolve, 10))
  await clients.call('forget')
}

const variantOf = ({ name, server, clients, eventsASlice }: Running, count: number): Variant => ({
  name,
  async measure() {
    const before = processCpuUs(server.pid)
    const latenciesMs: number[] = []
    let wallMs = 0
    for (let event = 0; event < eventsASlice; event++) {
      const { startedAt, marker } = await server.call<Published>('publish')
      const { arrivals, payload } = await clients.call<{ arrivals: Float64Array; payload: string }>('collect', count)
      if (!payload.includes(`"${marker}"`)) throw new Error(`${name} delivered ${payload} for ${marker}.`)
      for (const at of arrivals) latenciesMs.push(at - startedAt)
      wallMs += arrivals.at(-1)! - startedAt
    }
    const memoryMb = processMemoryMb(server.pid).now
    return {
      operations: latenciesMs.length,
      wallMs,
      cpuUs: processCpuUs(server.pid) - before,
      latenciesMs,
      extra: { memoryMb },
    }
  },
})

const memoryMb = extra('memoryMb')

const report = (rounds: Rounds, count: number): Report => {
  const goals: Report['goals'] = []
  if (rounds.has('ours') && count >= 5_000) {
    goals.push(
      {
        name: 'G3',
        what: `fan-out to ${count} vs raw ws`,
        value: ratio(rounds, 'ours', 'raw ws'),
        target: { atLeast: 0.85 },
        moonshot: { atLeast: 1 },
      },
      {
        name: 'G3b',
        what: `fan-out to ${count} vs Yoga + graphql-ws`,
        value: ratio(rounds, 'ours', 'Yoga + graphql-ws'),
        target: { atLeast: 4 },
        moonshot: { atLeast: 5 },
      },
      {
        name: 'G3b',
        what: `fan-out to ${count} vs mercurius`,
        value: ratio(rounds, 'ours', 'mercurius'),
        target: { atLeast: 4 },
        moonshot: { atLeast: 4.5 },
      },
      {
        name: 'G3c',
        what: `fan-out to ${count}, 100 groups, vs raw ws`,
        value: ratio(rounds, 'ours, 100 groups', 'raw ws'),
        target: { atLeast: 0.85 },
        moonshot: { atLeast: 0.95 },
      },
      {
        name: 'G3c',
        what: `fan-out to ${count}, p99 vs raw ws`,
        value: ratio(rounds, 'ours', 'raw ws', latency(0.99)),
        target: { atMost: 1.4 },
        moonshot: { atMost: 1.1 },
      },
      {
        name: 'G3c',
        what: `fan-out to ${count}, memory vs raw ws`,
        value: ratio(rounds, 'ours', 'raw ws', memoryMb),
        target: { atMost: 1.5 },
      },
    )
  }
  return {
    title: `one status change to ${count} WebSocket subscribers`,
    rows: tabulate(rounds, {
      operation: 'messages',
      against: ['raw ws', 'Yoga + graphql-ws', 'mercurius'],
      columns: { 'memory MB': memoryMb },
    }),
    goals,
  }
}

const startDatabase = async (stack: AsyncDisposableStack, directory: string): Promise<string> => {
  const postgres = stack.use(await startPostgres(directory))
  await fillChannels(postgres, 100, 1)
  return postgres.url
}

/** One status change delivered to all who subscribed to its channel, over WebSocket. */
export const fanOut: BenchCase = {
  name: 'fan-out',
  async *run({ quick, directory, signal, progress }: BenchContext) {
    await using stack = new AsyncDisposableStack()
    const running: Running[] = []
    for (const [i, subject] of subjects.entries()) {
      // Each of ours has a journal of its own.
      const databaseUrl = subject.snapshot ? await startDatabase(stack, `${directory}/fan-out-${i}`) : ''
      const server = stack.use(await startChild(subject.program))
      const port = await server.call<number>('start', { databaseUrl })
      running.push({ ...subject, server, port, clients: stack.use(await startChild('support/websocket-clients.ts')) })
    }
    for (const count of quick ? [1_000] : [1_000, 5_000]) {
      progress(`${count} subscribers`)
      for (const one of running) await grow(one, count)
      const variants = running.map((one) => variantOf(one, count))
      yield report(await interleave(variants, quick ? 8 : 15, signal), count)
    }
  },
}
