/** What a test repeats: few times in every run of all tests, and in full before a release. */
export type LongRun = {
  /** The variable of the environment that says how often. */
  readonly variable: string
  /** How often before a release. */
  readonly full: number
  /** The files below test/, as filters of vitest. */
  readonly tests: readonly string[]
  /** What is counted, as CONTRIBUTING.md has it. */
  readonly what: string
}

/** All tests that `npm run test:long` runs in full. CONTRIBUTING.md has them in a table. */
export const longRuns: readonly LongRun[] = [
  { variable: 'ADOPTION_KILLS', full: 20, tests: ['adoption/kills.e2e'], what: 'kills of each command of an adoption' },
  { variable: 'ALERT_KILLS', full: 50, tests: ['alerts/kills.e2e'], what: 'kills of nodes that send alerts' },
  { variable: 'BACKUP_KILLS', full: 20, tests: ['backup/backup-kills.e2e'], what: 'kills of a backup' },
  {
    variable: 'CASES_TIMES',
    full: 3,
    tests: [
      'channels/identity.integration',
      'compiled/plans.unit',
      'exports/content.integration',
      'resolvers/channel-moment-model.integration',
      'resolvers/channels-by-viewers.integration',
      'resolvers/renames.integration',
      'resolvers/status-events.integration',
      'resolvers/totals-model.integration',
      'resolvers/viewers-now.integration',
      'sessions/apply.integration',
      'sessions/chapters.unit',
      'sessions/converge.unit',
      'sessions/journal.integration',
      'stores/clickhouse/chat-by-hour.integration',
      'telemetry/chat-messages.integration',
      'telemetry/chat-series.integration',
      'telemetry/chatters.integration',
      'telemetry/probe-ranking.integration',
      'telemetry/viewers.integration',
      'webhooks/projection-order.integration',
      'webhooks/statistics.integration',
      'workers/aggregate-sessions.integration',
    ],
    what: 'random cases of properties, times as many',
  },
  { variable: 'EQUALITY_RUNS', full: 4_000, tests: ['compiled/equality.integration'], what: 'random operations' },
  { variable: 'ERASE_KILLS', full: 20, tests: ['erasing/kill.e2e'], what: 'kills of a process that erases' },
  { variable: 'FUZZ_SECONDS', full: 120, tests: ['app/fuzz.e2e'], what: 'seconds of random input' },
  {
    variable: 'JOB_MINUTES',
    full: 5,
    tests: ['workers/jobs/runner.integration'],
    what: 'minutes in which jobs are due',
  },
  { variable: 'NEMESIS_MINUTES', full: 20, tests: ['app/nemesis.e2e'], what: 'minutes of faults' },
  { variable: 'NODE_KILLS', full: 6, tests: ['app/nodes-failover.e2e'], what: 'kills of a node under its subscribers' },
  {
    variable: 'NODE_RESTARTS',
    full: 4,
    tests: ['app/nodes-rolling-restart.e2e'],
    what: 'restarts of two nodes in turn',
  },
  {
    variable: 'OUTAGE_SCALE',
    full: 1,
    tests: ['webhooks/outage.e2e'],
    what: 'length of the outage and load during it',
  },
  { variable: 'POLLER_KILLS', full: 20, tests: ['workers/poller-crash.e2e'], what: 'kills of a poller' },
  { variable: 'SPLIT_KILLS', full: 20, tests: ['splitting/split-kills.e2e'], what: 'kills of each command of a move' },
  {
    variable: 'SUBSCRIPTION_RUNS',
    full: 100,
    tests: ['event-subscriptions/model.integration'],
    what: 'random histories of event subscriptions',
  },
  { variable: 'WEBHOOK_KILLS', full: 50, tests: ['webhooks/crash.e2e'], what: 'kills of a receiver of webhooks' },
]
