/**
 * Appends numbered rows to the spool in `<home>/spool` until it is killed, or until the disk has refused three of them:
 * `node ingest-writer.ts <home> [engine url] [first number]`. What it tries and what it was promised is in
 * `<home>/said.log`, which outlives it; standard output, part of which can die with it, only tells the pace.
 */
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { defaultBatchLimits } from '../../../src/ingest/batch-limits.ts'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { rowFormat } from '../../../src/stores/clickhouse/tables/row-format.ts'
import { engineSink, type Fault } from './ingest-engine.ts'

const [home, url, first = '1'] = process.argv.slice(2)
const formats = ['vf.sample', 'vf.other'].map((table) =>
  rowFormat(table, { n: 'UInt64', at: 'DateTime64(3)', note: 'String' }),
)
const months = [Date.UTC(2026, 0, 31), Date.UTC(2026, 1, 1)]
const faults: Fault[] = ['none', 'none', 'none', 'refused', 'lost', 'late']
const said = openSync(join(home!, 'said.log'), 'a')
const say = (line: string): void => {
  writeSync(said, `${line}\n`)
  process.stdout.write('\n')
}

let number = Number(first)
let failures = 0

const appendSome = async (): Promise<void> => {
  const from = number
  const count = url ? 1 + Math.floor(Math.random() * 5) : 1
  number += count
  const format = formats[url ? from % 2 : 0]!
  const rows = Array.from({ length: count }, (_, i) =>
    format.render({ n: from + i, at: new Date(months[i % 2]!), note: url ? 'a "b"\n\\' : 'x'.repeat(4_000) }),
  )
  const numbers = rows.map((_, i) => from + i).join(' ')
  say(`try ${numbers}`)
  try {
    await spool.append(format, rows)
    say(`acked ${numbers}`)
  } catch (error) {
    failures += 1
    say(`failed ${(error as Error).name}`)
  }
}

const limits = { ...defaultBatchLimits, maxRows: 40, maxDelayMs: 5 }
await using spool = await openSpool({
  directory: join(home!, 'spool'),
  maxBytes: 1e9,
  log: silentLog,
  clock: Date.now,
  limits,
})
say('opened')
if (url) {
  const sink = engineSink(url, () => faults[Math.floor(Math.random() * faults.length)]!)
  startShipper({ spool, sink, log: silentLog, clock: Date.now, backoff: { baseMs: 5, maxMs: 50 } })
}
const appender = async (): Promise<void> => {
  while (failures < 3) await appendSome()
}
await Promise.all(Array.from({ length: url ? 4 : 1 }, appender))
