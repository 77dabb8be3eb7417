import { sleep } from '../lib/backoff.ts'
import { ageOf, type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { readWatermark } from './archive-log.ts'

type ArchiveLagOptions = {
  db: Transaction
  env: string
  /** After how many days ClickHouse drops a message, archived or not. */
  retentionDays: () => number
  clock: Clock
  steady?: Steady
  log: Log
  /** How often the watermark is read. */
  everyMs?: number
}

/** How far the archive is behind. */
export type ArchiveLag = AsyncDisposable & {
  /** Seconds since the arrival up to which everything is archived; null until there was something to archive. */
  lagSeconds(): number | null
  /** The lag at which it begins to warn. */
  alarmSeconds(): number
}

const hourMs = 3_600_000

/** The lag that deserves a warning: a day, so that one bad night is no alarm, or a quarter of the retention where that is less. */
export const alarmSecondsOf = (retentionDays: number): number => Math.min(86_400, (retentionDays * 86_400) / 4)

/** Reads the watermark every minute, on every node, so that the lag is known also where no export runs. */
export const watchArchiveLag = (options: ArchiveLagOptions): ArchiveLag => {
  const { db, env, retentionDays, clock, steady = systemSteady, log, everyMs = 60_000 } = options
  const stopping = new AbortController()
  const alarmSeconds = () => alarmSecondsOf(retentionDays())
  let through: number | null = null
  let warnedAt = Number.NEGATIVE_INFINITY
  const lagSeconds = () => (through === null ? null : ageOf(through, clock()) / 1000)

  const poll = async (): Promise<void> => {
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

  // A database that does not answer must not delay the stop; its pool ends the statement later.
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const polled = poll().catch((error: unknown) =>
        log.debug({ err: reasonText(error) }, 'the lag of the chat archive is not known'),
      )
      await Promise.race([polled, stopped])
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
