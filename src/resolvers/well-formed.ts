import { badInput } from '../lib/errors.ts'

/** The text of an argument; BAD_USER_INPUT when it has half of a character, which ClickHouse can not hold. */
export const requireWellFormed = (argument: string, text: string): string => {
  if (!text.isWellFormed()) throw badInput(`${argument} must not hold half a surrogate pair.`)
  return text
}
