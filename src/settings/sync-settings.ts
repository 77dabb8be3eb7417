import type { Log } from '../lib/log.ts'
import { listenAndPoll } from '../stores/postgres/listen-and-poll.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { configurationNotifyChannel } from './configuration.ts'
import { readSettings } from './read-settings.ts'
import type { StoredSettings } from './settings.ts'

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
