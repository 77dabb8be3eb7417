import type { KeyLineFragment } from '../../../generated/graphql.ts'

/** Whether a key is in force, and if not, why. */
export const keyState = (
  { revokedAt, expiresAt }: Pick<KeyLineFragment, 'revokedAt' | 'expiresAt'>,
  now: number,
): 'in force' | 'expired' | 'revoked' =>
  revokedAt ? 'revoked' : expiresAt && Date.parse(expiresAt) <= now ? 'expired' : 'in force'
