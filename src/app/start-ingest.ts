import path from 'node:path'
import type { Config } from '../config/config.ts'
import { lossOfSpool } from '../ingest/known-losses.ts'
import { lostWithSpool } from '../ingest/node-backlogs.ts'
import { type Shipper, startShipper } from '../ingest/shipper.ts'
import { openSpool, type Spool } from '../ingest/spool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { gauge, type MetricSource, metricsPer } from '../lib/metric.ts'
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

const spoolBytes = 4 * 1024 ** 3
const flushMs = 5_000

/** Opens the spool of a data directory. */
export const openSpoolOf = ({ dataDir }: Config, clock: Clock, log: Log): Promise<Spool> =>
  openSpool({ directory: path.join(dataDir, 'spool'), maxBytes: spoolBytes, log, clock })

const ingestMetrics = (spool: Spool, shipper: Shipper): MetricSource[] => {
  const waiting = metricsPer('table', () => Object.entries(spool.stats().tables))
  const shipped = metricsPer('table', () => Object.entries(shipper.stats()))
  return [
    waiting.gauge(
      'spool_rows',
      'Rows on disk that wait for ClickHouse, or in a queue (@) for their projection.',
      ({ rows }) => rows,
    ),
    waiting.gauge('spool_bytes', 'Bytes of rows on disk that wait.', ({ bytes }) => bytes),
    waiting.gauge(
      'spool_oldest_age_seconds',
      'Age of the oldest row on disk that waits.',
      ({ oldestAgeMs }) => oldestAgeMs / 1_000,
    ),
    gauge(
      'spool_max_bytes',
      'Bytes of rows, dead letters included, beyond which nothing is taken.',
      () => spool.stats().maxBytes,
    ),
    gauge('spool_dead_letters', 'Rows that ClickHouse refuses.', () => spool.stats().deadLetters),
    shipped.counter('shipper_batches_total', 'Batches that ClickHouse has stored.', ({ batches }) => batches),
    shipped.counter('shipper_rows_total', 'Rows that ClickHouse has stored.', ({ rows }) => rows),
    shipped.counter(
      'shipper_failures_total',
      'Attempts to store a batch that failed; each is repeated.',
      ({ failuresInAll }) => failuresInAll,
    ),
  ]
}

/**
 * Opens the spool, finds out what is lost, and ships as soon as ClickHouse has its tables. Disposing sends on what it can in five
 * seconds.
 */
export const startIngest = async ({ config, stores, clock, log, signal }: IngestOptions) => {
  const { clickHouse, databases } = stores
  const db = databases.dm
  await using opened = new AsyncDisposableStack()
  const spool = opened.use(await openSpoolOf(config, clock, log))
  const losses = opened.use(await startKnownLosses({ config, db, log }))
  if (!clickHouse.isServer)
    opened.use(await startPartWatch({ directory: config.dataDir, clickHouse, losses, clock, log }))
  if (spool.isNew)
    await losses.tell(await lostWithSpool(db, { env: config.tier, node: nodeOf(config) }).catch(() => []))
  await losses.tell(spool.losses.map(lossOfSpool))
  if (spool.losses.length > 0) await spool.lossesTold()
  const completeness = opened.use(await startCompleteness({ config, db, spool, losses, clock, log, signal }))
  const shipper = opened.use(startShipper({ spool, sink: clickHouse, log, clock, ready: stores.clickHouseReady }))
  opened.defer(async () => void (await shipper.flush(flushMs)))
  const running = opened.move()
  return {
    spool,
    losses,
    shipper,
    history: {
      store: clickHouse,
      env: config.tier,
      completeThrough: completeness.completeThrough,
      lost: completeness.lost,
    },
    metrics: [...ingestMetrics(spool, shipper), ...losses.metrics],
    /** What is lost or held up, one sentence each. */
    degraded: () => [...losses.notices(), ...shipper.degraded()],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
