import type { Scopes } from '../schema/builder.ts'

/** The scopes of a caller. */
export type HeldScopes = Scopes

/**
 * Whether the caller may read a field or the fields of a type, as far as a plain list of scopes says, any of which will do;
 * false also where anything else is to decide.
 */
export const mayRead = ({ extensions }: { extensions: object }, scopes: HeldScopes): boolean => {
  const { authScopes } = (extensions as { pothosOptions?: { authScopes?: unknown } }).pothosOptions ?? {}
  if (authScopes === undefined) return true
  if (typeof authScopes !== 'object' || authScopes === null) return false
  const wanted = Object.entries(authScopes)
  return (
    wanted.every(([scope, value]) => Object.hasOwn(scopes, scope) && value === true) &&
    wanted.some(([scope]) => scopes[scope as keyof HeldScopes])
  )
}
