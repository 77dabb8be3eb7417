import type { VariableNow } from '../config/variables-now.ts'
import type { Environment, Variable, VariableGroup } from '../lib/environment.ts'
import { nearName } from '../lib/near-name.ts'
import { bad, type Finding } from './finding.ts'

const unlessSet = ({ default: standard, unset }: Variable): string =>
  standard === undefined ? (unset ?? 'nothing').replaceAll('`', '') : standard

const textOf = ({ name, value, source, entry }: VariableNow, variable: Variable): string => {
  if (source === 'UNSET') return `${name} is not set: ${unlessSet(variable)}`
  const from = {
    CONFIGURATION: `from the entry ${entry} of the configuration`,
    ENVIRONMENT: 'from the environment',
    DEFAULT: 'the default',
  }[source]
  return `${name} = ${value || (variable.secret && value === null ? '(secret)' : '(empty)')}, ${from}`
}

/** Every variable with its value and where that comes from, a line each; those of which a problem speaks have none. */
export const listVariables = (
  groups: readonly VariableGroup<unknown>[],
  now: readonly VariableNow[],
  problems: readonly string[] = [],
): Finding[] => {
  const known = new Map(groups.flatMap(({ variables }) => Object.entries(variables)))
  return now
    .filter(({ name }) => known.has(name) && !problems.some((problem) => problem.startsWith(`${name} `)))
    .map((variable) => ({ ok: true, text: `${textOf(variable, known.get(variable.name)!)}.`, variable }))
}

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
