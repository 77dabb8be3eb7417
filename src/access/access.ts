import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { isSecret } from './api-key-secret.ts'
import { type ApiKeys, createApiKeys } from './api-keys.ts'
import type { Identity } from './identity.ts'
import { createIdentityWatch, type IdentityWatch, keySubject } from './identity-watch.ts'
import { createKeyLookup } from './key-lookup.ts'
import { createKeyUses } from './key-uses.ts'
import { createTokenVerifier, isToken, type TokenRefusal, type TokenSettings } from './token-verifier.ts'

export type AccessOptions = {
  /** The database of the keys. */
  db: Postgres
  /** Without them no JWT is accepted. */
  tokens?: TokenSettings | undefined
  clock: Clock
  steady?: Steady
  log: Log
  /** How long a key is kept before it is read again, and how often the keys of open connections are checked. */
  freshMs?: number
}

/** Why a credential is refused: as a JWT, or as a key that was revoked. */
export type Refusal = TokenRefusal | { refused: 'revoked' }

/** Finds the identities of keys and tokens. */
export type Access = {
  /** The identity of a credential with its digest; UNAVAILABLE when the database or the issuer does not answer now. */
  identify(credential: string, digest: Buffer): Promise<Identity | Refusal>
  readonly keys: ApiKeys
  /** Ends connected callers whose identity is not valid any more. */
  readonly watch: IdentityWatch['watch']
  /** Looks now whether any of them may not. */
  readonly check: IdentityWatch['check']
  [Symbol.asyncDispose](): Promise<void>
}

const invalid: TokenRefusal = { refused: 'invalid' }

/** Accepts API keys of a database, and JWTs if they are configured. Nothing is read before the first use. */
export const openAccess = (options: AccessOptions): Access => {
  const { db, tokens, clock, steady = systemSteady, log, freshMs = 2_000 } = options
  const opened = new AsyncDisposableStack()
  const lookup = createKeyLookup({ db, now: steady, freshMs })
  const uses = opened.use(createKeyUses({ db, now: steady, log }))
  const identities = opened.use(createIdentityWatch({ db, clock, log, everyMs: freshMs }))
  const verifier = tokens && opened.use(createTokenVerifier({ settings: tokens, clock, steady, log }))
  const keys = createApiKeys(db, (id) => {
    lookup.forget(id)
    identities.revoked(id)
  })

  const identifyKey = async (digest: Buffer): Promise<Identity | Refusal> => {
    const key = await lookup.find(digest)
    if (key === null) return invalid
    const { id, name, role, expiresAt, revokedAt } = key
    if (revokedAt) return { refused: 'revoked' }
    if (expiresAt && expiresAt.getTime() <= clock()) return { refused: 'expired' }
    uses.note(id)
    return { role, name, subject: keySubject(id), ...(expiresAt && { expiresAt }) }
  }

  return {
    async identify(credential, digest) {
      if (isSecret(credential)) return identifyKey(digest)
      return verifier && isToken(credential) ? verifier.verify(credential, digest) : invalid
    },
    keys,
    watch: identities.watch,
    check: identities.check,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
