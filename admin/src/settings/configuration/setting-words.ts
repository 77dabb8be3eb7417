import type { SettingsQuery } from '../../../generated/graphql.ts'

export type SettingLine = SettingsQuery['settings'][number]

/** A value as a sentence has it: a secret is never said. */
export const valueInWords = (value: string | null, isSecret: boolean): string =>
  isSecret ? 'a value that is never shown' : value === null ? 'nothing' : value === '' ? 'an empty text' : value

/** Where the value comes from. */
export const sourceInWords = ({ source, variable }: Pick<SettingLine, 'source' | 'variable'>): string =>
  source === 'CONFIGURATION' ? 'set here' : source === 'ENVIRONMENT' ? `from ${variable}` : 'default'

/** What holds when the entry is removed. */
export const withoutEntry = (
  setting: Pick<SettingLine, 'isKnown' | 'isSecret' | 'variable' | 'valueWithoutEntry' | 'sourceWithoutEntry'>,
): string => {
  const { isKnown, isSecret, variable, valueWithoutEntry: value, sourceWithoutEntry: source } = setting
  if (!isKnown) return 'The system does not use it, so nothing else changes.'
  if (source === 'ENVIRONMENT')
    return isSecret ? `Then the value of ${variable} applies.` : `Then ${value} applies, from ${variable}.`
  return value === null ? 'Then it has no value.' : `Then the default applies: ${value}.`
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
  if (now.version === null) return 'Somebody removed the entry while you write.'
  return `${now.updatedBy ?? 'Somebody'} set it to ${valueInWords(now.value, now.isSecret)} while you write.`
}

const categoryNames: Record<SettingLine['category'], string> = {
  MONITORING: 'Monitoring',
  DATABASE: 'How long things are kept',
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
    const all = `${key} ${description ?? ''} ${variable ?? ''}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
  const groups = Object.entries(categoryNames).map(([category, name]): [string, SettingLine[]] => [
    name,
    found.filter((setting) => setting.isKnown && setting.category === category),
  ])
  return [
    ...groups,
    ['Entries that the system does not know', found.filter(({ isKnown }) => !isKnown)] as [string, SettingLine[]],
  ].filter(([, lines]) => lines.length > 0)
}
