import type { z } from 'zod'
import { ConfigError } from './errors.ts'

/** The variables of a process by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** One variable of the environment, for the program and its documentation. */
export type Variable = {
  /** Reads the text; its `description` ends the sentence "NAME must be …" when the text is refused. */
  readonly schema: z.ZodType<unknown, string>
  /** The text of an unset variable; without a default its value is undefined. */
  readonly default?: string
  /** The effect of an unset variable without a default, in words. */
  readonly unset?: string
  /** What it decides, in one sentence. */
  readonly description: string
  /** Whether its value, or the login in it, must not be shown. */
  readonly secret?: true
  /** Whether an empty variable means something else than an unset one. */
  readonly mayBeEmpty?: true
  /** The entry of the configuration that may say it as well, and then wins; absent where only the environment decides. */
  readonly entry?: { readonly key: string; readonly category: 'auth' | 'database' | 'monitoring' | 'system' }
}

/** What a group of variables says: the part, or what is wrong, a sentence each. */
export type Reading<T> = { value: T } | { problems: string[] }

type Variables = Readonly<Record<string, Variable>>

type Values<V extends Variables> = {
  [Name in keyof V]: z.output<V[Name]['schema']> | (V[Name] extends { default: string } ? never : undefined)
}

/** Variables that are read together, and the part of the configuration that they make. */
export type VariableGroup<T> = {
  readonly variables: Variables
  read(env: Environment): Reading<T>
}

/** Refuses the value of a variable: throws a ConfigError that says what it must be. */
export const mustBe = (name: string, allowed: string): never => {
  throw new ConfigError(`${name} must be ${allowed}.`)
}

/** Whether what a variable says counts as nothing. */
export const isNotSet = ({ mayBeEmpty }: Variable, given: string | undefined): boolean =>
  given === undefined || (given === '' && !mayBeEmpty)

/** Declares variables that are read together. `make` may refuse a value for the sake of another one by `mustBe`. */
export const variableGroup = <const V extends Variables, T>(
  variables: V,
  make: (values: Values<V>) => T,
): VariableGroup<T> => ({
  variables,
  read(env) {
    const problems: string[] = []
    const values: Record<string, unknown> = {}
    for (const [name, variable] of Object.entries<Variable>(variables)) {
      const given = env[name]?.trim()
      const text = isNotSet(variable, given) ? variable.default : given
      const result = text === undefined ? undefined : variable.schema.safeParse(text)
      if (result?.success === false) problems.push(`${name} must be ${variable.schema.description}.`)
      values[name] = result?.data
    }
    if (problems.length > 0) return { problems }
    try {
      return { value: make(values as Values<V>) }
    } catch (error) {
      if (error instanceof ConfigError) return { problems: [error.message] }
      throw error
    }
  },
})

/** Refuses variables of which some are set and some are not. */
export const allOrNone = (values: Readonly<Record<string, unknown>>): void => {
  const names = Object.keys(values)
  const missing = names.filter((name) => values[name] === undefined)
  if (missing.length === 0 || missing.length === names.length) return
  const others = names.filter((name) => name !== missing[0]).join(' and ')
  mustBe(missing[0]!, `set together with ${others}: all or none`)
}
