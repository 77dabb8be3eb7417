import type { Log } from '../lib/log.ts'
import { type SettingKey, type SettingValues, settingKeys, settingOf } from './runtime-settings.ts'

/** What the running system goes by now. */
export type Settings = {
  get<K extends SettingKey>(key: K): SettingValues[K]
  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: () => void): () => void
}

/** Settings that are told what is stored. */
export type StoredSettings = Settings & {
  /** The entries below the prefixes of settings as they are stored now, all of them; what has none is as the environment says. */
  update(stored: ReadonlyMap<string, string>): void
}

type Change = { key: SettingKey; value: unknown }

/** What stored texts change, and the keys of those that are not allowed or no settings: these change nothing. */
const planSettings = (
  defaults: SettingValues,
  current: SettingValues,
  stored: ReadonlyMap<string, string>,
): { changes: Change[]; wrong: string[] } => {
  const changes: Change[] = []
  const wrong = [...stored.keys()].filter((key) => !settingOf(key))
  for (const key of settingKeys) {
    const text = stored.get(key)
    const value = text === undefined ? defaults[key] : settingOf(key)!.parse(text)
    if (value === undefined) wrong.push(key)
    else if (value !== current[key]) changes.push({ key, value })
  }
  return { changes, wrong }
}

/** Settings that begin as the environment has them. */
export const createSettings = (defaults: SettingValues, log: Log): StoredSettings => {
  const listeners = new Set<() => void>()
  let current = defaults
  let complainedOf = ''
  return {
    get: (key) => current[key],
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update(stored) {
      const { changes, wrong } = planSettings(defaults, current, stored)
      if (wrong.join() !== complainedOf) {
        complainedOf = wrong.join()
        for (const key of wrong)
          log.warn({ setting: key, allowed: settingOf(key)?.allowed }, 'a stored setting is not used')
      }
      if (changes.length === 0) return
      for (const { key, value } of changes)
        log.info({ setting: key, from: current[key], to: value }, 'a setting is another one now')
      current = { ...current, ...Object.fromEntries(changes.map(({ key, value }) => [key, value])) }
      for (const listener of listeners) listener()
    },
  }
}
