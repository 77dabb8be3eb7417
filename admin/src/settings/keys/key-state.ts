import type { KeyLineFragment } from '../../../generated/graphql.ts'

/** Whether a key is valid, and if not, why. */
export const keyState = (
  { revokedAt, expiresAt }: Pick<KeyLineFragment, 'revokedAt' | 'expiresAt'>,
  now: number,
): 'valid' | 'expired' | 'revoked' =>
  revokedAt ? 'revoked' : expiresAt && Date.parse(expiresAt) <= now ? 'expired' : 'valid'

const ofServer: Record<string, string> = {
  'bootstrap:admin': 'admin key of the server',
  'bootstrap:operator': 'operator key of the server',
}

/** Who a caller is, as the audit log calls them, in words: a key by its name. Others are named by the issuer of their token. */
export const callerName = (subject: string, keys: readonly Pick<KeyLineFragment, 'id' | 'name'>[]): string =>
  ofServer[subject] ?? keys.find(({ id }) => subject === `key:${id}`)?.name ?? subject
