import type { Log } from '../lib/log.ts'
import type { AdjustableRate } from '../platforms/pace.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { RuntimeSettings, SettingKey, SettingValues } from './runtime-settings.ts'

/** The setting for the requests a second to a platform. */
export const requestRate = (settings: Settings, platform: PlatformName): AdjustableRate => ({
  now: () => settings.get(`monitoring.${platform}.requests.per.second`),
  onChange: settings.onChange,
})

/** What the running system goes by now. */
export type Settings = {
  /** Which there are. */
  readonly known: RuntimeSettings
  get<K extends SettingKey>(key: K): SettingValues[K]
  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: () => void): () => void
}

/** Settings that are told what is stored. */
export type StoredSettings = Settings & {
  /** The entries below the prefixes of settings as they are stored now, all of them; what has none is as the environment says. */
  update(stored: ReadonlyMap<string, string>): void
}

type Change = { key: string; value: number | boolean }
type Values = ReadonlyMap<string, number | boolean>

/** What stored texts change, and the keys of those that are not allowed or no settings: these change nothing. */
const planSettings = (
  known: RuntimeSettings,
  current: Values,
  stored: ReadonlyMap<string, string>,
): { changes: Change[]; wrong: string[] } => {
  const changes: Change[] = []
  const wrong = [...stored.keys()].filter((key) => !known.has(key))
  for (const [key, { fallback, parse }] of known) {
    const text = stored.get(key)
    const value = text === undefined ? fallback : parse(text)
    if (value === undefined) wrong.push(key)
    else if (value !== current.get(key)) changes.push({ key, value })
  }
  return { changes, wrong }
}

/** Settings that begin as the environment has them. */
export const createSettings = (known: RuntimeSettings, log: Log): StoredSettings => {
  const listeners = new Set<() => void>()
  let current: Values = new Map(Array.from(known, ([key, { fallback }]) => [key, fallback]))
  let complainedOf = ''
  return {
    known,
    get: <K extends SettingKey>(key: K) => current.get(key) as SettingValues[K],
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update(stored) {
      const { changes, wrong } = planSettings(known, current, stored)
      if (wrong.join() !== complainedOf) {
        complainedOf = wrong.join()
        for (const key of wrong)
          log.warn({ setting: key, allowed: known.get(key)?.allowed }, 'a stored setting is not allowed and not used')
      }
      if (changes.length === 0) return
      for (const { key, value } of changes)
        log.info({ setting: key, from: current.get(key), to: value }, 'a setting has changed')
      current = new Map([...current, ...changes.map(({ key, value }) => [key, value] as const)])
      for (const listener of listeners) listener()
    },
  }
}
