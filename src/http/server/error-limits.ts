import { GraphQLError } from 'graphql'

/** What an answer may tell of its errors: so many, so many bytes of JSON altogether, and messages of so many characters. */
export const errorLimits = { errors: 100, bytes: 48 * 1024, messageCharacters: 280 }

/** Room for the number of occurrences of an error. */
const occurrencesBytes = 24

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

/** The field of an error in the items of a list, whichever item it is; undefined where it is in no list. */
const fieldOf = (path: GraphQLError['path']): string | undefined =>
  path?.some((step) => typeof step === 'number')
    ? path.map((step) => (typeof step === 'number' ? '*' : step)).join('.')
    : undefined

/** What errors have in common that are told once; undefined for one that stays by itself. */
const kindOf = (error: unknown): string | undefined => {
  if (!(error instanceof GraphQLError)) return undefined
  const field = fieldOf(error.path)
  return field && JSON.stringify([field, error.message, error.extensions.code])
}

/** Counts what was added to the first one of its kind. */
class FirstOfKind<One extends { count: number }> {
  readonly all: One[] = []
  readonly #byKind = new Map<string, One>()

  /** The first one of a kind, with the count of another added to it; undefined where there was none before. */
  addTo(kind: string | undefined, count: number): One | undefined {
    const first = kind === undefined ? undefined : this.#byKind.get(kind)
    if (first) first.count += count
    return first
  }

  push(kind: string | undefined, one: One): void {
    this.all.push(one)
    if (kind !== undefined) this.#byKind.set(kind, one)
  }
}

/**
 * The errors that an answer tells, each as `present` shows it: the first ones up to the limits. An error that the same field has in
 * many items of lists is told once, with the path of the first one, and with their number as `occurrences`. One more says how many were
 * left out, in its message and as `leftOut`, and has the code of the last one before it.
 */
export const withinLimits = <E>(errors: readonly E[], present: (error: E) => GraphQLError): GraphQLError[] => {
  // Those that are alike already are presented once: whoever presents an unexpected error logs it.
  const different = new FirstOfKind<{ error: E; count: number }>()
  for (const error of errors) {
    const kind = kindOf(error)
    if (!different.addTo(kind, 1)) different.push(kind, { error, count: 1 })
  }
  const told = new FirstOfKind<{ shown: GraphQLError; count: number }>()
  let bytes = 0
  for (const { error, count } of different.all.slice(0, errorLimits.errors)) {
    const shown = present(error)
    const kind = kindOf(shown)
    if (told.addTo(kind, count)) continue
    bytes += Buffer.byteLength(JSON.stringify(shown)) + occurrencesBytes
    if (told.all.length > 0 && bytes > errorLimits.bytes) break
    told.push(kind, { shown, count })
  }
  for (const { shown, count } of told.all) if (count > 1) shown.extensions.occurrences = count
  const shown = told.all.map(({ shown }) => shown)
  const rest = errors.length - told.all.reduce((sum, { count }) => sum + count, 0)
  return rest === 0 ? shown : [...shown, leftOut(rest, shown.at(-1)!.extensions.code)]
}
