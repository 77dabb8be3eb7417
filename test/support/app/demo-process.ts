import { writeFile } from 'node:fs/promises'
import { prepareDemo } from '../../../src/app/prepare-demo.ts'
import { replayPeople } from '../../../src/app/replay-people.ts'
import { startDemo } from '../../../src/demo/demo.ts'
import { openSpool, type Spool } from '../../../src/ingest/spool.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createKickPlatform } from '../../../src/platforms/kick/kick-platform.ts'
import { probeFormat } from '../../../src/stores/clickhouse/tables/kick-streamer-probe.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { decodeDelivery, deliveryQueue } from '../../../src/webhooks/delivery-row.ts'
import { kickReader } from '../webhooks/delivery-readers.ts'

/** At which call of the spool the process ends, and how: killed before or after it, or told to stop. */
export type Interruption = { call: 'append' | 'take' | 'settle'; n: number; how: 'before' | 'after' | 'told' }

export type DemoProcessOptions = {
  databaseUrl: string
  directory: string
  /** The instant at which everything happens, in epoch milliseconds. */
  at: number
  channels: number
  pollIntervalSeconds: number
  interruption?: Interruption
  /** Where what the spool then holds is written. */
  result: string
}

/** What a whole past has left in the spool: rows of probes, and the ids of deliveries, both in order. */
export type DemoResult = { probes: string[]; deliveries: string[]; calls: Record<Interruption['call'], number> }

// A process that makes a database and a spool ready for the demo, and can be made to die on the way.
const options: DemoProcessOptions = JSON.parse(process.argv[2]!)
const { databaseUrl, directory, at, channels, pollIntervalSeconds, interruption, result } = options
const clock = () => at
const stopping = new AbortController()
const calls = { append: 0, take: 0, settle: 0 }

await using db = openPostgres({ url: databaseUrl, log: silentLog, max: 4, connectTimeoutMs: 60_000 })
await using spool = await openSpool({ directory, maxBytes: 1024 ** 3, log: silentLog, clock })
const interrupted = <Call extends Interruption['call']>(call: Call): Spool[Call] =>
  (async (...args: unknown[]) => {
    calls[call] += 1
    const isNow = interruption?.call === call && interruption.n === calls[call]
    if (isNow && interruption.how === 'told') stopping.abort()
    if (isNow && interruption.how === 'before') process.kill(process.pid, 'SIGKILL')
    const value = await (spool[call] as (...args: unknown[]) => Promise<unknown>)(...args)
    if (isNow && interruption.how === 'after') process.kill(process.pid, 'SIGKILL')
    return value
  }) as Spool[Call]

await using demo = await startDemo({ channels, clock })
await using platform = createKickPlatform({
  apiUrl: demo.kick.url,
  idUrl: demo.kick.url,
  ...demo.kick.credentials,
  requestsPerSecond: Number.POSITIVE_INFINITY,
  clock,
  log: silentLog,
})
try {
  const interruptible = {
    append: interrupted('append'),
    take: interrupted('take'),
    settle: interrupted('settle'),
    backlogs: spool.backlogs,
  }
  await prepareDemo({
    demo,
    db,
    platform,
    reader: kickReader,
    spool: interruptible,
    tier: 'test',
    pollIntervalSeconds,
    hours: 1,
    log: silentLog,
    signal: stopping.signal,
  })
  await replayPeople(
    { demo, db, spool: { ...interruptible, split: spool.split }, headerPrefix: undefined },
    stopping.signal,
  )
} catch (error) {
  if (!stopping.signal.aborted) throw error
}

const rowsOf = async (table: string): Promise<string[]> => {
  const rows: string[] = []
  for (;;) {
    const batch = await spool.take(table)
    if (!batch) return rows
    rows.push(...Buffer.from(batch.body).toString().split('\n').slice(0, -1))
    await spool.settle(batch)
  }
}
if (!stopping.signal.aborted) {
  const deliveries = (await rowsOf(deliveryQueue.table)).map((line) => decodeDelivery(line).messageId)
  const found: DemoResult = { probes: await rowsOf(probeFormat.table), deliveries, calls }
  await writeFile(result, JSON.stringify(found))
}
