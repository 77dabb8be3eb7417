import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type ExportOptions, type ExportResult, exportChat } from '../../../src/archive/export-chat.ts'
import { fixedValue } from '../../../src/lib/live-value.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../../../src/stores/objects/object-store.ts'
import { openObjects } from '../../../src/stores/objects/open-objects.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'
import { s3Credentials } from './s3-server.ts'

/** Where an exporter can be killed: before or after what it does to a store, and in the middle of writing a file. */
export const killPoints = [
  'before watermark',
  'before claim',
  'after claim',
  'before part',
  'within part',
  'after part',
  'before manifest',
  'within manifest',
  'after manifest',
  'before finish',
  'before advance',
  'after advance',
] as const
type KillPoint = (typeof killPoints)[number]

export type ExporterOptions = {
  databaseUrl: string
  clickHouseUrl: string
  dataDir: string
  s3Url?: string
  killAt?: KillPoint
}

const statementPoints: Record<string, string> = {
  chat_watermark_begin: 'watermark',
  chat_archive_lease: 'claim',
  chat_archive_finish: 'finish',
  chat_watermark_advance: 'advance',
}

const partRows = 40

/** Exports until nothing is left, as a process of its own would; dies where it is told to. */
const run = async ({ databaseUrl, clickHouseUrl, dataDir, s3Url, killAt }: ExporterOptions): Promise<void> => {
  const die = (point: string) => {
    if (point === killAt) process.kill(process.pid, 'SIGKILL')
  }
  const around = async <T>(point: string | undefined, work: () => Promise<T>): Promise<T> => {
    die(`before ${point}`)
    const done = await work()
    die(`after ${point}`)
    return done
  }
  await using db = openPostgres({ url: databaseUrl, log: silentLog, max: 2 })
  await using clickHouse = await openClickHouse({ url: clickHouseUrl })
  await using objects = openObjects({
    dataDir,
    bucket: fixedValue({ value: { s3: s3Url === undefined ? undefined : { url: s3Url, ...s3Credentials } } }),
  })
  const mortalDb: Postgres = {
    ...db,
    query: (statement, values) => around(statementPoints[statement.name], () => db.query(statement, values)),
    transaction: (work) =>
      db.transaction((tx) =>
        work({
          query: (statement, values) => around(statementPoints[statement.name], () => tx.query(statement, values)),
        }),
      ),
  }
  const mortalObjects: ObjectStore = {
    ...objects,
    put: (key, body, sha256, signal) => {
      const what = key.endsWith('manifest.json') ? 'manifest' : 'part'
      if (killAt === `within ${what}` && s3Url === undefined) {
        const file = path.join(objects.place, `${key}.partial`)
        fs.mkdirSync(path.dirname(file), { recursive: true })
        fs.writeFileSync(file, body.subarray(0, body.length >> 1))
      }
      die(`within ${what}`)
      return around(what, () => objects.put(key, body, sha256, signal))
    },
  }
  const options: ExportOptions = {
    db: mortalDb,
    clickHouse,
    objects: mortalObjects,
    env: 'test',
    log: silentLog,
    partRows,
    leaseSeconds: 1,
  }
  const total: ExportResult = { windows: 0, objects: 0, rows: 0, through: null, busy: true }
  while (total.busy) {
    const result = await exportChat(options, new AbortController().signal)
    total.windows += result.windows
    total.rows += result.rows
    total.busy = result.busy
    if (result.busy) await delay(100)
  }
  process.stdout.write(JSON.stringify(total))
}

/** Runs an exporter in a process of its own; what it did, or null when it was killed. */
export const runExporter = async (options: ExporterOptions): Promise<ExportResult | null> => {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, complaint] = ['', '']
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const [code, signal] = await once(child, 'close')
  if (signal === 'SIGKILL') return null
  if (code !== 0) throw new Error(complaint)
  return JSON.parse(said)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(JSON.parse(process.argv[2]!))
