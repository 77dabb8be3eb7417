import { type Environment, isNotSet, type Variable, type VariableGroup } from '../lib/environment.ts'
import { parseUrl } from '../lib/environment-values.ts'
import { nearName } from '../lib/near-name.ts'
import { bad, type Finding, type VariableNow } from './finding.ts'

/** What an entry of the configuration says instead of a variable; the value of a secret is null. */
export type EntryValue = { key: string; value: string | null }

/** A value as it may be shown: without the login of a URL; null where all of it is the secret. */
const shownValue = (value: string, isSecret: boolean): string | null => {
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? parseUrl(value) : undefined
  if (!url) return isSecret ? null : value
  if (!isSecret && !url.username && !url.password) return value
  // Some drivers take a password from the parameters as well.
  if (isSecret) url.search = ''
  url.username = url.password = url.hash = ''
  return url.href
}

const unlessSet = ({ default: standard, unset }: Variable): string =>
  standard === undefined ? (unset ?? 'nothing').replaceAll('`', '') : standard

const lineOf = (name: string, { secret }: Variable, shown: string | null, from: string): string =>
  `${name} = ${shown ?? (secret ? '(secret)' : '(empty)')}, ${from}`

const variableLine = (
  name: string,
  variable: Variable,
  env: Environment,
  entry: EntryValue | undefined,
): { text: string; now: VariableNow } => {
  const given = env[name]?.trim()
  if (entry)
    return {
      text: lineOf(name, variable, entry.value, `from the entry ${entry.key} of the configuration`),
      now: { name, value: entry.value, source: 'CONFIGURATION' },
    }
  if (!isNotSet(variable, given)) {
    const value = shownValue(given!, variable.secret === true)
    const text = lineOf(name, variable, value || null, 'from the environment')
    return { text, now: { name, value, source: 'ENVIRONMENT' } }
  }
  if (variable.default === undefined)
    return { text: `${name} is not set: ${unlessSet(variable)}`, now: { name, value: null, source: 'UNSET' } }
  const text = lineOf(name, variable, variable.default || null, 'the default')
  return { text, now: { name, value: variable.default, source: 'DEFAULT' } }
}

/** Every variable with its value and where that comes from, a line each; those of which a problem speaks have none. */
export const listVariables = (
  groups: readonly VariableGroup<unknown>[],
  env: Environment,
  { problems, entries }: { problems: readonly string[]; entries: ReadonlyMap<string, EntryValue> },
): Finding[] =>
  groups
    .flatMap(({ variables }) => Object.entries(variables))
    .filter(([name]) => !problems.some((problem) => problem.startsWith(`${name} `)))
    .map(([name, variable]) => {
      const { text, now } = variableLine(name, variable, env, entries.get(name))
      return { ok: true, text: `${text}.`, variable: now }
    })

/** Variables that nothing reads and whose names are near one that is not set: each was meant to say something. */
export const misspelledVariables = (groups: readonly VariableGroup<unknown>[], env: Environment): Finding[] => {
  const names = groups.flatMap(({ variables }) => Object.keys(variables))
  const known = new Set(names)
  const free = names.filter((name) => env[name] === undefined)
  return Object.keys(env)
    .filter((name) => !known.has(name))
    .sort()
    .flatMap((name) => {
      const near = nearName(name, free)
      return near === undefined ? [] : bad(`${name} is no variable of this program: do you mean ${near}?`)
    })
}
