import type { AuthFailure } from '@pothos/plugin-scope-auth'
import type { Identity, Role } from '../access/identity.ts'
import { ApiError } from '../lib/errors.ts'

/** What fields may ask of a caller. */
export type Scopes = { operator: boolean; admin: boolean }

/** The scopes that a caller has. */
export const scopesOf = ({ role }: Pick<Identity, 'role'>): Scopes => ({
  operator: role !== 'PUBLIC',
  admin: role === 'ADMIN',
})

/** The least role with a scope. */
const roles: Readonly<Record<keyof Scopes, Role>> = { operator: 'OPERATOR', admin: 'ADMIN' }

const roleOf = ({ operator, admin }: Scopes): Role => (admin ? 'ADMIN' : operator ? 'OPERATOR' : 'PUBLIC')

/** FORBIDDEN for a field or a part of its arguments: which role it needs, which one the caller has, and what would help. */
export const forbidden = (what: string, needed: keyof Scopes, had: Scopes): ApiError => {
  const requiredRole = roles[needed]
  return new ApiError(
    'FORBIDDEN',
    `${what} needs role ${requiredRole} and you are ${roleOf(had)}: send a key of that role as "Authorization: Bearer <key>".`,
    { requiredRole },
  )
}

/** The least scope that would have been enough; undefined where no role helps. */
export const scopeNeeded = (failure: AuthFailure): keyof Scopes | undefined => {
  switch (failure.kind) {
    case 'AuthScope':
      return failure.scope === 'admin' || failure.scope === 'operator' ? failure.scope : undefined
    case 'AnyAuthScopes':
    case 'AllAuthScopes': {
      const needed = new Set(failure.failures.map(scopeNeeded))
      const [least, most] = ['operator', 'admin'] as const
      const order = failure.kind === 'AnyAuthScopes' ? [least, most] : [most, least]
      return order.find((scope) => needed.has(scope))
    }
    default:
      return undefined
  }
}
