import type { Log } from '../lib/log.ts'
import { follow } from '../stores/postgres/follow.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { configurationNotifyChannel } from './configuration.ts'
import { readSettings } from './read-settings.ts'
import type { StoredSettings } from './settings.ts'

export type FollowSettingsOptions = {
  db: Postgres
  settings: StoredSettings
  log: Log
  /** How often the entries are read without having been told to. */
  pollMs?: number
}

/** Keeps the settings as they are stored. While the database is away the last known values stay. */
export const followSettings = ({ db, settings, log, pollMs = 2_000 }: FollowSettingsOptions): AsyncDisposable =>
  follow({
    db,
    what: 'settings',
    channels: [configurationNotifyChannel],
    pollMs,
    log,
    look: async (connection) => settings.update(await readSettings(connection)),
  })
