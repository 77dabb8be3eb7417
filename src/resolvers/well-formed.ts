import { badInput } from '../lib/errors.ts'

/** The text of an argument, as ClickHouse can hold it; BAD_USER_INPUT where it has half of a character. */
export const requireWellFormed = (argument: string, text: string): string => {
  if (!text.isWellFormed()) throw badInput(`${argument} must not hold half a surrogate pair.`)
  return text
}
