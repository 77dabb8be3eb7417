import type { Authorizer } from './api-host.ts'

/** A bearer token that the operator set: read before each use. It never expires here, and there is no other when it is refused. */
export const createFixedToken = (token: () => string): Authorizer => ({
  get: async () => ({ ok: true, headers: { authorization: `Bearer ${token()}` }, calls: [] }),
  drop: () => false,
  identity: token,
  secrets: () => [token()],
})
