import type { Log } from '../lib/log.ts'
import type { AdjustableRate } from '../platforms/pace.ts'
import type { PlatformName } from '../platforms/platform.ts'
import {
  mayBeEncrypted,
  type RuntimeSettings,
  type SettingKey,
  type SettingValue,
  type SettingValues,
} from './runtime-settings.ts'

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
  /** The value of any of them. */
  valueOf(key: string): SettingValue
  /** The text of the entry that is used; undefined where the environment or the default holds. */
  entryOf(key: string): string | undefined
  /** The keys of stored entries that are not allowed, or that can not be decrypted here: what held before holds on. */
  unused(): ReadonlySet<string>
  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: () => void): () => void
}

/** Settings that are told what is stored. */
export type StoredSettings = Settings & {
  /**
   * The entries of settings and below their prefixes as they are stored now, all of them; what has none is as the environment says.
   * A null stands for a value that can not be decrypted.
   */
  update(stored: ReadonlyMap<string, string | null>): void
}

/** A value, and the text of the entry that says it. */
type Held = { value: SettingValue; entry?: string | undefined }
type Change = Held & { key: string }
type Values = ReadonlyMap<string, Held>

/** What stored texts change, and the keys of those that are not allowed or no settings: these change nothing. */
const planSettings = (
  known: RuntimeSettings,
  current: Values,
  stored: ReadonlyMap<string, string | null>,
): { changes: Change[]; wrong: string[] } => {
  const changes: Change[] = []
  const wrong = [...stored.keys()].filter((key) => !known.has(key))
  for (const [key, { fallback, parse }] of known) {
    const text = stored.get(key)
    const now = current.get(key)
    const entry = text ?? undefined
    const value = entry === undefined ? fallback : parse(entry)
    if (text === null || (entry !== undefined && value === undefined)) wrong.push(key)
    else if (value !== now?.value || entry !== now?.entry) changes.push({ key, value, entry })
  }
  return { changes, wrong }
}

/** Settings that begin as the environment has them. */
export const createSettings = (known: RuntimeSettings, log: Log): StoredSettings => {
  const listeners = new Set<() => void>()
  let current: Values = new Map(Array.from(known, ([key, { fallback }]) => [key, { value: fallback }]))
  let complainedOf = ''
  let unused: ReadonlySet<string> = new Set()
  return {
    known,
    get: <K extends SettingKey>(key: K) => current.get(key)?.value as SettingValues[K],
    valueOf: (key) => current.get(key)?.value,
    entryOf: (key) => current.get(key)?.entry,
    unused: () => unused,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update(stored) {
      const { changes, wrong } = planSettings(known, current, stored)
      if (wrong.join() !== complainedOf) {
        complainedOf = wrong.join()
        unused = new Set(wrong)
        for (const key of wrong)
          log.warn({ setting: key, allowed: known.get(key)?.allowed }, 'a stored setting is not allowed and not used')
      }
      if (changes.length === 0) return
      for (const { key, value } of changes) {
        const from = current.get(key)?.value
        const values = mayBeEncrypted(known.get(key)!) ? {} : { from, to: value }
        if (value !== from) log.info({ setting: key, ...values }, 'a setting has changed')
      }
      current = new Map([...current, ...changes.map(({ key, ...held }) => [key, held] as const)])
      for (const listener of listeners) listener()
    },
  }
}
