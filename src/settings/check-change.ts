import { type Category, isConfigurationKey, keyRule } from './configuration-key.ts'
import { mayBeEncrypted, type RuntimeSettings, reservedPrefixes } from './runtime-settings.ts'

/** A change of an entry. An absent description or encryption stays as it is. */
export type Change = {
  key: string
  value: string
  category: Category
  description?: string | null
  encrypt?: boolean | null
  /** The version to replace, 0 for a new entry; absent replaces any version. */
  expectedVersion?: number | null
}

/** An argument with a value that is not allowed. */
export type InvalidChange = { kind: 'invalid'; argument: keyof Change; message: string }

const maxValueBytes = 65_536
const maxDescription = 1_000

/** Refuses a change with one sentence that names the argument and what is allowed. */
export const invalid = (argument: keyof Change, message: string): InvalidChange => ({
  kind: 'invalid',
  argument,
  message,
})

/** Postgres stores no NUL, and half a surrogate pair would come back as another character. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

const checkSetting = (settings: RuntimeSettings, { key, value, category, encrypt }: Change): InvalidChange | null => {
  const setting = settings.get(key)
  if (setting === undefined) {
    const prefix = reservedPrefixes.find((reserved) => key.startsWith(reserved))
    if (prefix === undefined) return null
    const known = [...settings.keys()].filter((other) => other.startsWith(prefix)).join(', ')
    return invalid('key', `key must be one of ${known}, or begin with something else than "${prefix}".`)
  }
  if (setting.parse(value) === undefined) return invalid('value', `value of "${key}" must be ${setting.allowed}.`)
  if (category !== setting.category)
    return invalid('category', `category of "${key}" must be ${setting.category.toUpperCase()}.`)
  return encrypt && !mayBeEncrypted(setting)
    ? invalid('encrypt', `encrypt must be false for "${key}", which is no secret.`)
    : null
}

/** What is wrong with a change regardless of what is stored; null when nothing is. A message never repeats the value. */
export const checkChange = (settings: RuntimeSettings, change: Change): InvalidChange | null => {
  const { key, value, description, expectedVersion } = change
  if (!isConfigurationKey(key)) return invalid('key', keyRule)
  if (!isStorable(value) || Buffer.byteLength(value) > maxValueBytes)
    return invalid('value', `value must be well-formed text of at most ${maxValueBytes} bytes in UTF-8, without NUL.`)
  if (description != null && (!isStorable(description) || description.length > maxDescription))
    return invalid('description', `description must be at most ${maxDescription} characters, without NUL.`)
  if (expectedVersion != null && expectedVersion < 0)
    return invalid('expectedVersion', 'expectedVersion must be 0 for a new key, or the version that is to be replaced.')
  return checkSetting(settings, change)
}
