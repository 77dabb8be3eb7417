import { sleep } from '../lib/backoff.ts'
import { ageOf, type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { readWatermark } from './archive-log.ts'

export type ArchiveLagOptions = {
  db: Transaction
  env: string
  /** After how many days ClickHouse drops a message now, archived or not. */
  retentionDays: () => number
  clock: Clock
  steady?: Steady
  log: Log
  /** How often the watermark is read. */
  everyMs?: number
}

/** Watches how far the archive is behind. */
export type ArchiveLag = AsyncDisposable & {
  /** Seconds since the arrival up to which everything is archived; null as long as there was nothing to archive. */
  lagSeconds(): number | null
  /** From how many seconds on it warns. */
  alarmSeconds(): number
}

const hourMs = 3_600_000

/** A day, or a quarter of the retention where that is less: late enough for one failed night, and early enough to mend it. */
export const alarmSecondsOf = (retentionDays: number): number => Math.min(86_400, (retentionDays * 86_400) / 4)

/** Reads the watermark every minute, on every node, so that the lag grows also where no export ever runs. */
export const watchArchiveLag = (options: ArchiveLagOptions): ArchiveLag => {
  const { db, env, retentionDays, clock, steady = systemSteady, log, everyMs = 60_000 } = options
  const stopping = new AbortController()
  const alarmSeconds = () => alarmSecondsOf(retentionDays())
  let through: number | null = null
  let warnedAt = Number.NEGATIVE_INFINITY
  const lagSeconds = () => (through === null ? null : ageOf(through, clock()) / 1000)

  const look = async (): Promise<void> => {
    const watermark = await readWatermark(db, env)
    through = watermark === null || watermark.getTime() === 0 ? null : watermark.getTime()
    const lag = lagSeconds()
    if (lag === null || lag < alarmSeconds() || steady() - warnedAt < hourMs) return
    warnedAt = steady()
    log.warn(
      { lagHours: Math.round(lag / 360) / 10, retentionDays: retentionDays() },
      'the chat archive is far behind: messages are dropped from ClickHouse at the end of their retention, archived or not',
    )
  }

  // A database that says nothing holds up no stop: its pool ends the statement.
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const looked = look().catch((error: unknown) =>
        log.debug({ err: reasonText(error) }, 'the lag of the chat archive is not known'),
      )
      await Promise.race([looked, stopped])
      await sleep(everyMs, stopping.signal)
    }
  }
  const running = run()
  return {
    lagSeconds,
    alarmSeconds,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
