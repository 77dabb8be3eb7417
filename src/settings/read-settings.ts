import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { reservedPrefixes } from './runtime-settings.ts'

// An encrypted entry is never a setting, and the empty text is not an allowed value.
const stored = statement(
  'settings_read',
  sql`SELECT ${select('Configuration', ['key'])},
     ${expressions<{ value: string }>({ value: `CASE WHEN is_encrypted THEN '' ELSE value END` })}
   FROM public.configuration
   WHERE EXISTS (SELECT FROM unnest($1::text[]) AS prefix WHERE starts_with(key, prefix))`,
)

/** The stored texts of all entries below the prefixes of settings, by key. */
export const readSettings = async (db: Transaction): Promise<Map<string, string>> =>
  new Map((await db.query(stored, [reservedPrefixes])).map(({ key, value }) => [key, value]))
