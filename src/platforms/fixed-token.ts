import type { Authorizer } from './api-host.ts'

/** A bearer token that the operator set: it never expires here, and there is no other when it is refused. */
export const createFixedToken = (token: string): Authorizer => {
  const headers = { authorization: `Bearer ${token}` }
  return { get: async () => ({ ok: true, headers, calls: [] }), drop: () => false }
}
