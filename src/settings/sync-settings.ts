import type { KeyRing } from '../config/key-ring.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import type { Log } from '../lib/log.ts'
import { listenAndPoll } from '../stores/postgres/listen-and-poll.ts'
import { select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { configurationNotifyChannel } from './configuration.ts'
import { unseal } from './envelope.ts'
import { mayBeEncrypted, type RuntimeSettings, reservedPrefixes } from './runtime-settings.ts'
import type { StoredSettings } from './settings.ts'

const stored = statement(
  'settings_read',
  sql`SELECT ${select('Configuration', ['key', 'value', 'isEncrypted'])} FROM public.configuration
   WHERE key = ANY ($2) OR EXISTS (SELECT FROM unnest($1::text[]) AS prefix WHERE starts_with(key, prefix))`,
)

/** What opens the secrets of an environment. */
export type SecretKeys = { ring: KeyRing; environment: EnvironmentName }

/** The stored texts of all settings, and of entries below their prefixes, by key; null where a text can not be decrypted. */
export const readSettings = async (
  db: Transaction,
  known: RuntimeSettings,
  { ring, environment }: SecretKeys,
): Promise<Map<string, string | null>> => {
  const rows = await db.query(stored, [reservedPrefixes, [...known.keys()]])
  const textOf = ({ key, value, isEncrypted }: (typeof rows)[number]): string | null => {
    if (!isEncrypted) return value
    const setting = known.get(key)
    // Of a setting that is no secret an encrypted entry is a mistake.
    const opened = setting && mayBeEncrypted(setting) && unseal(ring, { env: environment.name, key }, value)
    return opened && 'text' in opened ? opened.text : null
  }
  return new Map(rows.map((row) => [row.key, textOf(row)]))
}

type SyncSettingsOptions = {
  db: Postgres
  settings: StoredSettings
  secrets: SecretKeys
  log: Log
  /** How often the entries are read without a notification. */
  pollMs?: number
}

/** Keeps the settings equal to the stored entries. While the database is away the last values stay. */
export const syncSettings = ({ db, settings, secrets, log, pollMs = 2_000 }: SyncSettingsOptions): AsyncDisposable =>
  listenAndPoll({
    db,
    what: 'settings',
    channels: [configurationNotifyChannel],
    pollMs,
    log,
    poll: async (connection) => settings.update(await readSettings(connection, settings.known, secrets)),
  })
