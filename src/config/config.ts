import type { Environment, VariableGroup } from '../lib/environment.ts'
import { ConfigError } from '../lib/errors.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { PlatformConfig, PlatformRegistry } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { accessVariables } from './access-variables.ts'
import { alertVariables } from './alert-variables.ts'
import { pollingVariables } from './polling-variables.ts'
import { serverVariables } from './server-variables.ts'
import { storeVariables } from './store-variables.ts'
import { type VariableNow, variablesNow } from './variables-now.ts'

const ownGroups = [serverVariables, ...storeVariables, ...accessVariables, pollingVariables, alertVariables] as const

/** Every variable that the program reads, in the groups that are read together: a group for each platform, after those of the program. */
export const variableGroups = (registry: PlatformRegistry): VariableGroup<unknown>[] => [
  ...ownGroups,
  ...registry.map(({ variables }) => variables),
]

type Part<G> = G extends VariableGroup<infer T> ? T : never
type All<Parts> = (Parts extends unknown ? (part: Parts) => void : never) extends (all: infer T) => void ? T : never

/** What the variables say one by one, before what is not set is decided by what is. */
type Said = All<Part<(typeof ownGroups)[number]>>

/** Everything the environment decides, checked and typed. It holds secrets: it is never shown as a whole. */
export type Config = Omit<Said, 'introspection'> & {
  /** The variables as they are set, of those groups that an entry of the configuration may change. */
  given: Environment
  /** All variables as they may be shown: without a secret. */
  shown: readonly VariableNow[]
  /** What it says of every platform that there is. */
  platforms: ReadonlyMap<PlatformName, PlatformConfig>
  introspection: NonNullable<Said['introspection']>
}

/** What is wrong with the environment, a sentence each; empty when `readConfig` accepts it. */
export const configProblems = (env: Environment, registry = builtInPlatforms): string[] =>
  variableGroups(registry)
    .map((group) => group.read(env))
    .flatMap((read) => ('problems' in read ? read.problems : []))

const readGroup = <T>(group: VariableGroup<T>, env: Environment): T => {
  const read = group.read(env)
  if ('problems' in read) throw new ConfigError(read.problems[0]!)
  return read.value
}

/** Reads and checks the environment; the first wrong value is a ConfigError whose message is the whole explanation. */
export const readConfig = (env: Environment, registry = builtInPlatforms): Config => {
  const said = {} as Said
  for (const group of ownGroups) Object.assign(said, readGroup<object>(group, env))
  const platforms = new Map(registry.map(({ name, variables }) => [name, readGroup(variables, env)]))
  const groups = variableGroups(registry)
  const names = groups
    .map(({ variables }) => variables)
    .filter((variables) => Object.values(variables).some(({ entry }) => entry))
    .flatMap((variables) => Object.keys(variables))
  return {
    ...said,
    given: Object.fromEntries(names.map((name) => [name, env[name]])),
    shown: variablesNow(groups, env),
    platforms,
    introspection: said.introspection ?? (said.databaseUrl || said.clickHouseUrl ? 'admin' : 'on'),
  }
}
