import type { SettingsQuery } from '../../../generated/graphql.ts'
import { settingTitle } from './setting-title.ts'

export type SettingLine = SettingsQuery['settings'][number]

/** A value as a sentence has it: a secret is never said. */
export const valueInWords = (value: string | null, isSecret: boolean): string =>
  isSecret ? 'a value that is never shown' : value === null ? 'nothing' : value === '' ? 'an empty text' : value

/** Whether there is no value at all; of a secret nobody is told more. */
export const isUnset = ({ value, isSecret, source }: Pick<SettingLine, 'value' | 'isSecret' | 'source'>): boolean =>
  isSecret ? source === 'DEFAULT' : value === null

/** Where the value comes from; empty where there is none. */
export const sourceInWords = (setting: Pick<SettingLine, 'source' | 'variable' | 'value' | 'isSecret'>): string => {
  if (setting.source === 'CONFIGURATION') return 'set here'
  if (setting.source === 'ENVIRONMENT') return `from ${setting.variable}`
  return isUnset(setting) ? '' : 'default'
}

/** What holds when the entry is removed, as the end of a sentence. */
export const withoutEntry = (
  setting: Pick<SettingLine, 'isKnown' | 'isSecret' | 'variable' | 'valueWithoutEntry' | 'sourceWithoutEntry'>,
): string => {
  const { isKnown, isSecret, variable, valueWithoutEntry: value, sourceWithoutEntry: source } = setting
  if (!isKnown) return 'nothing else changes, because the system does not use it'
  if (source === 'ENVIRONMENT')
    return isSecret ? `the value of ${variable} applies` : `${value} applies, from ${variable}`
  return value === null ? 'it has no value' : `the default applies: ${value}`
}

type Written = { text: string; base: number; isSecret: boolean }

/**
 * Whether the entry has what was written, although no answer said so: the answer was lost, and this very value is there since. A secret can not be
 * compared.
 */
export const hasWritten = (
  { text, base, isSecret }: Written,
  refusal: { code: string; current?: { value: string | null } | null } | null,
  now: Pick<SettingLine, 'version' | 'value'>,
): boolean => {
  if (isSecret || refusal === null) return false
  if (refusal.current) return refusal.current.value === text.trim()
  return refusal.code === 'LOST' && (now.version ?? 0) !== base && now.value === text.trim()
}

/** What somebody else did to the entry while it is edited; null when it is as it was. `base` is the version that editing began with. */
export const changedMeanwhile = (
  base: number,
  now: Pick<SettingLine, 'version' | 'updatedBy' | 'value' | 'isSecret'>,
): string | null => {
  if ((now.version ?? 0) === base) return null
  if (now.version === null) return 'Somebody removed the entry while you were editing.'
  return `${now.updatedBy ?? 'Somebody'} set it to ${valueInWords(now.value, now.isSecret)} while you were editing.`
}

const categoryNames: Record<SettingLine['category'], string> = {
  MONITORING: 'Monitoring',
  DATABASE: 'Retention',
  AUTH: 'Credentials',
  SYSTEM: 'System',
}

/** The settings under headings, those that the text finds; entries that the system does not know last. */
export const groupSettings = (
  settings: readonly SettingLine[],
  text: string,
): [name: string, lines: SettingLine[]][] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = settings.filter(({ key, description, variable }) => {
    const all = `${settingTitle(key)} ${key} ${description ?? ''} ${variable ?? ''}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
  const groups = Object.entries(categoryNames).map(([category, name]): [string, SettingLine[]] => [
    name,
    found.filter((setting) => setting.isKnown && setting.category === category),
  ])
  return [...groups, ['Unknown entries', found.filter(({ isKnown }) => !isKnown)] as [string, SettingLine[]]].filter(
    ([, lines]) => lines.length > 0,
  )
}
