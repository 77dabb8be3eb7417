/**
 * A process that does nothing but poll and ship what it sees, until SIGTERM or until standard input closes:
 * `node poller-process.ts '<PollerProcessOptions>'`. Says on standard output which probes it is about to put into the spool and which the spool has taken.
 */
import { defaultBatchLimits } from '../../../src/ingest/batch-limits.ts'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { silentLog as log } from '../../../src/lib/log.ts'
import { createKickPlatform } from '../../../src/platforms/kick/kick-platform.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { startPoller } from '../../../src/workers/poller.ts'
import { probeAppender } from '../../../src/workers/probe-rows.ts'
import type { ProbeRow } from '../../../src/workers/record-probes.ts'
import { type QuickTime, quickClock } from '../lib/quick-clock.ts'

export type PollerProcessOptions = {
  databaseUrl: string
  clickHouseUrl: string
  spoolDirectory: string
  kick: { apiUrl: string; idUrl: string; clientId: string; clientSecret: string }
  time: QuickTime
}

const options: PollerProcessOptions = JSON.parse(process.argv[2]!)
const clock = quickClock(options.time)
const say = (word: string, probes: readonly ProbeRow[]): void => {
  process.stdout.write(`${word} ${probes.map((probe) => `${probe.platformUserId}@${probe.at.getTime()}`).join(' ')}\n`)
}

const stopped = new Promise((resolve) => process.once('SIGTERM', resolve))
process.stdin.once('end', () => process.exit(1)).resume()
await using resources = new AsyncDisposableStack()
const db = resources.use(openPostgres({ url: options.databaseUrl, log, max: 6 }))
const sink = resources.use(await openClickHouse({ url: options.clickHouseUrl }))
const limits = { ...defaultBatchLimits, maxRows: 40, maxDelayMs: 20 }
const spool = resources.use(
  await openSpool({ directory: options.spoolDirectory, maxBytes: 1e9, log, clock: Date.now, limits }),
)
const shipper = resources.use(startShipper({ spool, sink, log, clock: Date.now, backoff: { baseMs: 20, maxMs: 200 } }))
const kick = resources.use(
  createKickPlatform({ ...options.kick, requestsPerSecond: Number.POSITIVE_INFINITY, clock, log }),
)
const append = probeAppender(spool, 'crash')
const poller = startPoller({
  db,
  // Several calls for a few channels.
  platform: { ...kick, liveBatchSize: 10 },
  pollIntervalSeconds: () => 1,
  idleMs: 50,
  appendProbes: async (probes) => {
    say('try', probes)
    await append(probes)
    say('acked', probes)
  },
  clock,
  log,
})
process.stdout.write('polling\n')
await stopped
await poller[Symbol.asyncDispose]()
if (!(await shipper.flush(60_000))) process.exitCode = 1
process.stdin.destroy()
