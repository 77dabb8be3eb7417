import path from 'node:path'
import { whyOtherTier } from '../app/tier-name.ts'
import type { Config } from '../config/config.ts'
import { silentLog } from '../lib/log.ts'
import { runningEmbeddedUrl } from '../stores/postgres/embedded-url.ts'
import { openPostgres } from '../stores/postgres/postgres.ts'
import { bad, type Finding, good } from './finding.ts'

/** Whether TIER is that of the database; nothing where the database can not be asked, which other checks tell. */
export const checkTier = async (config: Config): Promise<Finding[]> => {
  const { tier, environment, databaseUrl, dmDatabaseUrl, dataDir } = config
  const url = dmDatabaseUrl ?? databaseUrl ?? runningEmbeddedUrl(path.join(dataDir, 'postgres'))
  try {
    if (url !== undefined) {
      await using db = openPostgres({ url, log: silentLog, max: 1 })
      const reason = await whyOtherTier(db, config)
      if (reason !== null) return [bad(reason)]
    }
  } catch {
    return []
  }
  return tier === environment.name ? [] : [good(`TIER: the environment ${environment.name} reads the tier ${tier}.`)]
}
