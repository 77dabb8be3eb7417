const maxLength = 2_048
const shortestSecret = 6
const struck = '[struck out]'

/** Values of JSON members whose names say that they are secret or about a person. */
const secretMembers = /("(?:key|token|secret|password|email|[a-z_]{1,30}_(?:key|token|secret))" ?: ?")[^"\\]{0,4096}/gi

/**
 * The beginning of a failed answer as it may be kept: without the given secrets, without members that are secret by
 * their name, and without NUL, which Postgres can not store.
 */
export const answerExcerpt = (text: string, secrets: readonly string[]): string => {
  // A secret that begins within the excerpt and ends beyond it is struck out as a whole.
  let excerpt = text.slice(0, 2 * maxLength + 4_096)
  for (const secret of secrets) if (secret.length >= shortestSecret) excerpt = excerpt.replaceAll(secret, struck)
  return excerpt.replace(secretMembers, `$1${struck}`).replaceAll('\0', ' ').slice(0, maxLength).toWellFormed()
}
