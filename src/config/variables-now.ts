import { type Environment, isNotSet, type Variable, type VariableGroup } from '../lib/environment.ts'
import { parseUrl } from '../lib/environment-values.ts'

/** Where the value of a variable comes from. */
export const valueSources = ['ENVIRONMENT', 'CONFIGURATION', 'DEFAULT', 'UNSET'] as const

/**
 * What a variable of the environment says now, as it may be shown: a URL without its login; null of a secret, and of nothing. `entry` is the key of
 * the entry of the configuration that says it instead; null where none does.
 */
export type VariableNow = {
  name: string
  value: string | null
  source: (typeof valueSources)[number]
  entry: string | null
}

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

const variableNow = (name: string, variable: Variable, env: Environment): VariableNow => {
  const given = env[name]?.trim()
  if (!isNotSet(variable, given)) {
    const value = shownValue(given!, variable.secret === true)
    return { name, value, source: 'ENVIRONMENT', entry: null }
  }
  const { default: standard = null } = variable
  return { name, value: standard, source: standard === null ? 'UNSET' : 'DEFAULT', entry: null }
}

/** Every variable as an environment says it, in the order of their declaration. */
export const variablesNow = (groups: readonly VariableGroup<unknown>[], env: Environment): VariableNow[] =>
  groups.flatMap(({ variables }) =>
    Object.entries(variables).map(([name, variable]) => variableNow(name, variable, env)),
  )
