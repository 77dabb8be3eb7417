import type { Config } from '../config/config.ts'
import { configKeys } from '../config/config-keys.ts'
import type { KeyRing } from '../config/key-ring.ts'
import { backoffMs, sleep } from '../lib/backoff.ts'
import { ApiError, ConfigError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { twitchRequestsPerSecond } from '../platforms/twitch/twitch-platform.ts'
import { xRequestsPerSecond } from '../platforms/x/x-platform.ts'
import { findUnreadable, unreadableLine } from '../settings/check-secrets.ts'
import { type Configuration, createConfiguration } from '../settings/configuration.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { SettingValues } from '../settings/runtime-settings.ts'
import { createSettings, type Settings, type StoredSettings } from '../settings/settings.ts'
import { syncSettings } from '../settings/sync-settings.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** What the environment says where there is no entry. */
export const defaultSettings = (config: Config): SettingValues => ({
  'monitoring.poll.interval.seconds': config.pollIntervalSeconds,
  'monitoring.kick.requests.per.second': config.kickRequestsPerSecond,
  'monitoring.twitch.requests.per.second': twitchRequestsPerSecond,
  'monitoring.x.requests.per.second': xRequestsPerSecond,
  'monitoring.kick.polling': true,
  'monitoring.twitch.polling': true,
  'monitoring.x.polling': true,
  'retention.status.events.days': config.retentionDays.statusEvents,
  'retention.chat.days': config.retentionDays.chat,
  'retention.probes.days': config.retentionDays.probes,
  'retention.webhooks.days': config.retentionDays.webhooks,
})

export type SettingsOptions = {
  config: Config
  /** The public side. */
  db: Postgres
  log: Log
}

/** What is stored of the configuration of this environment. */
export type OpenSettings = { configuration: Configuration; ring: KeyRing; settings: Settings }

const open = ({ config, db, log }: SettingsOptions): OpenSettings & { settings: StoredSettings } => {
  const ring = configKeys(config.dataDir, config.configKeys)
  const settings = createSettings(defaultSettings(config), log)
  return { configuration: createConfiguration({ db, ring, env: config.environment }), ring, settings }
}

/** Opens them for one command: the settings are those of now. */
export const openSettings = async (options: SettingsOptions): Promise<OpenSettings> => {
  const opened = open(options)
  opened.settings.update(await readSettings(options.db))
  return opened
}

const whenAvailable = async <T>(work: () => Promise<T>, log: Log, signal: AbortSignal): Promise<T> => {
  for (let failures = 0; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'UNAVAILABLE') || signal.aborted) throw error
      log.warn({ attempt: failures + 1 }, 'DATABASE_URL does not answer; trying again')
      await sleep(backoffMs(failures, { baseMs: 500, maxMs: 10_000 }) + 250, signal)
    }
  }
}

/** Opens them and follows their changes. A ConfigError names the key that is missing where a stored secret can not be read. */
export const startSettings = async (
  options: SettingsOptions & { signal: AbortSignal },
): Promise<OpenSettings & AsyncDisposable> => {
  const { config, db, log, signal } = options
  const opened = open(options)
  await whenAvailable(
    async () => {
      const unreadable = await findUnreadable(db, opened.ring, config.environment)
      if (unreadable) throw new ConfigError(unreadableLine(unreadable))
      opened.settings.update(await readSettings(db))
    },
    log,
    signal,
  )
  const following = syncSettings({ db, settings: opened.settings, log })
  return { ...opened, [Symbol.asyncDispose]: () => following[Symbol.asyncDispose]() }
}
