import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { silentLog } from '../../src/lib/log.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'
import { startEmbeddedPostgres } from '../../src/stores/postgres/embedded.ts'
import { fillLarge, fillLargeHistory } from '../../test/support/legacy/large.ts'
import { makeLegacyHistory, makeLegacyTables, onConnection } from '../../test/support/legacy/legacy-database.ts'
import { startOldWriters } from '../../test/support/legacy/old-writers.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { atMost, goal, type Row } from '../support/report.ts'

const sizes = { users: 50_000, sessions: 1_000_000, probes: 10_000_000, chat: 3_000_000, deliveries: 300_000 }
const quickSizes = { users: 5_000, sessions: 50_000, probes: 500_000, chat: 150_000, deliveries: 15_000 }

const root = path.resolve(import.meta.dirname, '../..')

type Line = { step?: string; seconds?: number; isDone?: boolean; phase?: string; rowsDone?: number }

/** Runs a command of `adopt` and answers its lines with when they came, in seconds since its start. */
const adopt = async (args: readonly string[], env: Record<string, string>, signal: AbortSignal) => {
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['bin/channelscope.cjs', 'adopt', ...args, '--json'], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  const ended = once(child, 'close')
  const errors = text(child.stderr)
  const lines: (Line & { at: number })[] = []
  for await (const line of createInterface({ input: child.stdout }))
    lines.push({ ...(JSON.parse(line) as Line), at: (performance.now() - startedAt) / 1_000 })
  const [code] = await ended
  if (code !== 0) throw new Error(`adopt ${args.join(' ')} ended with ${code}: ${await errors}`)
  return { lines, seconds: (performance.now() - startedAt) / 1_000 }
}

/** What was told of each step, and how long it took. */
const stepRows = (told: readonly Line[], real: readonly (Line & { at: number })[]): Row[] => {
  let before = 0
  return real.flatMap(({ step, isDone, at, rowsDone = 0 }) => {
    if (!isDone || step === undefined) return []
    const seconds = at - before
    before = at
    return [
      {
        variant: step,
        values: { rows: rowsDone, 'told s': told.find((line) => line.step === step)?.seconds ?? 0, 'real s': seconds },
      },
    ]
  })
}

/** A running system of a million sessions is adopted while its writers go on. */
export const adoptCase: BenchCase = {
  name: 'adopt',
  onlyByName: true,
  async *run({ quick, directory, signal, progress }: BenchContext) {
    await using stack = new AsyncDisposableStack()
    const size = quick ? quickSizes : sizes
    const server = stack.use(
      await startEmbeddedPostgres({
        directory: path.join(directory, 'adopt-postgres'),
        log: silentLog,
        database: 'legacy',
      }),
    )
    const dataDir = path.join(directory, 'adopt-data')
    await mkdir(dataDir)
    holdDataDirectory(dataDir)[Symbol.dispose]()
    progress(`filling a system of before: ${size.sessions} sessions, ${size.probes} probes, ${size.chat} messages`)
    await makeLegacyTables(server.url)
    await onConnection(server.url, (client: pg.Client) => fillLarge(client, size))
    {
      await using history = await openClickHouse({
        directory: path.join(dataDir, 'clickhouse'),
        queryPools: { write: { timeoutMs: 600_000 } },
      })
      await makeLegacyHistory(history)
      await fillLargeHistory(history, size)
    }
    const env = { DATABASE_URL: server.url, DATA_DIR: dataDir, ENVIRONMENT: 'production', DEMO: 'off' }

    // What the machine itself makes the same writers wait, without us.
    progress('writers alone')
    const alone = await (async () => {
      await using writing = await startOldWriters({ url: server.url, firstUser: 91_000_000, usersEach: 1_000, seed: 2 })
      await delay(quick ? 20_000 : 60_000, undefined, { signal })
      return writing.stop()
    })()

    const writers = stack.use(await startOldWriters({ url: server.url, firstUser: 90_000_000, usersEach: 1_000 }))
    progress('asking how long it will take')
    const plan = await adopt(['plan'], env, signal)
    const told = plan.lines.find(({ phase, seconds }) => phase !== undefined && seconds !== undefined)!.seconds!

    progress(`Phase A with writers, told to take ${Math.round(told)} s`)
    const phase = await adopt(['phase-a'], env, signal)
    const { statements, failures, latencies, worstMs } = await writers.stop()

    yield {
      title: `statements of the old system during Phase A, ${size.sessions} sessions and ${size.probes} probes, in ms`,
      rows: latencies.map(({ kind, count, median, p99, worst }) => ({
        variant: kind,
        values: {
          statements: count,
          'p50 ms': median,
          'p99 ms': p99,
          'worst ms': worst,
          'alone p99 ms': alone.latencies.find((one) => one.kind === kind)?.p99 ?? 0,
          'alone worst ms': alone.latencies.find((one) => one.kind === kind)?.worst ?? 0,
        },
      })),
      goals: [
        goal('G15', 'greatest wait of a statement during Phase A', worstMs, atMost(1_000, 250), 'ms'),
        goal('G15', `failed statements of ${statements} during Phase A`, failures.length, atMost(0), ''),
      ],
    }
    yield {
      title: `Phase A as told and as it was, plan ${plan.seconds.toFixed(1)} s`,
      rows: [
        ...stepRows(plan.lines, phase.lines),
        { variant: 'in all', values: { 'told s': told, 'real s': phase.seconds } },
      ],
      goals: [
        goal(
          'G15',
          'time told against time taken',
          Math.max(told / phase.seconds, phase.seconds / told),
          atMost(2, 1.3),
        ),
      ],
    }
  },
}
