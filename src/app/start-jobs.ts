import { type ApiKeys, createApiKeys } from '../access/api-keys.ts'
import { type ArchiveLag, watchArchiveLag } from '../archive/archive-lag.ts'
import { parseCommandLine } from '../commands/parse-command-line.ts'
import { recordCommand } from '../commands/record-command.ts'
import type { CommandServices } from '../commands/store-command.ts'
import { storeCommands } from '../commands/store-commands.ts'
import type { Config } from '../config/config.ts'
import type { KeyRing } from '../config/key-ring.ts'
import type { RunCommand } from '../http/routes/command-route.ts'
import type { Spool } from '../ingest/spool.ts'
import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { applySetting } from '../settings/apply-setting.ts'
import type { Configuration } from '../settings/configuration.ts'
import type { Settings } from '../settings/settings.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import { openObjects } from '../stores/objects/open-objects.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { chatExportJob, eventSubscriptionsJob, sessionClosingJob, trustScoresJob } from '../workers/jobs/domain-jobs.ts'
import { type Job, type JobRunner, type JobStats, startJobRunner } from '../workers/jobs/job-runner.ts'
import {
  type HistoryDays,
  historyRetention,
  historyRetentionJob,
  scrapeLogRetentionJob,
  statusEventRetentionJob,
  webhookIdRetentionJob,
} from '../workers/jobs/retention-jobs.ts'
import type { SharedTime } from './start-clock.ts'

export type JobsOptions = {
  config: Config
  /** The entries of this environment, and what the system goes by. */
  configuration: Configuration
  ring: KeyRing
  settings: Settings
  databases: { dm: Postgres; public: Postgres }
  clickHouse: ClickHouse
  /** The spool's door. */
  append: Spool['append']
  registry: PlatformRegistry
  platforms: ReadonlyMap<PlatformName, Platform>
  /** Absent, those of the database. */
  keys?: ApiKeys
  clock: Clock
  steady?: Steady
  /** Tells when it was set. */
  time?: Pick<SharedTime, 'onStep'>
  log: Log
  /** False: only what is asked for by hand. */
  scheduling: boolean
}

/** The periodic jobs and the commands of operators. */
export type Jobs = AsyncDisposable & {
  readonly runner: JobRunner
  readonly metrics: readonly MetricSource[]
  /** What is held up, one sentence each. */
  degraded(): string[]
  runCommand: RunCommand
}

const historyDays = (settings: Settings): HistoryDays => ({
  probes: settings.get('retention.probes.days'),
  chat: settings.get('retention.chat.days'),
  webhooks: settings.get('retention.webhooks.days'),
})

const settlingMs = 5 * 60_000

const buildJobs = (options: JobsOptions, objects: ObjectStore): Job[] => {
  const { config, settings, databases, clickHouse, append, registry, platforms, clock, log, scheduling } = options
  const { steady = systemSteady, time } = options
  let settled = scheduling ? steady() + settlingMs : Number.NEGATIVE_INFINITY
  time?.onStep(() => {
    settled = steady() + settlingMs
  })
  const { dm: db, public: publicDb } = databases
  const env = config.environment
  return [
    chatExportJob({ db, clickHouse, objects, env, log }),
    trustScoresJob({ db, publicDb, clickHouse, env, registry, append, clock, log }),
    eventSubscriptionsJob({ db, platforms: [...platforms.values()], clock, log }),
    sessionClosingJob(db, steady, () => settled),
    statusEventRetentionJob(db, () => settings.get('retention.status.events.days')),
    webhookIdRetentionJob(db, () => settings.get('retention.webhooks.days')),
    historyRetentionJob(clickHouse, () => historyDays(settings), log),
    scrapeLogRetentionJob(db),
  ]
}

/** The numbers of the jobs and of the archive, under the names people look for. */
const jobMetrics = (runner: JobRunner, lag: ArchiveLag): MetricSource[] => {
  const perJob = (read: (stats: JobStats) => number | null) => () =>
    Object.entries(runner.stats()).flatMap(([job, stats]) => {
      const value = read(stats)
      return value === null ? [] : [{ labels: { job }, value }]
    })
  return [
    {
      name: 'job_runs_total',
      help: 'Runs of periodic jobs that ended in this process.',
      kind: 'counter',
      labels: ['job', 'result'],
      read: () =>
        Object.entries(runner.stats()).flatMap(([job, { succeeded, failed }]) => [
          { labels: { job, result: 'succeeded' }, value: succeeded },
          { labels: { job, result: 'failed' }, value: failed },
        ]),
    },
    {
      name: 'job_last_success_timestamp_seconds',
      help: 'When a job last succeeded in this process, since the epoch.',
      kind: 'gauge',
      labels: ['job'],
      read: perJob(({ lastSuccessAt }) => lastSuccessAt && lastSuccessAt / 1000),
    },
    {
      name: 'job_last_duration_seconds',
      help: 'How long the last run in this process took.',
      kind: 'gauge',
      labels: ['job'],
      read: perJob(({ lastDurationMs }) => lastDurationMs && lastDurationMs / 1000),
    },
    {
      name: 'job_running',
      help: 'Whether a job is running in this process: 1 or 0.',
      kind: 'gauge',
      labels: ['job'],
      read: perJob(({ running }) => running),
    },
    {
      name: 'chat_archive_lag_seconds',
      help: 'Time since the arrival up to which all chat is archived; about two hours when all is well.',
      kind: 'gauge',
      read: () => {
        const seconds = lag.lagSeconds()
        return seconds === null ? [] : [{ labels: {}, value: seconds }]
      },
    },
    {
      name: 'chat_archive_lag_alarm_seconds',
      help: 'The lag at which to act: retention deletes messages, archived or not.',
      kind: 'gauge',
      read: () => lag.alarmSeconds(),
    },
  ]
}

const degradedJobs = (runner: JobRunner, lag: ArchiveLag): string[] => {
  const failing = Object.entries(runner.stats()).filter(([, { isFailing }]) => isFailing)
  const seconds = lag.lagSeconds() ?? 0
  return [
    ...failing.map(([name]) => `The job ${name} has failed and will be tried again.`),
    ...(seconds < lag.alarmSeconds() ? [] : [`The chat archive is ${Math.floor(seconds / 3_600)} hours behind.`]),
  ]
}

/** Starts the periodic jobs; disposing waits for what they are doing. */
export const startJobs = (options: JobsOptions): Jobs => {
  const { config, configuration, ring, settings, databases, clickHouse, clock, log, scheduling } = options
  const { dm: db } = databases
  const { keys = createApiKeys(databases.public) } = options
  const running = new AsyncDisposableStack()
  const objects = running.use(openObjects(config))
  const env = config.environment
  const jobs = buildJobs(options, objects)
  const runner = running.use(startJobRunner({ db, jobs, clock, log, scheduling }))
  const lag = running.use(
    watchArchiveLag({ db, env, retentionDays: () => settings.get('retention.chat.days'), clock, log }),
  )
  if (scheduling)
    running.use(
      applySetting(
        { settings, of: (current) => JSON.stringify(historyDays(current)), name: 'retention', log },
        async (_, signal) => {
          const { ok, text } = await runner.run(historyRetention, signal)
          if (!ok) throw new Error(text)
        },
      ),
    )
  const services: CommandServices = {
    env,
    db,
    publicDb: databases.public,
    configuration,
    ring,
    settings,
    clickHouse,
    objects,
    keys,
    clock,
    jobs,
    runJob: runner.run,
  }
  return {
    runner,
    metrics: jobMetrics(runner, lag),
    degraded: () => degradedJobs(runner, lag),
    runCommand: async (name, args, say, signal, author) => {
      const { command, given } = parseCommandLine(storeCommands, [name, ...args])
      return command.run(given, { services, say, signal, author, record: () => recordCommand(db, author, name, args) })
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
