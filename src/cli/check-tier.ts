import { requireTier } from '../app/tier-name.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../lib/errors.ts'
import { silentLog } from '../lib/log.ts'
import { openPostgres } from '../stores/postgres/postgres.ts'
import { bad, type Finding, good } from './finding.ts'

/** Which tier is read, and whether that is the one of the database. What else may be wrong with the database, other checks tell. */
export const checkTier = async (config: Config): Promise<Finding[]> => {
  const { tier, environment, databaseUrl, dmDatabaseUrl } = config
  const url = dmDatabaseUrl ?? databaseUrl
  try {
    if (url !== undefined) {
      await using db = openPostgres({ url, log: silentLog, max: 1 })
      await requireTier(db, config)
    }
  } catch (error) {
    if (error instanceof ConfigError) return [bad(error.message)]
  }
  return tier === environment.name ? [] : [good(`TIER: the environment ${environment.name} reads the tier ${tier}.`)]
}
