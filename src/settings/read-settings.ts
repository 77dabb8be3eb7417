import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { reservedPrefixes } from './runtime-settings.ts'

// What is encrypted is no setting, and its text none that is allowed.
const stored = statement(
  'settings_read',
  `SELECT key, CASE WHEN is_encrypted THEN '' ELSE value END AS value FROM public.configuration
   WHERE EXISTS (SELECT FROM unnest($1::text[]) AS prefix WHERE starts_with(key, prefix))`,
)

/** The stored texts of settings by their keys, and what else is below the prefixes that are theirs. */
export const readSettings = async (db: Transaction): Promise<Map<string, string>> =>
  new Map(
    (await db.query<{ key: string; value: string }>(stored, [reservedPrefixes])).map(({ key, value }) => [key, value]),
  )
