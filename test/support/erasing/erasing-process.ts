import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseKeyRing } from '../../../src/config/key-ring.ts'
import { startErasing } from '../../../src/erasing/erasing.ts'
import { readErasures } from '../../../src/erasing/erasure-store.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { sleep } from '../../../src/lib/backoff.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { openFileObjects } from '../../../src/stores/objects/file-objects.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'

/** What a process that erases is started with. */
export type ErasingProcessOptions = {
  databaseUrl: string
  directory: string
  keys: string
  /** It dies at its so manieth call to a store: before it where that is odd, else while it is under way. Absent: never. */
  dieAt?: number
}

/** Counts the calls to all stores, and dies at the one that it is told. */
const mortality = (dieAt: number | undefined) => {
  let calls = 0
  const die = () => process.kill(process.pid, 'SIGKILL')
  const counted = <Work extends (...args: never[]) => unknown>(work: Work): Work =>
    ((...args: Parameters<Work>) => {
      const isLast = ++calls === dieAt
      if (isLast && calls % 2 === 1) die()
      const answer = work(...args)
      if (isLast) setImmediate(die)
      return answer
    }) as Work
  return <T extends object>(store: T, names: readonly (keyof T)[]): T =>
    new Proxy(store, {
      get: (target, name) => {
        const value = Reflect.get(target, name)
        return typeof value === 'function' && names.includes(name as keyof T) ? counted(value.bind(target)) : value
      },
    })
}

/** Erases whatever was asked for until nothing is under way, as a node would. */
const run = async ({ databaseUrl, directory, keys, dieAt }: ErasingProcessOptions): Promise<void> => {
  const mortal = mortality(dieAt)
  await using pool = openPostgres({ url: databaseUrl, log: silentLog, max: 2, connectTimeoutMs: 60_000 })
  const db = mortal(pool, ['query', 'transaction'])
  await using clickHouse = await openClickHouse({ directory: path.join(directory, 'clickhouse') })
  const spoolDirectory = path.join(directory, 'spool')
  await using spool = await openSpool({ directory: spoolDirectory, maxBytes: 1e9, log: silentLog, clock: Date.now })
  await using objects = openFileObjects(path.join(directory, 'objects'))
  await using _ = startErasing({
    databases: { dm: db, public: db },
    stores: {
      clickHouse: mortal(clickHouse, ['query', 'command', 'insertBatch', 'stream']),
      objects: mortal(objects, ['put', 'get', 'list', 'remove']),
    },
    env: 'test',
    environment: { name: 'test' },
    ring: parseKeyRing(keys)!,
    node: 'node-of-the-test',
    platforms: null,
    ownsDatabase: false,
    onEmptied: async () => undefined,
    forgetImports: async () => true,
    spool,
    log: silentLog,
    everyMs: 20,
  })
  while ((await readErasures(pool, 100)).some(({ finishedAt }) => finishedAt === null)) await sleep(20)
  process.stdout.write('done\n')
}

/** Runs such a process; whether it was done before it died. */
export const runErasingProcess = async (options: ErasingProcessOptions): Promise<boolean> => {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, complaint] = ['', '']
  child.stderr.on('data', (chunk) => (complaint += chunk))
  child.stdout.on('data', (chunk) => (said += chunk))
  const [code, signal] = await once(child, 'close')
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(complaint)
  return said.includes('done')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(JSON.parse(process.argv[2]!))
