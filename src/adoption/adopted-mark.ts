import type { Transaction } from '../stores/postgres/postgres.ts'
import { hasLegacyScores, presentTables } from './legacy-tables.ts'
import { ask } from './step.ts'

/** The migration in whose row of the ledger Phase B says that it has ended. The ledger stays with `public`, also when `dm` moves away. */
const marked = '20261129000100_public_baseline'

// By the catalogue: a login may be kept from the schema.
const ledgerIsReadable = ask(`SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relname = '_prisma_migrations' AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`)

const readMark = ask<{ at: string }>(`SELECT substr(logs, 9) AS at FROM public._prisma_migrations
  WHERE migration_name = $1 AND logs ~ '^adopted [0-9]{4}-'`)

const hasOurTables = ask(`SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND (n.nspname, c.relname) IN (('public', 'streamer_channel_link'), ('dm', 'streamer_channel'))`)

/** When an adoption ended, as an instant in ISO 8601; null where none has. Those that ended before this was noted are known by what they leave. */
export type Adopted = { at: string | null }

/** Notes that the adoption has ended. */
export const markAdopted = async (tx: Transaction): Promise<void> => {
  await tx.query(
    ask(`UPDATE public._prisma_migrations SET logs = 'adopted ' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      WHERE migration_name = $1 AND finished_at IS NOT NULL AND rolled_back_at IS NULL`),
    [marked],
  )
}

/** Whether Phase B has ended here; null where it has not, or nothing was ever adopted. Ask it where no bookkeeping of an adoption is left. */
export const readAdopted = async (db: Transaction): Promise<Adopted | null> => {
  if ((await db.query(ledgerIsReadable)).length > 0) {
    const [mark] = await db.query(readMark, [marked])
    if (mark) return mark
  }
  // Phase B keeps deliveries of others and nothing else. Our tables beside them were made by an adoption, because a start refuses without one.
  const present = await presentTables(db)
  if (present.size !== 1 || !present.has('webhooks.incoming') || (await hasLegacyScores(db))) return null
  return (await db.query(hasOurTables)).length > 0 ? { at: null } : null
}
