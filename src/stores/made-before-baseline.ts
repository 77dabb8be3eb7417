import { ConfigError } from '../lib/errors.ts'

/** The refusal of a store that a version from before the first baseline made; `name` is how the operator knows it, e.g. DATABASE_URL. */
export const madeBeforeBaseline = (name: string): ConfigError =>
  new ConfigError(
    `${name} can not be used: a development version from before the first baseline made its content, and nothing upgrades that: choose an empty one.`,
  )
