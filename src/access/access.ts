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
  /** The side of the data model that holds the keys. */
  db: Postgres
  /** Absent: no JWT is accepted. */
  tokens?: TokenSettings | undefined
  clock: Clock
  steady?: Steady
  log: Log
  /** How old what is known of a key may be, and how often the keys of open connections are asked for. */
  freshMs?: number
}

/** Who holds which key or token. */
export type Access = {
  /** Who sent this, by its digest; UNAVAILABLE where what decides that does not answer now. */
  identify(credential: string, digest: Buffer): Promise<Identity | TokenRefusal>
  readonly keys: ApiKeys
  /** Tells of callers who stay that they may not any more. */
  readonly watch: IdentityWatch['watch']
  /** Looks now whether any of them may not. */
  readonly look: IdentityWatch['look']
  [Symbol.asyncDispose](): Promise<void>
}

const invalid: TokenRefusal = { refused: 'invalid' }

/** API keys of a database, and JWTs where they are set up. Nothing is asked before the first use. */
export const openAccess = (options: AccessOptions): Access => {
  const { db, tokens, clock, steady = systemSteady, log, freshMs = 2_000 } = options
  const opened = new AsyncDisposableStack()
  const lookup = createKeyLookup({ db, now: steady, freshMs })
  const uses = opened.use(createKeyUses({ db, now: steady, log }))
  const watched = opened.use(createIdentityWatch({ db, clock, log, everyMs: freshMs }))
  const verifier = tokens && opened.use(createTokenVerifier({ settings: tokens, clock, steady, log }))
  const keys = createApiKeys(db, (id) => {
    lookup.forget(id)
    watched.revoked(id)
  })

  const identifyKey = async (digest: Buffer): Promise<Identity | TokenRefusal> => {
    const key = await lookup.find(digest)
    if (key === null) return invalid
    const { id, name, role, expiresAt } = key
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
    watch: watched.watch,
    look: watched.look,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
