import { hash, timingSafeEqual } from 'node:crypto'
import { everybody, type Identity } from '../access/identity.ts'
import { ApiError } from '../lib/errors.ts'

export type AccessOptions = {
  adminKey: string
  operatorKey: string
  /** What callers without a key may do. */
  publicAccess: 'read' | 'none'
}

/** Tells who calls from the value of an Authorization header (or of its WebSocket counterpart); UNAUTHENTICATED where it can not. */
export type Authenticate = (authorization: string | null | undefined) => Promise<Identity>

const digest = (text: string): Buffer => hash('sha256', text, 'buffer')

/** Knows the two bootstrap keys. Comparing takes the same time whichever key is wrong, and however much of it. */
export const createAuthenticate = ({ adminKey, operatorKey, publicAccess }: AccessOptions): Authenticate => {
  const holders: readonly { key: Buffer; identity: Identity }[] = [
    { key: digest(adminKey), identity: { role: 'ADMIN', name: 'admin key', subject: 'bootstrap:admin' } },
    { key: digest(operatorKey), identity: { role: 'OPERATOR', name: 'operator key', subject: 'bootstrap:operator' } },
  ]
  return async (authorization) => {
    if (authorization == null) {
      if (publicAccess === 'read') return everybody
      throw new ApiError(
        'UNAUTHENTICATED',
        'This server answers callers with a key only: send "Authorization: Bearer <key>".',
      )
    }
    const key = /^Bearer +([\x21-\x7e]{1,1024}) *$/i.exec(authorization)?.[1]
    const given = digest(key ?? '')
    const [holder] = holders.filter((candidate) => timingSafeEqual(candidate.key, given))
    if (key === undefined || !holder)
      throw new ApiError(
        'UNAUTHENTICATED',
        'The key is not valid: send "Authorization: Bearer <key>" or no key at all.',
      )
    return holder.identity
  }
}
