/** An embedded ClickHouse full of viewer samples, asked by our telemetry code and straight by its own sessions. */
import { lookup } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Session } from 'chdb'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import type { ProbedChannel } from '../../src/telemetry/series.ts'
import { viewerSeries } from '../../src/telemetry/viewers.ts'
import { fillProbes, openBenchClickHouse, probedUserId } from '../support/clickhouse-data.ts'
import { serve } from '../support/rpc.ts'

export type SeriesStart = { directory: string; channels: number; endSeconds: number }
export type SeriesSlice = { wallMs: number; latenciesMs: number[] }
/** How long looks at the thread pool and light queries took, in milliseconds. */
export type Looks = { lookupsMs: number[]; lightsMs: number[] }

const batchSize = 50
const preparedTexts = 64
const dayMs = 86_400_000

const bytesPerRow = namedQuery({
  name: 'bench_bytes_per_row',
  // Without the sums by hour and day that the parts carry.
  sql: `SELECT (sum(bytes_on_disk) - (SELECT sum(bytes_on_disk) FROM system.projection_parts WHERE active AND table = 'kick_streamer_probe'))
      / sum(rows) AS bytes
    FROM system.parts WHERE active AND table = 'kick_streamer_probe'`,
  row: { bytes: number },
})
const heavy = namedQuery({
  name: 'bench_heavy',
  pool: 'heavy',
  sql: 'SELECT toFloat64(sum(cityHash64(ts, viewer_count))) AS found FROM kick_streamer_probe',
  row: { found: number },
})

let store: ClickHouse
let oneSession: ClickHouse
let bare: Session
let channels: number
let end: Date
const texts: string[] = []

const channelAt = (n: number): ProbedChannel => ({
  channelId: BigInt(n + 1),
  platform: 'kick',
  platformUserId: probedUserId(n),
  firstSeenAt: new Date(0),
  lastProbedAt: end,
  intervalSeconds: 60,
})
const random = (below: number) => Math.floor(Math.random() * below)
const randomChannels = (count: number): ProbedChannel[] => {
  const first = random(channels - count)
  return Array.from({ length: count }, (_, i) => channelAt(first + i))
}

/** Reads a day of so many channels that ends so many milliseconds before the end. */
const series = async (through: ClickHouse, count: number, before = 0): Promise<void> => {
  const to = end.getTime() - before
  const found = await viewerSeries(through, {
    env: 'bench',
    channels: randomChannels(count),
    range: { from: new Date(to - dayMs), to: new Date(to) },
    bucket: 'AUTO',
    maxPoints: 500,
    timezone: 'UTC',
    fill: 'NULL',
    now: end,
    completeThrough: end,
  })
  for (const { points, summary } of found.values()) {
    if (points.length !== 288 || summary.samples < 1_439)
      throw new Error(`${points.length} points of ${summary.samples} samples.`)
  }
}

/** Remembers the statements that our code sends for single series. */
const prepareTexts = async (): Promise<void> => {
  type Rendered = { template: { render(parameters: object): string } }
  const remember = ({ template }: Rendered, parameters: object, format = 'JSONColumns') =>
    texts.push(`${template.render(parameters)}\nFORMAT ${format}`)
  const reader: Pick<ClickHouse, 'columns' | 'numbers'> = {
    columns: (query, parameters, options) => {
      remember(query, parameters)
      return store.columns(query, parameters, options)
    },
    numbers: (query, parameters, options) => {
      remember(query, parameters, 'Native')
      return store.numbers(query, parameters, options)
    },
  }
  const recording: ClickHouse = {
    ...store,
    ...reader,
    together: ({ things, ask }) => ask(things, reader),
  }
  for (let n = 0; n < preparedTexts; n++) await series(recording, 1)
  if (texts.length !== preparedTexts) throw new Error(`${preparedTexts} series took ${texts.length} statements.`)
}

/** How long before the end a range ends that nobody else asks for, so that each series is planned and asked for by itself. */
const ownRange = (): number => random(500) * 300_000

const calls: Record<string, () => Promise<unknown>> = {
  'select-1': () => bare.queryAsync('SELECT 1'),
  engine: () => bare.queryAsync(texts[random(texts.length)]!),
  ours: () => series(store, 1, ownRange()),
  'ours-batch': () => series(store, batchSize),
  company: () => series(store, 1),
  pool: () => series(store, 1, ownRange()),
  'one-session': () => series(oneSession, 1, ownRange()),
}

const oneSlot = { slots: 1 }

serve({
  async start(options: SeriesStart) {
    const { directory, endSeconds } = options
    channels = options.channels
    end = new Date(endSeconds * 1_000)
    await using filling = await openBenchClickHouse(directory)
    await fillProbes(filling, channels, endSeconds)
  },

  async open(directory: string): Promise<{ bytesPerRow: number }> {
    store = await openClickHouse({ directory })
    oneSession = await openClickHouse({ directory, queryPools: { light: oneSlot, heavy: oneSlot } })
    bare = new Session(directory)
    await bare.queryAsync('USE vf')
    await prepareTexts()
    return { bytesPerRow: (await store.query(bytesPerRow, {}))[0]!.bytes }
  },

  /** Makes so many calls, so many of them at a time. */
  async slice({ variant, count, atOnce }: { variant: string; count: number; atOnce: number }): Promise<SeriesSlice> {
    const latenciesMs: number[] = []
    let left = count
    const loop = async () => {
      while (left-- > 0) {
        const since = performance.now()
        await calls[variant]!()
        latenciesMs.push(performance.now() - since)
      }
    }
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: atOnce }, loop))
    return { wallMs: performance.now() - startedAt, latenciesMs }
  },

  /** Looks up a name and asks a light query again and again, while so many heavy queries are queued or, without any, for a while. */
  async looks(heavies: number): Promise<Looks> {
    let busy = true
    const heavyQueries = Array.from({ length: heavies }, () => store.query(heavy, {}))
    const over = (heavies > 0 ? Promise.all(heavyQueries) : delay(500)).finally(() => {
      busy = false
    })
    const repeated = async (work: () => Promise<unknown>): Promise<number[]> => {
      const latenciesMs: number[] = []
      while (busy) {
        const since = performance.now()
        await work()
        latenciesMs.push(performance.now() - since)
        await delay(5)
      }
      return latenciesMs
    }
    const [lookupsMs, lightsMs] = await Promise.all([
      repeated(() => lookup('localhost')),
      repeated(() => store.ping()),
      over,
    ])
    return { lookupsMs, lightsMs }
  },
})
