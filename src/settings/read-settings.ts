import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { reservedPrefixes } from './runtime-settings.ts'

// What is encrypted is no setting, and its text none that is allowed.
const stored = statement(
  'settings_read',
  sql`SELECT ${select('Configuration', ['key'])},
     ${expressions<{ value: string }>({ value: `CASE WHEN is_encrypted THEN '' ELSE value END` })}
   FROM public.configuration
   WHERE EXISTS (SELECT FROM unnest($1::text[]) AS prefix WHERE starts_with(key, prefix))`,
)

/** The stored texts of settings by their keys, and what else is below the prefixes that are theirs. */
export const readSettings = async (db: Transaction): Promise<Map<string, string>> =>
  new Map((await db.query(stored, [reservedPrefixes])).map(({ key, value }) => [key, value]))
