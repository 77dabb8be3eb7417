import type { Config } from '../config/config.ts'
import type { Spool } from '../ingest/spool.ts'
import type { Clock } from '../lib/clock.ts'
import { reasonText } from '../lib/errors.ts'
import type { Gate } from '../lib/gate.ts'
import type { Log } from '../lib/log.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { applySetting } from '../settings/apply-setting.ts'
import type { Settings } from '../settings/settings.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { type Poller, startPoller } from '../workers/poller.ts'
import { bringProbesForward } from '../workers/probe-queue.ts'
import { probeAnnouncer, probeAppender } from '../workers/probe-rows.ts'
import { createFollowerRefresh } from '../workers/refresh-followers.ts'
import { createProfileRefresh } from '../workers/refresh-profiles.ts'
import { repeat } from '../workers/repeat.ts'
import type { SharedTime } from './start-clock.ts'
import type { Platforms } from './start-platforms.ts'
import { pollerMetrics, subscriptionMetrics } from './worker-metrics.ts'

export type WorkersOptions = {
  config: Config
  settings: Settings
  db: Postgres
  registry: PlatformRegistry
  platforms: ReadonlyMap<PlatformName, Platform>
  attach: Platforms['attach']
  spool: Spool
  /** What belongs together in several stores passes it. */
  gate?: Gate
  clock: Clock
  /** Tells when it was set. */
  time?: Pick<SharedTime, 'onStep'>
  log: Log
}

const ensurePartitions = statement('journal_ensure_partitions', 'SELECT dm.ensure_status_event_partitions(2)')

const second = 1_000
const minute = 60 * second

/** Does the work again at once for as long as it finds something to do and is not paused. */
const whileMore =
  (work: (signal: AbortSignal) => Promise<number>, isPaused: () => boolean) => async (signal: AbortSignal) => {
    while (!isPaused() && (await work(signal)) > 0 && !signal.aborted);
  }

/** Watches one platform: live status, profiles and followers, as far as it tells them. */
const watch = (
  platform: Platform,
  { config, settings, db, spool, gate, clock, time, log }: WorkersOptions,
  running: AsyncDisposableStack,
): Poller | null => {
  const { name, capabilities, followerTotals } = platform
  const appendProbes = probeAppender(spool, config.tier)
  const announceProbes = probeAnnouncer(spool)
  const isPaused = () => !settings.get(`monitoring.${name}.polling`)
  if (followerTotals) {
    const refresh = whileMore(
      createFollowerRefresh({ db, platform, appendProbes, announceProbes, gate, clock, log }),
      isPaused,
    )
    running.use(repeat(refresh, { name: 'followers', everyMs: minute, firstAfterMs: 3 * second, log }))
  }
  // Where nobody is ever live, profiles come with the followers, within what these may cost.
  if (!capabilities.has('live-status')) return null
  if (capabilities.has('profiles')) {
    const refresh = whileMore(createProfileRefresh({ db, platform, clock, log }), isPaused)
    running.use(repeat(refresh, { name: 'profiles', everyMs: 5 * second, firstAfterMs: 2 * second, log }))
  }
  const of = (current: Settings) => current.get('monitoring.poll.interval.seconds')
  const pollIntervalSeconds = () => of(settings)
  const bringForward = (seconds: number) => bringProbesForward(db, name, seconds)
  running.use(applySetting({ settings, of, name: 'poll interval', log }, bringForward))
  const ignoreSteps = time?.onStep(() => {
    bringForward(pollIntervalSeconds()).catch((error: unknown) =>
      log.warn({ err: reasonText(error) }, 'probes that a step of the clock delayed could not be scheduled again'),
    )
  })
  running.defer(() => ignoreSteps?.())
  return running.use(
    startPoller({ db, platform, pollIntervalSeconds, isPaused, appendProbes, announceProbes, gate, clock, log }),
  )
}

/** The platforms that are polled for who is live. A node that only serves knows none, and still tells whether those that do are late. */
export const polledPlatforms = (
  registry: PlatformRegistry,
  platforms: ReadonlyMap<PlatformName, Platform>,
): readonly PlatformName[] => {
  const known = [...platforms.values()].filter(({ capabilities }) => capabilities.has('live-status'))
  return (known.length > 0 ? known : registry).map(({ name }) => name)
}

/** Starts the workers that the configuration asks for; disposing waits for what they are doing. */
export const startWorkers = (options: WorkersOptions) => {
  const { config, db, registry, platforms, attach, log } = options
  const running = new AsyncDisposableStack()
  const pollers = new Set<Poller>()
  if (config.workers.has('poller')) {
    running.use(
      attach((platform) => {
        const watching = new AsyncDisposableStack()
        const poller = watch(platform, options, watching)
        if (poller) {
          pollers.add(poller)
          watching.defer(() => void pollers.delete(poller))
        }
        return watching
      }),
    )
    running.use(
      repeat(async () => void (await db.query(ensurePartitions)), {
        name: 'journal partitions',
        everyMs: 60 * minute,
        log,
      }),
    )
  }
  return {
    pollers,
    metrics: [...pollerMetrics(db, pollers, () => polledPlatforms(registry, platforms)), ...subscriptionMetrics(db)],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
