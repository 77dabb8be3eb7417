import type { Config } from './config.ts'
import type { Spool } from './ingest/spool.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import type { Platform } from './platforms/platform.ts'
import type { Postgres } from './stores/postgres/postgres.ts'
import { statement } from './stores/postgres/statement.ts'
import { closeStaleSessions } from './workers/close-stale-sessions.ts'
import { type Poller, startPoller } from './workers/poller.ts'
import { probeAppender } from './workers/probe-rows.ts'
import { refreshProfiles } from './workers/refresh-profiles.ts'
import { repeat } from './workers/repeat.ts'
import { pruneScrapeLog } from './workers/scrape-log.ts'

export type Workers = AsyncDisposable & { readonly pollers: readonly Poller[] }

export type WorkersOptions = {
  config: Config
  db: Postgres
  platforms: ReadonlyMap<string, Platform>
  spool: Spool
  clock: Clock
  log: Log
}

const ensurePartitions = statement('journal_ensure_partitions', 'SELECT dm.ensure_status_event_partitions(2)')

const second = 1_000
const minute = 60 * second

/** Starts the workers that the configuration asks for; disposing waits for what they are doing. */
export const startWorkers = ({ config, db, platforms, spool, clock, log }: WorkersOptions): Workers => {
  const running = new AsyncDisposableStack()
  const pollers: Poller[] = []
  if (config.workers.has('poller')) {
    const appendProbes = probeAppender(spool, config.environment)
    for (const platform of platforms.values()) {
      if (platform.capabilities.has('live-status')) {
        const poller = startPoller({
          db,
          platform,
          pollIntervalSeconds: config.pollIntervalSeconds,
          appendProbes,
          clock,
          log,
        })
        pollers.push(running.use(poller))
      }
      if (platform.capabilities.has('profiles')) {
        const refresh = async (signal: AbortSignal) => {
          while ((await refreshProfiles(db, platform, log, signal)) > 0 && !signal.aborted);
        }
        running.use(repeat(refresh, { name: 'profiles', everyMs: 5 * second, firstAfterMs: 2 * second, log }))
      }
    }
    // Not before the poller had the time to see again what went on while nobody looked.
    running.use(
      repeat(async () => void (await closeStaleSessions(db)), {
        name: 'stale sessions',
        everyMs: minute,
        firstAfterMs: 5 * minute,
        log,
      }),
    )
    running.use(
      repeat(() => pruneScrapeLog(db), { name: 'audit pruning', everyMs: 10 * minute, firstAfterMs: minute, log }),
    )
    running.use(
      repeat(async () => void (await db.query(ensurePartitions)), {
        name: 'journal partitions',
        everyMs: 60 * minute,
        log,
      }),
    )
  }
  return { pollers, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
