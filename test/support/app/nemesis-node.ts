import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { mountSmallDisk } from '../ingest/small-disk.ts'
import { startFaultProxy } from '../lib/fault-proxy.ts'
import type { ClusterNode, startCluster } from '../stores/cluster.ts'
import { stillRunning } from './processes.ts'

const preload = pathToFileURL(fileURLToPath(new URL('./shifted-clock.mjs', import.meta.url))).href
const hourMs = 3_600_000

type Cluster = Awaited<ReturnType<typeof startCluster>>

/** Something that goes wrong with one node; `end` mends it. */
export type Fault = { name: string; begin(): Promise<void>; end(): Promise<void> }

/** One process on stores and a disk that can fail it, and what can go wrong with it. */
export type NemesisNode = {
  readonly name: string
  readonly faults: readonly Fault[]
  /** Where it serves now. */
  url(): string
  /** What it said last, once it has ended although nobody ended it; null while it lives. */
  lastWords(): Promise<string | null>
}

/** A child may end by itself meanwhile. */
const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const proxied = (address: string, port: number): string => {
  const url = new URL(address)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return url.href
}

/** Starts a node; `serves` hears its address now and after each restart. */
export const startNemesisNode = async (
  cluster: Cluster,
  { name, directory, serves }: { name: string; directory: string; serves: (name: string, url: string) => void },
  opened: AsyncDisposableStack,
): Promise<NemesisNode> => {
  const through = async (address: string) => {
    const { hostname: host, port } = new URL(address)
    return opened.use(await startFaultProxy({ host, port: Number(port) }))
  }
  const postgres = await through(cluster.databaseUrl)
  const clickHouse = await through(cluster.front.url)
  const dataDirectory = path.join(directory, name)
  const disk = mountSmallDisk(dataDirectory, 32)
  if (disk) opened.use(disk)
  const clockFile = path.join(directory, `${name}.clock`)
  const setClock = (offsetMs: number) => writeFileSync(clockFile, String(offsetMs))
  setClock(0)

  let node: ClusterNode
  const start = async (): Promise<void> => {
    node = await cluster.start(name, {
      WORKERS: 'poller',
      DATA_DIR: dataDirectory,
      DATABASE_URL: proxied(cluster.databaseUrl, postgres.port),
      CLICKHOUSE_URL: proxied(cluster.front.url, clickHouse.port),
      NODE_OPTIONS: `--import=${preload}`,
      CLOCK_OFFSET_FILE: clockFile,
    })
    serves(name, node.url)
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (signal === 'SIGKILL') for (const pid of stillRunning(node.tree())) killIfThere(pid)
    else node.kill(signal)
    await node.ended
  }
  await start()

  const clock = (offsetMs: number): Fault => ({
    name: `clock ${offsetMs > 0 ? '+' : ''}${offsetMs / hourMs} h`,
    begin: async () => setClock(offsetMs),
    end: async () => setClock(0),
  })
  /** The clock is wrong when the process begins, and is set right while it lives. */
  const restartedWithClock = (offsetMs: number): Fault => ({
    name: `restarted with the clock ${offsetMs > 0 ? '+' : ''}${offsetMs / hourMs} h`,
    begin: async () => {
      setClock(offsetMs)
      await end('SIGKILL')
      await start()
    },
    end: async () => setClock(0),
  })
  const cut = (what: string, proxy: typeof postgres, mode: 'blackhole' | 'refuse' | 'reset'): Fault => ({
    name: `${what}: ${mode}`,
    begin: () => proxy.set(mode),
    end: () => proxy.set('pass'),
  })
  const signals = (name: string, first: NodeJS.Signals, then: NodeJS.Signals): Fault => ({
    name,
    begin: async () => node.kill(first),
    end: async () => node.kill(then),
  })
  const restarts = (name: string, signal: NodeJS.Signals): Fault => ({
    name,
    begin: () => end(signal),
    end: start,
  })
  const faults: Fault[] = [
    cut('Postgres', postgres, 'blackhole'),
    cut('Postgres', postgres, 'refuse'),
    cut('ClickHouse', clickHouse, 'blackhole'),
    cut('ClickHouse', clickHouse, 'reset'),
    signals('frozen', 'SIGSTOP', 'SIGCONT'),
    restarts('kill -9', 'SIGKILL'),
    restarts('stopped', 'SIGTERM'),
    clock(2 * hourMs),
    clock(-2 * hourMs),
    restartedWithClock(2 * hourMs),
    restartedWithClock(-2 * hourMs),
  ]
  if (disk) faults.push({ name: 'disk full', begin: async () => disk.fill(), end: async () => disk.free() })
  return {
    name,
    faults,
    url: () => node.url,
    lastWords: () => Promise.race([node.ended.then(() => node.stderr().slice(-4_000)), delay(100, null)]),
  }
}
