/** The rights of a caller: everybody, operators of the service, and its administrators. */
export type Role = 'PUBLIC' | 'OPERATOR' | 'ADMIN'

/** Who a caller is. */
export type Identity = {
  role: Role
  /** The name of the caller; null without a key. */
  name: string | null
  /** The subject of limits and of the audit log, e.g. "key:01J..." or "jwt:alice"; null without a key. */
  subject: string | null
  /** When it stops being valid by itself. */
  expiresAt?: Date
}

/** The identity of a caller without a key. */
export const everybody: Identity = { role: 'PUBLIC', name: null, subject: null }

/** A caller with their address. */
export type Caller = {
  identity: Identity
  /** The address that limits count for; empty when there is none. */
  address: string
}
