import type { ValueKind } from '../lib/environment-values.ts'
import type { Entry } from './configuration.ts'
import { type Category, isSensitive } from './configuration-key.ts'
import type { SettingValue } from './runtime-settings.ts'
import type { Settings } from './settings.ts'

/** Where the value of a setting comes from. */
type SettingSource = 'CONFIGURATION' | 'ENVIRONMENT' | 'DEFAULT'

/** What is wrong with settings that belong together: a sentence without any secret. */
export type SettingProblem = { keys: readonly string[]; sentence: string }

/** A setting as it may be shown, or an entry that the system does not use. */
export type ListedSetting = {
  key: string
  isKnown: boolean
  category: Category
  /** Null of an unknown one, like its range and its variable. */
  kind: ValueKind | null
  range: string | null
  variable: string | null
  default: string | null
  /** Null where it is secret, and where there is none. */
  value: string | null
  source: SettingSource
  /** What would hold without an entry, and where that would come from. */
  valueWithoutEntry: string | null
  sourceWithoutEntry: SettingSource | null
  isSecret: boolean
  description: string | null
  warnings: string[]
  /** Of the entry; null where there is none. */
  version: number | null
  updatedAt: Date | null
  updatedBy: string | null
}

const storedPart = (entry: Entry | undefined) => ({
  version: entry?.version ?? null,
  updatedAt: entry?.updatedAt ?? null,
  updatedBy: entry?.updatedBy ?? null,
})

const unknown = (entry: Entry): ListedSetting => ({
  key: entry.key,
  isKnown: false,
  category: entry.category,
  kind: null,
  range: null,
  variable: null,
  default: null,
  value: entry.value,
  source: 'CONFIGURATION',
  valueWithoutEntry: null,
  sourceWithoutEntry: null,
  isSecret: entry.isEncrypted,
  description: entry.description,
  warnings: ['The system does not use this key.'],
  ...storedPart(entry),
})

/** Every setting that the system knows, with its value in this process, and after them the entries that it does not know. */
export const listSettings = (
  settings: Settings,
  entries: readonly Entry[],
  problems: readonly SettingProblem[],
): ListedSetting[] => {
  const stored = new Map(entries.map((entry) => [entry.key, entry]))
  const unused = settings.unused()
  const known = Array.from(settings.known, ([key, setting]): ListedSetting => {
    const { category, kind, allowed, variable, defaultText, description, fallback, print } = setting
    const entry = stored.get(key)
    const isUsed = settings.entryOf(key) !== undefined
    const isSecret = setting.isSecret || isSensitive(key) || (entry?.isEncrypted ?? false)
    const value = settings.valueOf(key)
    const shown = (one: SettingValue): string | null => (isSecret || one === undefined ? null : print(one))
    const sourceWithoutEntry = variable?.isGiven ? 'ENVIRONMENT' : 'DEFAULT'
    return {
      key,
      isKnown: true,
      category,
      kind,
      range: allowed,
      variable: variable?.name ?? null,
      default: defaultText,
      value: shown(value),
      source: isUsed ? 'CONFIGURATION' : sourceWithoutEntry,
      valueWithoutEntry: shown(fallback),
      sourceWithoutEntry,
      isSecret,
      description: entry?.description ?? description,
      warnings: [
        ...(isUsed && variable?.isGiven ? [`The entry is used; ${variable.name} of the environment is not.`] : []),
        ...(unused.has(key)
          ? ['The stored value is not used: it is not allowed, or it can not be decrypted here.']
          : []),
        ...problems.filter(({ keys }) => keys.includes(key)).map(({ sentence }) => sentence),
      ],
      ...storedPart(entry),
    }
  })
  return [...known, ...entries.filter(({ key }) => !settings.known.has(key)).map(unknown)]
}
