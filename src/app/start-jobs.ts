import path from 'node:path'
import { type ApiKeys, createApiKeys } from '../access/api-keys.ts'
import { watchArchiveLag } from '../archive/archive-lag.ts'
import { answerBy } from '../commands/answer.ts'
import type { JobName } from '../commands/job-command.ts'
import { parseCommandLine } from '../commands/parse-command-line.ts'
import { recordCommand } from '../commands/record-command.ts'
import type { BackupServices, CommandServices } from '../commands/store-command.ts'
import { storeCommands } from '../commands/store-commands.ts'
import type { Config } from '../config/config.ts'
import type { KeyRing } from '../config/key-ring.ts'
import type { Erasing } from '../erasing/erasing.ts'
import type { RunCommand } from '../http/routes/command-route.ts'
import type { Spool } from '../ingest/spool.ts'
import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import { ApiError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { applySetting } from '../settings/apply-setting.ts'
import type { Configuration } from '../settings/configuration.ts'
import { listSettings, type SettingProblem } from '../settings/list-settings.ts'
import type { Settings } from '../settings/settings.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { SettingObjects } from '../stores/objects/open-objects.ts'
import { readTierWorker } from '../stores/postgres/environments.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { TestConnection } from '../webhooks/test-connection.ts'
import type { Completeness } from '../workers/aggregate-sessions.ts'
import type { JobScope } from '../workers/job-scope.ts'
import { legacySettlingJob } from '../workers/jobs/adoption-jobs.ts'
import {
  chatExportJob,
  eventSubscriptionsJob,
  sessionAggregatesJob,
  sessionClosingJob,
  trustScoresJob,
} from '../workers/jobs/domain-jobs.ts'
import { deletedChannelsJob, trustLeaderboard, trustLeaderboardJob } from '../workers/jobs/environment-jobs.ts'
import { type Job, type JobRunner, startJobRunner } from '../workers/jobs/job-runner.ts'
import {
  alertRetentionJob,
  type HistoryDays,
  happeningRetentionJob,
  historyRetention,
  historyRetentionJob,
  scrapeLogRetentionJob,
  statusEventRetentionJob,
  webhookIdRetentionJob,
} from '../workers/jobs/retention-jobs.ts'
import { degradedJobs, jobMetrics } from './job-metrics.ts'
import { joinRunners } from './join-runners.ts'
import { objectKeys } from './open-objects-of.ts'
import { openWorkMetrics } from './open-work.ts'
import { openAlerts } from './start-alerts.ts'
import type { SharedTime } from './start-clock.ts'

export type JobsOptions = {
  config: Config
  /** The entries of this environment, and what the system goes by. */
  configuration: Configuration
  ring: KeyRing
  settings: Settings
  databases: { dm: Postgres; public: Postgres }
  clickHouse: ClickHouse
  objects: SettingObjects
  erasing: Erasing
  /** Absent where no backup can be made. */
  backup?: BackupServices
  /** The spool's door. */
  append: Spool['append']
  /** What is in the stores. */
  history: Completeness
  registry: PlatformRegistry
  platforms: ReadonlyMap<PlatformName, Platform>
  /** Those that commands may ask one question, where the jobs ask none; absent, the same. */
  platformsOfCommands?: ReadonlyMap<PlatformName, Platform>
  /** Absent, those of the database. */
  keys?: ApiKeys
  /** Absent where no server takes sign-in links. */
  makeSignInLink?: () => string
  /** Absent where no webhooks are received. */
  testConnection?: TestConnection
  clock: Clock
  steady?: Steady
  /** Tells when it was set. */
  time?: Pick<SharedTime, 'onStep'>
  log: Log
  /** What is wrong with settings of other parts; absent, nothing. */
  problems?: () => readonly SettingProblem[]
  /** Whose jobs are run when they are due; the others only when they are asked for by hand. */
  scheduling: ReadonlySet<JobScope>
}

const historyDays = (settings: Settings): HistoryDays => ({
  probes: settings.get('retention.probes.days'),
  chat: settings.get('retention.chat.days'),
  webhooks: settings.get('retention.webhooks.days'),
})

const settlingMs = 5 * 60_000

const otherWorker = (job: string, environment: string): string =>
  `The job ${job} is work of the tier, which the environment ${environment} does: run it there.`

const buildJobs = (options: JobsOptions, onScores: (signal: AbortSignal) => Promise<void>): Job[] => {
  const {
    config,
    settings,
    databases,
    clickHouse,
    objects,
    append,
    history,
    registry,
    platforms,
    clock,
    log,
    scheduling,
  } = options
  const { steady = systemSteady, time } = options
  let settled = scheduling.has('tier') ? steady() + settlingMs : Number.NEGATIVE_INFINITY
  time?.onStep(() => {
    settled = steady() + settlingMs
  })
  const { dm: db } = databases
  const env = config.tier
  const jobs: Record<JobName, Job> = {
    'chat-export': chatExportJob({ db, clickHouse, objects, env, log }),
    'trust-scores': trustScoresJob({
      db,
      onScores,
      clickHouse,
      env,
      registry,
      append,
      chatDays: () => historyDays(settings).chat,
      clock,
      log,
    }),
    'event-subscriptions': eventSubscriptionsJob({ db, platforms: () => [...platforms.values()], clock, log }),
    'session-closing': sessionClosingJob(db, steady, () => settled),
    'session-aggregates': sessionAggregatesJob({
      db,
      clickHouse,
      env,
      history,
      retentionDays: () => historyDays(settings),
    }),
    'status-event-retention': statusEventRetentionJob(db, () => settings.get('retention.status.events.days')),
    'webhook-id-retention': webhookIdRetentionJob(db, () => settings.get('retention.webhooks.days')),
    [historyRetention]: historyRetentionJob({ clickHouse, db }, () => historyDays(settings), log),
    'scrape-log-retention': scrapeLogRetentionJob(db),
    [trustLeaderboard]: trustLeaderboardJob(databases),
    'deleted-channels': deletedChannelsJob(databases),
    'happening-retention': happeningRetentionJob(db, () => settings.get('retention.status.events.days')),
    'alert-retention': alertRetentionJob(databases.public, () => settings.get('retention.status.events.days')),
    'legacy-settling': legacySettlingJob({ db, clickHouse, retentionDays: () => historyDays(settings), clock }),
  }
  return Object.values(jobs)
}

/** Whose jobs a process runs when they are due. */
export const jobScopes = ({ workers }: Pick<Config, 'workers'>): ReadonlySet<JobScope> =>
  new Set<JobScope>(
    workers.has('jobs') ? ['tier', 'environment'] : workers.has('environment-jobs') ? ['environment'] : [],
  )

/** Starts the periodic jobs, and runs the commands of operators; disposing waits for what they are doing. */
export const startJobs = (options: JobsOptions) => {
  const { config, configuration, ring, settings, databases, clickHouse, objects, erasing, clock, log, scheduling } =
    options
  const { dm: db } = databases
  const { keys = createApiKeys(databases.public) } = options
  const running = new AsyncDisposableStack()
  const env = config.tier
  const jobs = buildJobs(options, async (signal) => {
    const { ok, text } = await runners.environment.run(trustLeaderboard, signal)
    if (!ok) log.warn({}, `the scores are computed and not copied yet: ${text}`)
  })
  const runnerOf = (scope: JobScope): JobRunner => {
    const own = jobs.filter((job) => job.scope === scope)
    const side = scope === 'tier' ? db : databases.public
    return running.use(startJobRunner({ db: side, scope, jobs: own, clock, log, scheduling: scheduling.has(scope) }))
  }
  const runners = { environment: runnerOf('environment'), tier: runnerOf('tier') }
  const runner = joinRunners(runners, async (name) => {
    const worker = await readTierWorker(db)
    if (worker !== null && worker !== config.environment.name)
      throw new ApiError('BAD_USER_INPUT', otherWorker(name, worker))
  })
  const lag = running.use(
    watchArchiveLag({ db, env, retentionDays: () => settings.get('retention.chat.days'), clock, log }),
  )
  if (scheduling.has('tier'))
    running.use(
      applySetting(
        { settings, of: (current) => JSON.stringify(historyDays(current)), name: 'retention', log },
        async (_, signal) => {
          const { ok, text } = await runner.run(historyRetention, signal)
          if (!ok) throw new Error(text)
        },
      ),
    )
  const problems = (): SettingProblem[] => {
    const sentence = objects.problem()
    return [...(options.problems?.() ?? []), ...(sentence === null ? [] : [{ keys: objectKeys, sentence }])]
  }
  const services: CommandServices = {
    env,
    environment: config.environment,
    variables: config.shown,
    listSettings: async () => listSettings(settings, await configuration.list(), problems()),
    db,
    publicDb: databases.public,
    configuration,
    ring,
    settings,
    clickHouse,
    objects,
    erasing,
    alerts: openAlerts(options).alerts,
    importFolder: path.join(config.dataDir, 'imports'),
    keys,
    platforms: options.platformsOfCommands ?? options.platforms,
    log,
    clock,
    backup: options.backup,
    jobs,
    runJob: runner.run,
    makeSignInLink: options.makeSignInLink,
    testConnection: options.testConnection,
  }
  const runCommand: RunCommand = async (name, args, say, signal, author) => {
    const { command, given } = parseCommandLine(storeCommands, [name, ...args])
    const answer = answerBy(say, given.json === true)
    return command.run(given, {
      services,
      ...answer,
      signal,
      author,
      record: () => recordCommand(db, author, name, args),
    })
  }
  return {
    runner,
    lag,
    problems,
    metrics: [...jobMetrics(db, runner, lag), ...openWorkMetrics(db)],
    listSettings: services.listSettings,
    /** What is held up, one sentence each. */
    degraded: () => [...degradedJobs(runner, lag), ...problems().map(({ sentence }) => sentence)],
    runCommand,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
