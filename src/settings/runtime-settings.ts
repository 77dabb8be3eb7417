import type { z } from 'zod'
import { type Config, variableGroups } from '../config/config.ts'
import type { Environment, Variable } from '../lib/environment.ts'
import { decimal, onOff, type ValueKind } from '../lib/environment-values.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import type { Category } from './configuration-key.ts'

/** The value of a setting; undefined where nothing says one and there is no default. */
export type SettingValue = number | boolean | string | undefined

/** A setting of the running system: which texts are allowed, and what they mean. */
export type Setting = {
  readonly category: Category
  /** One sentence. */
  readonly description: string
  readonly kind: ValueKind
  /** What is allowed, as the end of a sentence. */
  readonly allowed: string
  /** The variable of the environment that holds without an entry, and whether it is set. */
  readonly variable?: { readonly name: string; readonly isGiven: boolean }
  /** Whether nobody is shown its value. */
  readonly isSecret: boolean
  /** The text that holds where neither an entry nor the environment says anything. */
  readonly defaultText: string | null
  /** The value without an entry. */
  readonly fallback: SettingValue
  /** The value of a text; undefined when it is not allowed. */
  parse(text: string): SettingValue
  print(value: SettingValue): string
}

/** The values of settings that are numbers and switches. */
export type SettingValues = {
  readonly [K in 'monitoring.poll.interval.seconds' | `monitoring.${PlatformName}.requests.per.second`]: number
} & { readonly [K in `monitoring.${PlatformName}.polling`]: boolean } & {
  readonly [K in `retention.${'status.events' | 'chat' | 'probes' | 'webhooks'}.days`]: number
}
export type SettingKey = keyof SettingValues

/** The settings that every process honours while it runs, by the keys of their entries. */
export type RuntimeSettings = ReadonlyMap<string, Setting>

/** A key below these prefixes must be a setting. */
export const reservedPrefixes = ['monitoring.', 'retention.'] as const

/** Whether an entry may be encrypted although its key does not ask for it: what says who we are somewhere. */
export const mayBeEncrypted = ({ category }: Pick<Setting, 'category'>): boolean => category === 'auth'

const parseBy =
  (schema: z.ZodType<unknown, string>) =>
  (text: string): SettingValue => {
    const read = schema.safeParse(text)
    return read.success ? (read.data as SettingValue) : undefined
  }

const print = (value: SettingValue): string =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : value === undefined ? '' : String(value)

const kindOf = (schema: z.ZodType<unknown, string>): ValueKind => (schema.meta()?.kind as ValueKind) ?? 'TEXT'

type About = Pick<Setting, 'category' | 'description' | 'fallback'> & { schema: z.ZodType<unknown, string> }

/** A setting without a variable. */
const internal = ({ schema, ...about }: About): Setting => ({
  ...about,
  kind: kindOf(schema),
  allowed: schema.description ?? '',
  isSecret: false,
  defaultText: print(about.fallback),
  parse: parseBy(schema),
  print,
})

/** The setting that a variable declares; the environment has been checked before. */
const ofVariable = (name: string, variable: Variable, category: Category, given: Environment): Setting => {
  const { schema, description, secret = false, default: standard } = variable
  const text = given[name]?.trim() || undefined
  const inForce = text ?? standard
  const about = {
    schema,
    category,
    description,
    fallback: inForce === undefined ? undefined : parseBy(schema)(inForce),
  }
  return {
    ...internal(about),
    variable: { name, isGiven: text !== undefined },
    isSecret: secret,
    defaultText: standard ?? null,
  }
}

/** The settings of a process with these platforms. Without an entry the environment decides. */
export const runtimeSettings = (config: Config, registry: PlatformRegistry): RuntimeSettings => {
  const known = new Map<string, Setting>()
  for (const { variables } of variableGroups(registry))
    for (const [name, variable] of Object.entries(variables))
      if (variable.entry)
        known.set(variable.entry.key, ofVariable(name, variable, variable.entry.category, config.given))
  for (const { name, title } of registry) {
    const rate = `monitoring.${name}.requests.per.second`
    if (!known.has(rate))
      known.set(
        rate,
        internal({
          schema: decimal(0.01, 10_000),
          fallback: config.platforms.get(name)!.requestsPerSecond,
          category: 'monitoring',
          description: `The most requests per second that each process sends to ${title}.`,
        }),
      )
    known.set(
      `monitoring.${name}.polling`,
      internal({
        schema: onOff,
        fallback: true,
        category: 'monitoring',
        description: `Whether channels on ${title} are polled.`,
      }),
    )
  }
  return known
}
