import { backoffMs, sleep } from '../lib/backoff.ts'
import { type Steady, systemSteady } from '../lib/clock.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { statusNotifyChannel } from '../sessions/apply-status.ts'
import { detailNotifyChannel } from '../sessions/detail-log.ts'
import { happeningNotifyChannel } from '../stores/postgres/happenings.ts'
import { listenAndPoll } from '../stores/postgres/listen-and-poll.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { alertNotifyChannel } from './alert-notice.ts'
import { readEpoch } from './cursor.ts'
import type { PageUrl } from './describe.ts'
import { runDecisions } from './run-decisions.ts'

export type FollowOptions = {
  databases: { dm: Postgres; public: Postgres }
  pageUrl: PageUrl
  log: Log
  /** Whether `dm` moves or has moved from here: then whoever is at its new place decides. */
  isAway?: () => Promise<boolean>
  /** Called when there may be something to deliver. */
  onAlerts(): void
  /** How often the logs are read without a notification. */
  pollMs?: number
  pageSize?: number
  steady?: Steady
}

const backoff = { baseMs: 500, maxMs: 10_000 }

/** A connection that only listens: the logs are read by who is woken, who also looks by itself. */
const quietMs = 60_000

/** Follows the logs; disposing waits for the decision under way. */
export type Follower = AsyncDisposable & {
  /** How long ago all logs were decided on to their ends, in milliseconds; null before the first time. */
  lastEndMs(): number | null
}

/** Decides on what happens, as soon as it is in a log, until it is disposed. */
export const followLogs = (options: FollowOptions): Follower => {
  const {
    databases,
    pageUrl,
    log,
    onAlerts,
    isAway = async () => false,
    pollMs = 2_000,
    pageSize = 500,
    steady = systemSteady,
  } = options
  const stop = new AbortController()
  let epoch: string | undefined
  let lastEndAt: number | null = null
  let isWoken = false
  let wakeUp = () => {}
  const wake = () => {
    isWoken = true
    wakeUp()
  }

  const decideAll = async (): Promise<void> => {
    for (let again = true; again && !stop.signal.aborted; ) {
      epoch ??= await readEpoch(databases.dm)
      const run = await runDecisions({ databases, epoch, isAway, pageUrl, pageSize })
      if (run.isAway) return
      if (run.begun) log.warn({ epoch }, 'alerts follow other logs now: what these had before is not told')
      if (run.deliveries > 0) onAlerts()
      again = run.again
    }
    lastEndAt = steady()
  }

  let failures = 0
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      isWoken = false
      try {
        await decideAll()
        failures = 0
      } catch (error) {
        epoch = undefined
        if (stop.signal.aborted) return
        log.warn({ err: reasonText(error) }, 'alerts could not be decided on; trying again')
        await sleep(250 + backoffMs(failures++, backoff), stop.signal)
        continue
      }
      if (isWoken) continue
      const waiting = new AbortController()
      wakeUp = () => waiting.abort()
      await sleep(pollMs, AbortSignal.any([stop.signal, waiting.signal]))
    }
  }

  const ofTier = listenAndPoll({
    ...{ db: databases.dm, what: 'happenings', log, pollMs: quietMs },
    channels: [statusNotifyChannel, detailNotifyChannel, happeningNotifyChannel],
    async onConnected() {
      // The database may be another one than before the connection was lost.
      epoch = undefined
    },
    poll: async () => wake(),
  })
  const ofEnvironment = listenAndPoll({
    ...{ db: databases.public, what: 'alerts', log, pollMs: quietMs },
    channels: [happeningNotifyChannel, alertNotifyChannel],
    // What was decided, or is due again, is in no log.
    onNotification(channel) {
      if (channel !== alertNotifyChannel) return false
      onAlerts()
      return true
    },
    async poll() {
      wake()
      onAlerts()
    },
  })
  const running = run()
  return {
    lastEndMs: () => (lastEndAt === null ? null : steady() - lastEndAt),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.all([running, ofTier[Symbol.asyncDispose](), ofEnvironment[Symbol.asyncDispose]()])
    },
  }
}
