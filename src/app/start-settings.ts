import type { Config } from '../config/config.ts'
import { configKeys } from '../config/config-keys.ts'
import type { KeyRing } from '../config/key-ring.ts'
import { backoffMs, sleep } from '../lib/backoff.ts'
import { ApiError, ConfigError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { findUnreadable, unreadableLine } from '../settings/check-secrets.ts'
import { type Configuration, createConfiguration } from '../settings/configuration.ts'
import { runtimeSettings } from '../settings/runtime-settings.ts'
import { createSettings, type Settings, type StoredSettings } from '../settings/settings.ts'
import { readSettings, syncSettings } from '../settings/sync-settings.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { refuseDemoCredentials } from './refuse-demo-credentials.ts'

export type SettingsOptions = {
  config: Config
  registry: PlatformRegistry
  databases: { readonly public: Postgres; readonly dm: Postgres }
  log: Log
}

/** What is stored of the configuration of this environment. */
export type OpenSettings = { configuration: Configuration; ring: KeyRing; settings: Settings }

const open = ({ config, registry, databases, log }: SettingsOptions): OpenSettings & { settings: StoredSettings } => {
  const ring = configKeys(config.dataDir, config.configKeys)
  const known = runtimeSettings(config, registry)
  const configuration = createConfiguration({
    db: databases.public,
    ring,
    environment: config.environment,
    settings: known,
    refuse: refuseDemoCredentials(databases.dm, registry),
  })
  return { configuration, ring, settings: createSettings(known, log) }
}

/** Opens them for one command: the settings are those of now. */
export const openSettings = async (options: SettingsOptions): Promise<OpenSettings> => {
  const opened = open(options)
  const secrets = { ring: opened.ring, environment: options.config.environment }
  opened.settings.update(await readSettings(options.databases.public, opened.settings.known, secrets))
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
  const { config, log, signal } = options
  const db = options.databases.public
  const opened = open(options)
  const secrets = { ring: opened.ring, environment: config.environment }
  await whenAvailable(
    async () => {
      const unreadable = await findUnreadable(db, opened.ring, config.environment)
      if (unreadable) throw new ConfigError(unreadableLine(unreadable))
      opened.settings.update(await readSettings(db, opened.settings.known, secrets))
    },
    log,
    signal,
  )
  const following = syncSettings({ db, settings: opened.settings, secrets, log })
  return { ...opened, [Symbol.asyncDispose]: () => following[Symbol.asyncDispose]() }
}
