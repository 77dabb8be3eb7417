import path from 'node:path'
import type { Config } from '../config/config.ts'
import { lossOfSpool } from '../ingest/known-losses.ts'
import { lostWithSpool } from '../ingest/node-backlogs.ts'
import { type Shipper, startShipper, type TableShipments } from '../ingest/shipper.ts'
import { openSpool, type Spool } from '../ingest/spool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { History } from '../resolvers/context.ts'
import type { Stores } from './open-stores.ts'
import { nodeOf, startCompleteness } from './start-completeness.ts'
import { startKnownLosses } from './start-known-losses.ts'
import { startPartWatch } from './start-part-watch.ts'

export type IngestOptions = {
  config: Config
  stores: Stores
  clock: Clock
  log: Log
  /** Gives up a start that waits for a store. */
  signal: AbortSignal
}

/** The way of rows to ClickHouse, and what is known of those that are under way or lost. Disposing sends on what it can in five seconds. */
export type Ingest = AsyncDisposable & {
  readonly spool: Spool
  readonly history: History
  readonly metrics: readonly MetricSource[]
  /** What is lost or held up, one sentence each. */
  degraded(): string[]
}

const spoolBytes = 4 * 1024 ** 3
const flushMs = 5_000

/** Opens the spool of a data directory. */
export const openSpoolOf = ({ dataDir }: Config, clock: Clock, log: Log): Promise<Spool> =>
  openSpool({ directory: path.join(dataDir, 'spool'), maxBytes: spoolBytes, log, clock })

const ingestMetrics = (spool: Spool, shipper: Shipper): MetricSource[] => {
  type Backlog = ReturnType<Spool['stats']>['tables'][string]
  const labels = ['table']
  const perTable = (read: (backlog: Backlog) => number) => () =>
    Object.entries(spool.stats().tables).map(([table, backlog]) => ({ labels: { table }, value: read(backlog) }))
  const perShipped = (read: (shipments: TableShipments) => number) => () =>
    Object.entries(shipper.stats()).map(([table, shipments]) => ({
      labels: { table },
      value: read(shipments),
    }))
  return [
    {
      name: 'spool_rows',
      help: 'Rows on disk that wait for ClickHouse, or in a queue (@) for their projection.',
      kind: 'gauge',
      labels,
      read: perTable(({ rows }) => rows),
    },
    {
      name: 'spool_bytes',
      help: 'Bytes of rows on disk that wait.',
      kind: 'gauge',
      labels,
      read: perTable(({ bytes }) => bytes),
    },
    {
      name: 'spool_oldest_age_seconds',
      help: 'Age of the oldest row on disk that waits.',
      kind: 'gauge',
      labels,
      read: perTable(({ oldestAgeMs }) => oldestAgeMs / 1_000),
    },
    {
      name: 'spool_max_bytes',
      help: 'Bytes of rows, dead letters included, beyond which nothing is taken.',
      kind: 'gauge',
      read: () => spool.stats().maxBytes,
    },
    {
      name: 'spool_dead_letters',
      help: 'Rows that ClickHouse refuses.',
      kind: 'gauge',
      read: () => spool.stats().deadLetters,
    },
    {
      name: 'shipper_batches_total',
      help: 'Batches that ClickHouse has stored.',
      kind: 'counter',
      labels,
      read: perShipped(({ batches }) => batches),
    },
    {
      name: 'shipper_rows_total',
      help: 'Rows that ClickHouse has stored.',
      kind: 'counter',
      labels,
      read: perShipped(({ rows }) => rows),
    },
    {
      name: 'shipper_failures_total',
      help: 'Attempts to store a batch that failed; each is repeated.',
      kind: 'counter',
      labels,
      read: perShipped(({ failuresInAll }) => failuresInAll),
    },
  ]
}

/** Opens the spool, finds out what is lost, and ships as soon as ClickHouse has its tables. */
export const startIngest = async ({ config, stores, clock, log, signal }: IngestOptions): Promise<Ingest> => {
  const { clickHouse, databases } = stores
  const db = databases.dm
  await using opened = new AsyncDisposableStack()
  const spool = opened.use(await openSpoolOf(config, clock, log))
  const losses = opened.use(await startKnownLosses({ config, db, log }))
  if (!clickHouse.isServer)
    opened.use(await startPartWatch({ directory: config.dataDir, clickHouse, losses, clock, log }))
  if (spool.isNew)
    await losses.tell(await lostWithSpool(db, { env: config.environment, node: nodeOf(config) }).catch(() => []))
  await losses.tell(spool.losses.map(lossOfSpool))
  if (spool.losses.length > 0) await spool.lossesTold()
  const completeness = opened.use(await startCompleteness({ config, db, spool, losses, clock, log, signal }))
  const shipper = opened.use(startShipper({ spool, sink: clickHouse, log, clock, ready: stores.clickHouseReady }))
  opened.defer(async () => void (await shipper.flush(flushMs)))
  const running = opened.move()
  return {
    spool,
    history: {
      store: clickHouse,
      env: config.environment,
      completeThrough: completeness.completeThrough,
      lost: completeness.lost,
    },
    metrics: [...ingestMetrics(spool, shipper), ...losses.metrics],
    degraded: () => [...losses.notices(), ...shipper.degraded()],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
