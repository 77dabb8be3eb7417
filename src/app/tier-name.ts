import type { Config } from '../config/config.ts'
import { ConfigError } from '../lib/errors.ts'
import { nameTheTier, readTierName } from '../stores/postgres/environments.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'

type Given = Pick<Config, 'tier' | 'environment'>

/** Why TIER is not that of the database, a sentence; null where it is, and where no node has named the tier yet. */
const whyOtherTier = async (db: Transaction, { tier, environment }: Given): Promise<string | null> => {
  const named = await readTierName(db)
  if (named === null || named === tier) return null
  const given = tier === environment.name ? `${tier}, as ENVIRONMENT is` : tier
  return `TIER is ${given}, and all rows of this system carry ${named} since its first start: set TIER=${named}.`
}

/** Names the tier where no node has done so. Returns why TIER is another one, a sentence; null where it is not. */
export const nameOrRefuseTier = async (db: Transaction, given: Given): Promise<string | null> => {
  if ((await readTierName(db)) === null) await nameTheTier(db, given.tier)
  return whyOtherTier(db, given)
}

/** Refuses a TIER that is not that of the database, as a ConfigError: its rows would be read by nobody. */
export const requireTier = async (db: Transaction, given: Given): Promise<void> => {
  const refusal = await whyOtherTier(db, given)
  if (refusal !== null) throw new ConfigError(refusal)
}
