import type { Log } from '../lib/log.ts'
import { listenAndPoll } from '../stores/postgres/listen-and-poll.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { configurationNotifyChannel } from './configuration.ts'
import { reservedPrefixes } from './runtime-settings.ts'
import type { StoredSettings } from './settings.ts'

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

type SyncSettingsOptions = {
  db: Postgres
  settings: StoredSettings
  log: Log
  /** How often the entries are read without a notification. */
  pollMs?: number
}

/** Keeps the settings equal to the stored entries. While the database is away the last values stay. */
export const syncSettings = ({ db, settings, log, pollMs = 2_000 }: SyncSettingsOptions): AsyncDisposable =>
  listenAndPoll({
    db,
    what: 'settings',
    channels: [configurationNotifyChannel],
    pollMs,
    log,
    poll: async (connection) => settings.update(await readSettings(connection)),
  })
