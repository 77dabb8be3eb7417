import type { Environment, VariableGroup } from '../lib/environment.ts'
import { ConfigError } from '../lib/errors.ts'
import { accessVariables } from './access-variables.ts'
import { platformVariables } from './platform-variables.ts'
import { serverVariables } from './server-variables.ts'
import { storeVariables } from './store-variables.ts'

/** Every variable that the program reads, in the groups that are read together. */
export const variableGroups = [serverVariables, ...storeVariables, ...accessVariables, ...platformVariables] as const

type Part<G> = G extends VariableGroup<infer T> ? T : never
type All<Parts> = (Parts extends unknown ? (part: Parts) => void : never) extends (all: infer T) => void ? T : never

/** What the variables say one by one, before what is not set is decided by what is. */
type Said = All<Part<(typeof variableGroups)[number]>>

/** Everything the environment decides, checked and typed. Secrets are only ever in `keys` and the store URLs. */
export type Config = Omit<Said, 'demo' | 'introspection'> & {
  demo: boolean
  introspection: NonNullable<Said['introspection']>
}

/** What is wrong with the environment, a sentence each; empty when `readConfig` accepts it. */
export const configProblems = (env: Environment): string[] =>
  variableGroups.map((group) => group.read(env)).flatMap((read) => ('problems' in read ? read.problems : []))

/** Reads and checks the environment; the first wrong value is a ConfigError whose message is the whole explanation. */
export const readConfig = (env: Environment): Config => {
  const said = {} as Said
  for (const group of variableGroups) {
    const read = group.read(env)
    if ('problems' in read) throw new ConfigError(read.problems[0]!)
    Object.assign(said, read.value)
  }
  return {
    ...said,
    demo: (said.demo ?? (said.kick ? 'off' : 'on')) === 'on',
    introspection: said.introspection ?? (said.databaseUrl || said.clickHouseUrl ? 'admin' : 'on'),
  }
}
