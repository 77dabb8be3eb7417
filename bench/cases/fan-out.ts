import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import { fillChannels, startPostgres } from '../support/postgres-data.ts'
import { atLeast, atMost, type Goal, goal, tabulate } from '../support/report.ts'
import { extra, interleave, latency, type Rounds, ratio, type Variant } from '../support/rounds.ts'
import type { Published } from '../support/status-message.ts'
import { processCpuUs, processMemoryMb } from '../support/usage.ts'
import type { ClientTarget } from '../support/websocket-clients.ts'

type Subject = { name: string; program: string; path: string; groups: number; eventsASlice: number; snapshot: boolean }
type Running = Subject & { server: Child; port: number; clients: Child }

const raw = 'raw ws'
const one = 'ours'
const hundred = 'ours, 100 groups'
const yoga = 'Yoga + graphql-ws'
const mercurius = 'mercurius'

/** The number of subscribers that the goals are about. */
const goalCount = 5_000

/** Our server. */
export const ours = { program: 'subjects/fan-out.ts', path: '/graphql', eventsASlice: 4, snapshot: true }
const peer = { path: '/graphql', groups: 1, snapshot: false }
/** What sockets themselves cost. */
export const rawWs = { ...peer, name: raw, program: 'peers/raw-ws.ts', eventsASlice: 4 }

const subjects: readonly Subject[] = [
  rawWs,
  { ...ours, name: one, groups: 1 },
  { ...ours, name: hundred, groups: 100 },
  { ...peer, name: yoga, program: 'peers/yoga-subscriptions.ts', eventsASlice: 1 },
  { ...peer, name: mercurius, program: 'peers/mercurius-subscriptions.ts', eventsASlice: 1 },
]

/** Adds subscribers until there are so many. */
export const grow = async (
  { name, server, clients, port, path, groups, snapshot }: Running,
  count: number,
): Promise<void> => {
  await clients.call('grow', { name, port, path, count, groups, snapshot } satisfies ClientTarget)
  while ((await server.call<number>('subscribers')) < count) await new Promise((resolve) => setTimeout(resolve, 10))
  await clients.call('forget')
}

/** A server as a variant whose operation is a message that arrived. */
export const variantOf = ({ name, server, clients, eventsASlice }: Running, count: number): Variant => ({
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

const goalsOf = (rounds: Rounds, count: number): Goal[] => {
  const what = `fan-out to ${count}`
  return [
    goal('G3', `${what} vs raw ws`, ratio(rounds, one, raw), atLeast(0.85, 1)),
    goal('G3b', `${what} vs Yoga + graphql-ws`, ratio(rounds, one, yoga), atLeast(4, 5)),
    goal('G3b', `${what} vs mercurius`, ratio(rounds, one, mercurius), atLeast(4, 4.5)),
    goal('G3c', `${what} in 100 groups vs raw ws`, ratio(rounds, hundred, raw), atLeast(0.85, 0.95)),
    goal('G3c', `${what}, p99 vs raw ws`, ratio(rounds, one, raw, latency(0.99)), atMost(1.4, 1.1)),
    goal('G3c', `${what}, memory vs raw ws`, ratio(rounds, one, raw, memoryMb), atMost(1.5)),
  ]
}

/** Starts a database for one of our servers; its URL. */
export const startDatabase = async (stack: AsyncDisposableStack, directory: string): Promise<string> => {
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
      const server = stack.use(await startChild(subject.program, signal))
      const port = await server.call<number>('start', { databaseUrl })
      running.push({
        ...subject,
        server,
        port,
        clients: stack.use(await startChild('support/websocket-clients.ts', signal)),
      })
    }
    for (const count of quick ? [1_000] : [1_000, goalCount]) {
      progress(`${count} subscribers`)
      for (const each of running) await grow(each, count)
      const variants = running.map((each) => variantOf(each, count))
      const rounds = await interleave(variants, quick ? 8 : 15, signal)
      yield {
        title: `one status change to ${count} WebSocket subscribers`,
        rows: tabulate(rounds, {
          operation: 'messages',
          against: [raw, yoga, mercurius],
          columns: { 'memory MB': memoryMb },
        }),
        goals: count === goalCount ? goalsOf(rounds, count) : [],
      }
    }
  },
}
