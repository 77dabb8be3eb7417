import { generateKeyPairSync } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import {
  type BackupSizes,
  drained,
  fillSystem,
  type MadeBackup,
  makeBackup,
  restore,
  startWholeProgram,
} from '../support/backup-system.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import type { HttpLoad, HttpLoadResult, HttpTarget } from '../support/http-load.ts'
import { channelSlug } from '../support/postgres-data.ts'
import type { ProjectServer } from '../support/project-server.ts'
import { atMost, type Goal, goal, type Report } from '../support/report.ts'
import {
  extra,
  interleave,
  latency,
  type Rounds,
  rate,
  ratio,
  type Sample,
  typical,
  type Variant,
} from '../support/rounds.ts'
import { mean, percentile } from '../support/statistics.ts'
import type { WebhookLoad, WebhookLoadStart } from '../support/webhook-load.ts'

const quickSizes: BackupSizes = { channels: 5_000, sessionsEach: 10, samples: 500_000, messages: 50_000 }
const fullSizes: BackupSizes = { channels: 10_000, sessionsEach: 10, samples: 2_000_000, messages: 200_000 }

/** What is asked at once, and how long each connection waits between two requests. */
type Pressure = { name: string; connections: number; thinkMs: number }
const moderate: Pressure = { name: 'a moderate load', connections: 16, thinkMs: 80 }
const saturating: Pressure = { name: 'as much as the machine gives', connections: 16, thinkMs: 0 }

const without = 'no backup'
const whole = 'a whole backup'
const added = 'a backup that builds on another'

const document = `query Channel($slug: String!) { channel(slug: $slug) { externalId slug displayName isLive status
  slugHistory { slug observedFrom } sessions(first: 10) { nodes { startedAt endedAt isLive title category language } } } }`

/** Slices after one another, until what is measured has ended: only whole ones count. */
const sliceMs = 500

type Bench = {
  dataDir: string
  folder: string
  server: ProjectServer
  reads: Child
  webhooks: Child
  plainMs: number
  signal: AbortSignal
}

/** Both loads at once until `work` has ended. */
const underLoad = async (
  bench: Bench,
  { connections, thinkMs }: Pressure,
  work: Promise<MadeBackup | null>,
): Promise<Sample> => {
  const port = Number(new URL(bench.server.url).port)
  const slice = { connections, durationMs: sliceMs, thinkMs }
  const read: HttpLoadResult = { operations: 0, wallMs: 0, latenciesMs: [] }
  const hook: HttpLoadResult = { operations: 0, wallMs: 0, latenciesMs: [] }
  const before = bench.server.cpuUs()
  let isOver = false
  const ended = work.finally(() => {
    isOver = true
  })
  ended.catch(() => undefined)
  const keepUp = async (total: HttpLoadResult, run: () => Promise<HttpLoadResult>): Promise<void> => {
    while (!isOver) {
      const { operations, wallMs, latenciesMs } = await run()
      if (isOver && total.operations > 0) break
      total.operations += operations
      total.wallMs += wallMs
      total.latenciesMs.push(...latenciesMs)
    }
  }
  await Promise.all([
    keepUp(read, () => bench.reads.call('run', { name: 'channel', ...slice } satisfies HttpLoad)),
    keepUp(hook, () => bench.webhooks.call('run', { port, ...slice } satisfies WebhookLoad)),
  ])
  const made = await ended
  return {
    ...read,
    cpuUs: bench.server.cpuUs() - before,
    extra: {
      meanMs: mean(read.latenciesMs),
      webhooks: (hook.operations / hook.wallMs) * 1_000,
      webhookMeanMs: mean(hook.latenciesMs),
      webhookP50Ms: percentile(hook.latenciesMs, 0.5),
      webhookP99Ms: percentile(hook.latenciesMs, 0.99),
      seconds: made?.seconds ?? Number.NaN,
      pausedMs: made?.pausedMs ?? Number.NaN,
      megabytes: made ? made.writtenBytes / 1e6 : Number.NaN,
      load: os.loadavg()[0]!,
    },
  }
}

/** Rounds of one load: without a backup, while a whole one is made in a new folder, and while one is made that builds on the last whole one. */
const measure = async (bench: Bench, pressure: Pressure): Promise<Rounds> => {
  let folders = 0
  const place = () => `${bench.folder}-${pressure.connections}-${pressure.thinkMs}-${folders}`
  const plain = async (): Promise<null> => {
    await new Promise((resolve) => setTimeout(resolve, bench.plainMs))
    return null
  }
  const backup = () => makeBackup(bench.dataDir, bench.server, place(), bench.signal)
  const variant = (name: string, work: () => Promise<MadeBackup | null>): Variant => ({
    name,
    async measure() {
      await drained(bench.server, bench.signal)
      return underLoad(bench, pressure, work())
    },
  })
  return interleave(
    [
      variant(without, plain),
      variant(whole, () => {
        folders += 1
        return backup()
      }),
      variant(added, backup),
    ],
    2,
    bench.signal,
  )
}

const measures = {
  'reads/s': rate,
  'read mean ms': extra('meanMs'),
  'read p50 ms': latency(0.5),
  'read p99 ms': latency(0.99),
  'webhooks/s': extra('webhooks'),
  'webhook mean ms': extra('webhookMeanMs'),
  'webhook p50 ms': extra('webhookP50Ms'),
  'webhook p99 ms': extra('webhookP99Ms'),
}

/** By how much a rate is smaller, or a time longer, than in the same round without a backup: 0.2 is a fifth. */
const slowdown = (rounds: Rounds, name: string, measure: (sample: Sample) => number, isTime: boolean): number => {
  const found = ratio(rounds, name, without, measure)
  return isTime ? found - 1 : 1 - found
}

const reportOf = (rounds: Rounds, pressure: Pressure, goals: readonly Goal[]): Report => ({
  title: `reads of a channel by GraphQL and signed webhooks, ${pressure.name} (${pressure.connections} connections each, ${pressure.thinkMs} ms between two requests of one)`,
  rows: [without, whole, added].map((name) => ({
    variant: name,
    values: {
      ...Object.fromEntries(
        Object.entries(measures).map(([title, measure]) => [title, typical(rounds, name, measure)]),
      ),
      'backup s': typical(rounds, name, extra('seconds')),
      'paused ms': typical(rounds, name, extra('pausedMs')),
      MB: typical(rounds, name, extra('megabytes')),
      load: typical(rounds, name, extra('load')),
    },
  })),
  goals: [...goals],
})

const goalsOf = (rounds: Rounds, pressure: Pressure): Goal[] => {
  const isTime = pressure === moderate
  const judged = isTime
    ? { 'a read': measures['read mean ms'], 'a webhook': measures['webhook mean ms'] }
    : { reads: measures['reads/s'], webhooks: measures['webhooks/s'] }
  return [whole, added].flatMap((name) =>
    Object.entries(judged).map(([what, measure]) =>
      goal(
        isTime ? 'G18' : 'G18b',
        `slow-down of ${what} by ${name}, ${pressure.name}`,
        slowdown(rounds, name, measure, isTime),
        atMost(0.2),
        '',
      ),
    ),
  )
}

const startLoads = async (
  stack: AsyncDisposableStack,
  server: ProjectServer,
  privateKeyPem: string,
  { quick, signal }: BenchContext,
  channels: number,
) => {
  const reads = stack.use(await startChild('support/http-load.ts', signal))
  const target: HttpTarget = {
    name: 'channel',
    port: Number(new URL(server.url).port),
    path: '/graphql',
    body: JSON.stringify({ query: document.replaceAll(/\s+/g, ' '), variables: { slug: '%KEY%' } }),
    keys: Array.from({ length: channels }, (_, n) => channelSlug(n + 1)),
    mustContain: '"startedAt"',
  }
  await reads.call('prepare', target)
  const webhooks = stack.use(await startChild('support/webhook-load.ts', signal))
  await webhooks.call('start', { privateKeyPem, deliveries: quick ? 3_000 : 20_000 } satisfies WebhookLoadStart)
  return { reads, webhooks }
}

/** Backups of the whole program while it is read and gets webhooks, and a restore of one. */
export const backup: BenchCase = {
  name: 'backup',
  async *run(context) {
    const { quick, directory, signal, progress } = context
    const sizes = quick ? quickSizes : fullSizes
    const dataDir = path.join(directory, 'backup-data')
    progress(
      `filling the embedded stores: ${sizes.channels} channels, ${sizes.samples} samples, ${sizes.messages} messages`,
    )
    await fillSystem(dataDir, sizes)
    const keys = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const folder = path.join(directory, 'backups')
    const last = path.join(directory, 'backups-last')
    {
      await using program = new AsyncDisposableStack()
      const server = program.use(await startWholeProgram(dataDir, keys.publicKey))
      progress('signing deliveries')
      const loads = await startLoads(program, server, keys.privateKey, context, sizes.channels)
      const bench = { dataDir, folder, server, ...loads, plainMs: quick ? 4_000 : 10_000, signal }
      for (const pressure of [moderate, saturating]) {
        progress(pressure.name)
        const rounds = await measure(bench, pressure)
        yield reportOf(rounds, pressure, goalsOf(rounds, pressure))
      }
      progress('a backup that is restored')
      await makeBackup(dataDir, server, last, signal)
    }
    progress('restoring')
    const restored = await restore(last, path.join(directory, 'backup-restored'))
    const { seconds, postgresRows, clickHouseRows } = restored
    yield {
      title: 'a restore into an empty place, compared by counts and hashes by the command itself',
      rows: [
        {
          variant: 'restore',
          values: { s: seconds, 'Postgres rows': postgresRows, 'ClickHouse rows': clickHouseRows },
        },
      ],
      goals: [],
    }
  },
}
