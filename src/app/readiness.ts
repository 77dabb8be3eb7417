import type { ReadinessCheck } from '../http/routes/status-routes.ts'
import type { Spool } from '../ingest/spool.ts'
import type { Journal } from '../live/journal.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import type { Settings } from '../settings/settings.ts'
import { isFenced, readSplitState, whyNotWritten } from '../splitting/split-state.ts'
import { countMissing as missingInClickHouse } from '../stores/clickhouse/migrate.ts'
import { countMissing as missingInPostgres } from '../stores/postgres/ledger.ts'
import { allowedLateness } from '../workers/polling-state.ts'
import { pollLag } from '../workers/probe-queue.ts'
import type { Stores } from './open-stores.ts'
import { polledPlatforms } from './start-workers.ts'

export type ReadinessOptions = Pick<Stores, 'databases' | 'clickHouse' | 'isPrepared' | 'migrations'> & {
  settings: Settings
  spool: Pick<Spool, 'stats' | 'refusal'>
  journal: Journal
  registry: PlatformRegistry
  platforms: ReadonlyMap<PlatformName, Platform>
}

/** A check with what it looks at. */
export type PartCheck = ReadinessCheck & {
  part: 'postgres' | 'postgres-dm' | 'postgres-public' | 'clickhouse' | 'spool' | 'journal' | 'poller'
}

/** A journal that was not read for this long is not live any more, in milliseconds. */
const journalSilenceMs = 15_000

/** From this share of its room on a spool is as good as full: soon it takes nothing. */
const fullShare = 0.9

/** What has to hold for this process to serve: both stores answer, the journal is followed, and somebody polls in time. */
export const readinessChecks = ({
  settings,
  databases,
  clickHouse,
  isPrepared,
  migrations,
  spool,
  journal,
  registry,
  platforms,
}: ReadinessOptions): PartCheck[] => {
  const current = (name: string, missing: number): string | null =>
    missing === 0 ? null : `${name} lacks ${missing} of the migrations that this version needs.`
  const isOne = databases.dm === databases.public
  const postgres = (name: string, side: 'dm' | 'public'): PartCheck => ({
    part: isOne ? 'postgres' : `postgres-${side}`,
    name,
    async check() {
      if (side === 'dm' || isOne) {
        const moved = whyNotWritten(await readSplitState(databases.dm))
        if (moved !== null) return moved
      }
      return current(name, await missingInPostgres(databases[side], migrations[side]))
    },
  })
  return [
    postgres('Postgres', 'public'),
    ...(isOne ? [] : [postgres('Postgres (dm)', 'dm')]),
    {
      part: 'clickhouse',
      name: 'ClickHouse',
      async check() {
        if (isPrepared()) return current('ClickHouse', await missingInClickHouse(clickHouse, migrations.clickHouse))
        await clickHouse.ping()
        return 'ClickHouse does not have its tables yet.'
      },
    },
    {
      part: 'spool',
      name: 'The spool',
      async check() {
        const refusal = await spool.refusal()
        if (refusal !== null) return refusal
        const { bytes, maxBytes } = spool.stats()
        const percent = Math.floor((100 * bytes) / maxBytes)
        return percent < 100 * fullShare ? null : `The spool is ${percent} % full: soon it can take no more rows.`
      },
    },
    {
      part: 'journal',
      name: 'The journal of status events',
      async check() {
        const { lastReadMs } = journal.health()
        return lastReadMs !== null && lastReadMs < journalSilenceMs
          ? null
          : 'The journal of status events is not being read.'
      },
    },
    {
      part: 'poller',
      name: 'The poller',
      async check() {
        // Whoever polls does it at the new place of dm: that it moves is said above.
        if (isFenced(await readSplitState(databases.dm))) return null
        const polled = polledPlatforms(registry, platforms).filter((name) => settings.get(`monitoring.${name}.polling`))
        const { active, lagSeconds } = await pollLag(databases.dm, polled)
        const allowed = allowedLateness(settings.get('monitoring.poll.interval.seconds'))
        return active === 0 || lagSeconds <= allowed
          ? null
          : `The poller is late by ${Math.round(lagSeconds)} seconds, more than ${allowed}.`
      },
    },
  ]
}
