import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startDelivering } from '../../../src/alerts/deliver.ts'
import { followLogs } from '../../../src/alerts/follow.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { postTo } from './receiver.ts'

/** A node that tells alerts, in a process of its own. */
export type AlertProcess = AsyncDisposable & {
  /** As a crash of its machine would; resolves when it is gone. */
  kill(): Promise<void>
  /** The heap in use after each collection, in MB, since it began. */
  heaps(): readonly number[]
}

/** Starts a node on the databases of both sides; resolves when it follows the logs. */
export const startAlertProcess = async (urls: { dm: string; public: string }): Promise<AlertProcess> => {
  const child = spawn(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), urls.dm, urls.public], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const heaps: number[] = []
  const begun = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      if (line === 'following') begun.resolve()
      else heaps.push(Number(line))
    }
  })
  await begun.promise
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  return { kill, heaps: () => heaps, [Symbol.asyncDispose]: kill }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dmUrl, publicUrl] = process.argv.slice(2) as [string, string]
  const dm = openPostgres({ url: dmUrl, log: silentLog, max: 3 })
  const environment = dmUrl === publicUrl ? dm : openPostgres({ url: publicUrl, log: silentLog, max: 3 })
  const deliverer = startDelivering({
    db: environment,
    openTarget: ({ settings }) => postTo(String(settings.url)),
    log: silentLog,
    plan: {
      ...{ baseMs: 20, maxMs: 300, attempts: 1_000, pauseAfterMs: 86_400_000 },
      ...{ failuresBeforeWait: 3, longestTargetWaitMs: 100 },
    },
    timeoutMs: 300,
    leaseMs: 1_000,
    pollMs: 100,
  })
  const follower = followLogs({
    databases: { dm, public: environment },
    pageUrl: (platform, slug) => `https://${platform}.test/${slug}`,
    log: silentLog,
    onAlerts: deliverer.wake,
    pollMs: 500,
  })
  let told = false
  setInterval(() => {
    if (!told && follower.lastEndMs() !== null) {
      told = true
      process.stdout.write('following\n')
    }
  }, 10)
  setInterval(() => {
    globalThis.gc?.()
    process.stdout.write(`${(process.memoryUsage().heapUsed / 1e6).toFixed(1)}\n`)
  }, 1_000)
}
