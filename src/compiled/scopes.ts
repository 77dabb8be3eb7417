import type { Scopes } from '../schema/builder.ts'

/**
 * Whether a caller may read a field, or the fields of a type: one of its scopes is enough. False also where a function decides,
 * because only the execution can call it.
 */
export const mayRead = ({ extensions }: { extensions: object }, scopes: Scopes): boolean => {
  const { authScopes } = (extensions as { pothosOptions?: { authScopes?: unknown } }).pothosOptions ?? {}
  if (authScopes === undefined) return true
  if (typeof authScopes !== 'object' || authScopes === null) return false
  const wanted = Object.entries(authScopes)
  return (
    wanted.every(([scope, value]) => Object.hasOwn(scopes, scope) && value === true) &&
    wanted.some(([scope]) => scopes[scope as keyof Scopes])
  )
}
