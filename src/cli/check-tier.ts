import { whyOtherTier } from '../app/tier-name.ts'
import type { Config } from '../config/config.ts'
import { silentLog } from '../lib/log.ts'
import { openPostgres } from '../stores/postgres/postgres.ts'
import { dmUrlOf } from './dm-url.ts'
import { bad, type Finding, good } from './finding.ts'

/** Whether TIER is that of the database; nothing where the database can not be asked, which other checks tell. */
export const checkTier = async (config: Config): Promise<Finding[]> => {
  const { tier, environment } = config
  const url = dmUrlOf(config)
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
