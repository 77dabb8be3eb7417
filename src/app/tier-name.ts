import type { Config } from '../config/config.ts'
import { ConfigError } from '../lib/errors.ts'
import { nameTheTier, readTierName } from '../stores/postgres/environments.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'

type Given = Pick<Config, 'tier' | 'environment'>

/** Why TIER is not that of the database, as sentences; null where it is, and where the tier has no name yet. */
export const whyOtherTier = async (db: Transaction, { tier, environment }: Given): Promise<string | null> => {
  const named = await readTierName(db)
  if (named === null || named === tier) return null
  const whence = tier === environment.name ? ' Where it is not set, it is ENVIRONMENT.' : ''
  return `TIER is ${tier}, but this database belongs to the tier ${named}: set TIER=${named}.${whence}`
}

/** Names the tier of a database that has no name yet: whoever writes rows first does so. */
export const nameTier = async (db: Transaction, { tier }: Pick<Given, 'tier'>): Promise<void> => {
  if ((await readTierName(db)) === null) await nameTheTier(db, tier)
}

/** Refuses a TIER that is not that of the database, as a ConfigError: its rows would be read by nobody. */
export const requireTier = async (db: Transaction, given: Given): Promise<void> => {
  const reason = await whyOtherTier(db, given)
  if (reason !== null) throw new ConfigError(reason)
}
