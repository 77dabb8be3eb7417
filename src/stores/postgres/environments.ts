import type { EnvironmentName } from '../../lib/environment-name.ts'
import { expressions } from './model.ts'
import type { Postgres, Transaction } from './postgres.ts'
import { sql, statement } from './statement.ts'

/** For how long an environment has the work of the tier after it last said so; of those that lie further ahead the clock was set back. */
export const tierWorkLease = '2 minutes'

const tell = statement(
  'environment_tell',
  'INSERT INTO dm.environment AS e (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET told_at = now()',
)

const alone = statement('environment_lock', 'LOCK TABLE dm.environment IN SHARE ROW EXCLUSIVE MODE')

const removeOthers = statement('environment_remove_others', 'DELETE FROM dm.environment WHERE name <> $1')

const lease = statement(
  'environment_lease_work',
  sql`WITH other AS (
     SELECT name FROM dm.environment WHERE name <> $1 AND work_until > now() ORDER BY work_until DESC LIMIT 1),
   own AS (
     INSERT INTO dm.environment AS e (name, work_until)
     SELECT $1, now() + interval '${tierWorkLease}' WHERE NOT EXISTS (SELECT FROM other)
     ON CONFLICT (name) DO UPDATE SET told_at = now(), work_until = EXCLUDED.work_until)
   SELECT ${expressions<{ name: string }>({ name: 'name' })} FROM other`,
)

/** The environment whose nodes did the work of the tier last, as SQL; null where none did. */
export const tierWorker =
  '(SELECT name FROM dm.environment WHERE work_until IS NOT NULL ORDER BY work_until DESC LIMIT 1)'

const worker = statement(
  'environment_worker',
  sql`SELECT ${expressions<{ name: string | null }>({ name: tierWorker })}`,
)

const tierName = statement(
  'tier_name',
  sql`SELECT ${expressions<{ tier: string | null }>({ tier: 'tier' })} FROM dm.status_journal`,
)

const nameTier = statement('tier_give_name', 'UPDATE dm.status_journal SET tier = $1 WHERE tier IS NULL')

/** The name of the tier of a database; null before a node has named it. */
export const readTierName = async (db: Transaction): Promise<string | null> => (await db.query(tierName))[0]!.tier

/** Names the tier of a database. A name that it has stays. */
export const nameTheTier = async (db: Transaction, name: string): Promise<void> => {
  await db.query(nameTier, [name])
}

/** Says that the environment reads this tier. */
export const tellEnvironment = async (db: Transaction, { name }: EnvironmentName): Promise<void> => {
  await db.query(tell, [name])
}

/**
 * Takes or keeps the work of the tier for an environment. Returns the name of the environment that has it instead, null where that is this one.
 * With `isOwn`, there is no other: what the database says of one is of a former name.
 */
export const leaseTierWork = (db: Postgres, { name }: EnvironmentName, isOwn = false): Promise<string | null> =>
  db.transaction(async (tx) => {
    await tx.query(alone)
    if (isOwn) await tx.query(removeOthers, [name])
    return (await tx.query(lease, [name]))[0]?.name ?? null
  })

/** The environment whose nodes do the work of the tier, or did it last; null where none ever did. */
export const readTierWorker = async (db: Transaction): Promise<string | null> => (await db.query(worker))[0]!.name
