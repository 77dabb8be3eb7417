import { setTimeout as delay } from 'node:timers/promises'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import type { HttpLoad, HttpLoadResult, HttpTarget } from '../support/http-load.ts'
import { type ProjectServer, startProjectServer } from '../support/project-server.ts'
import { atMost, goal, type Report } from '../support/report.ts'
import { median } from '../support/statistics.ts'
import { anonymousMemoryMb } from '../support/usage.ts'
import type { ClientTarget } from '../support/websocket-clients.ts'

const subscribers = 500
const kinds = [
  {
    name: 'a channel with its sessions',
    query:
      'query ($slug: String!) { channel(slug: $slug) { slug slugHistory { slug } sessions(first: 10) { nodes { startedAt endedAt } } } }',
  },
  {
    name: 'viewers of six hours',
    query:
      'query ($slug: String!) { channel(slug: $slug) { slug viewers(range: { from: "now-6h", to: "now" }, bucket: FIVE_MINUTES) { points { start average } } } }',
  },
] as const

/** What was done in a stretch of time, and the memory of the server after it. */
type Stretch = { reads: number; subscribed: number; memoryMb: number }

const slugsOf = async ({ url }: ProjectServer): Promise<string[]> => {
  const body = JSON.stringify({ query: '{ channels(first: 50) { nodes { slug } } }' })
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const { data } = (await response.json()) as { data: { channels: { nodes: { slug: string }[] } } }
  return data.channels.nodes.map(({ slug }) => slug)
}

const prepareReads = async (load: Child, port: number, keys: readonly string[]): Promise<void> => {
  for (const { name, query } of kinds) {
    const body = JSON.stringify({ query, variables: { slug: '%KEY%' } })
    await load.call('prepare', { name, port, path: '/graphql', body, keys, mustContain: '"slug"' } satisfies HttpTarget)
  }
}

/** Subscribers come, reads are made while they listen, and the subscribers go without a goodbye. */
const pass = async (load: Child, target: ClientTarget, ms: number, signal: AbortSignal): Promise<number> => {
  await using clients = await startChild('support/websocket-clients.ts', signal)
  await clients.call('grow', target)
  let reads = 0
  for (const { name } of kinds) {
    const durationMs = ms / kinds.length
    const run: HttpLoad = { name, connections: 4, durationMs, thinkMs: 20 }
    reads += (await load.call<HttpLoadResult>('run', run)).operations
  }
  return reads
}

const report = (stretches: readonly Stretch[], minutes: number): Report => {
  const quarter = Math.floor(stretches.length / 4)
  const memoryOf = (part: number) =>
    median(stretches.slice(part * quarter, (part + 1) * quarter).map(({ memoryMb }) => memoryMb))
  const sum = (part: number, count: (stretch: Stretch) => number) =>
    stretches.slice(part * quarter, (part + 1) * quarter).reduce((total, stretch) => total + count(stretch), 0)
  return {
    title: `everything for ${minutes} minutes: the demo is polled, and sends signed webhooks and chat, while there are reads, and subscribers who come and go`,
    rows: ['first', 'second', 'third', 'last'].map((name, part) => ({
      variant: `${name} quarter`,
      values: {
        reads: sum(part, ({ reads }) => reads),
        subscribed: sum(part, ({ subscribed }) => subscribed),
        'memory MB': memoryOf(part),
      },
    })),
    goals: [goal('G20', 'memory of the last quarter vs the second', memoryOf(3) / memoryOf(1), atMost(1.05, 1.02))],
  }
}

/** Whether memory stays while everything goes on for an hour, or for as many minutes as are asked for. */
export const hour: BenchCase = {
  name: 'hour',
  onlyByName: true,
  async *run({ quick, minutes: asked, directory, signal, progress }: BenchContext) {
    const minutes = asked || (quick ? 4 : 60)
    await using stack = new AsyncDisposableStack()
    const server = stack.use(await startProjectServer({ DATA_DIR: `${directory}/hour` }))
    const load = stack.use(await startChild('support/http-load.ts', signal))
    const port = Number(new URL(server.url).port)
    const slugs = await slugsOf(server)
    await prepareReads(load, port, slugs)
    const target = { name: 'hour', port, path: '/graphql', count: subscribers, groups: 1, snapshot: true, slugs }
    const stretches: Stretch[] = []
    const stretchMs = quick ? 15_000 : 60_000
    const endsAt = performance.now() + minutes * 60_000
    while (performance.now() < endsAt) {
      const reads = await pass(load, target, stretchMs * 0.75, signal)
      // Who left is noticed, and forgotten.
      await delay(stretchMs * 0.1, undefined, { signal })
      stretches.push({ reads, subscribed: subscribers, memoryMb: anonymousMemoryMb(server.pid) })
      if (stretches.length % 10 === 1) progress(`${stretches.length}: ${Math.round(stretches.at(-1)!.memoryMb)} MB`)
    }
    yield report(stretches, minutes)
  },
}
