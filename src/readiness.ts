import type { Config } from './config.ts'
import type { ReadinessCheck } from './http/health.ts'
import type { Clock } from './lib/clock.ts'
import type { Journal } from './live/journal.ts'
import { type Platform, type PlatformName, platformNames } from './platforms/platform.ts'
import type { ClickHouse } from './stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from './stores/postgres/postgres.ts'
import { statement } from './stores/postgres/statement.ts'
import { pollLag } from './workers/probe-queue.ts'

export type ReadinessOptions = {
  config: Config
  databases: { dm: Postgres; public: Postgres }
  clickHouse: ClickHouse
  /** Whether ClickHouse has its tables. */
  isPrepared: () => boolean
  journal: Journal
  platforms: ReadonlyMap<PlatformName, Platform>
  clock: Clock
}

const ping = statement('ready_ping', 'SELECT 1')

/** A journal that was not read for this long is not live any more, in milliseconds. */
const journalSilenceMs = 15_000

/** What has to hold for this process to serve: both stores answer, the journal is followed, and somebody polls in time. */
export const readinessChecks = ({
  config,
  databases,
  clickHouse,
  isPrepared,
  journal,
  platforms,
  clock,
}: ReadinessOptions): ReadinessCheck[] => {
  // A node that only serves knows no platform, and still tells whether those that do are late.
  const known = [...platforms.values()].filter(({ capabilities }) => capabilities.has('live-status'))
  const watched = known.length > 0 ? known.map(({ name }) => name) : platformNames
  const answers = async (db: Postgres): Promise<null> => {
    await db.query(ping)
    return null
  }
  return [
    { name: 'Postgres', check: () => answers(databases.public) },
    ...(databases.dm === databases.public ? [] : [{ name: 'Postgres (dm)', check: () => answers(databases.dm) }]),
    {
      name: 'ClickHouse',
      async check() {
        await clickHouse.ping()
        return isPrepared() ? null : 'ClickHouse has not got its tables yet.'
      },
    },
    {
      name: 'The journal of status events',
      async check() {
        const { lastReadAt } = journal.health()
        const silence = lastReadAt ? clock() - lastReadAt.getTime() : Number.POSITIVE_INFINITY
        return silence < journalSilenceMs ? null : 'The journal of status events is not being read.'
      },
    },
    {
      name: 'The poller',
      async check() {
        const { active, lagSeconds } = await pollLag(databases.dm, watched)
        const allowed = 3 * config.pollIntervalSeconds + 30
        return active === 0 || lagSeconds <= allowed
          ? null
          : `The poller is late by ${Math.round(lagSeconds)} seconds, more than ${allowed}.`
      },
    },
  ]
}
