import type { Config } from '../config/config.ts'
import { ConfigError } from '../lib/errors.ts'
import { takeAdvisoryLock } from '../stores/postgres/advisory-lock.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

const demoLock = 72_707_370

/**
 * Makes sure that one process at most simulates Kick on a database that others can reach: two would each give it a past.
 * A ConfigError when another one does.
 */
export const lockDemo = async (config: Config, dm: Postgres): Promise<AsyncDisposable | null> => {
  if (config.dmDatabaseUrl === undefined && config.databaseUrl === undefined) return null
  const lock = await takeAdvisoryLock(dm, demoLock)
  if (lock) return lock
  throw new ConfigError('DEMO is on, and another process simulates Kick on this database: set DEMO=off here.')
}
