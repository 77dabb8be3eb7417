import { GraphQLError } from 'graphql'

/** What an answer may tell of its errors: so many, so many bytes of JSON altogether, and messages of so many characters. */
export const errorLimits = { errors: 100, bytes: 48 * 1024, messageCharacters: 280 }

const gap = ' … '
const ending = 140

/** A message of at most the characters that are allowed. Where it is longer it lacks its middle: what is wrong is often said at the end. */
export const shortMessage = (message: string): string => {
  const { messageCharacters } = errorLimits
  if (message.length <= messageCharacters) return message
  const beginning = messageCharacters - gap.length - ending
  // A cut may part the two halves of a character.
  return `${message.slice(0, beginning)}${gap}${message.slice(-ending)}`.toWellFormed()
}

const leftOut = (count: number, code: unknown): GraphQLError =>
  new GraphQLError(count === 1 ? 'One more error is not told.' : `${count} more errors are not told.`, {
    extensions: { code, leftOut: count },
  })

/**
 * The errors that an answer tells, each as `present` shows it: the first ones up to the limits. One more says how many were left
 * out, in its message and as `leftOut`, and has the code of the last one before it.
 */
export const withinLimits = <E>(errors: readonly E[], present: (error: E) => GraphQLError): GraphQLError[] => {
  const told: GraphQLError[] = []
  let bytes = 0
  for (const error of errors.slice(0, errorLimits.errors)) {
    const shown = present(error)
    bytes += Buffer.byteLength(JSON.stringify(shown))
    if (told.length > 0 && bytes > errorLimits.bytes) break
    told.push(shown)
  }
  const count = errors.length - told.length
  return count === 0 ? told : [...told, leftOut(count, told.at(-1)!.extensions.code)]
}
