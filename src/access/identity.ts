/** What a caller may do: everybody, whoever operates the service, whoever administers it. */
export type Role = 'PUBLIC' | 'OPERATOR' | 'ADMIN'

/** Who calls. */
export type Identity = {
  role: Role
  /** As the caller is called; null without a key. */
  name: string | null
  /** Whom limits and the audit log mean, e.g. "key:01J..." or "jwt:alice"; null without a key. */
  subject: string | null
  /** When it stops being valid by itself. */
  expiresAt?: Date
}

/** Whoever calls without a key. */
export const everybody: Identity = { role: 'PUBLIC', name: null, subject: null }
