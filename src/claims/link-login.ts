import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { LoginRequest } from '../platforms/account-login.ts'
import type { ProfileObservation } from '../platforms/platform.ts'

/** How long a user has to log in, and then to confirm. */
export const loginLifetimeMs = 10 * 60_000

/** A login that is under way, with the digest (base64url) of the ticket that it began with. */
export type LinkLogin = LoginRequest & { ticketDigest: string; expiresAt: number }

/** Who has logged in, until they say that the account is to be linked. Nothing is stored before. */
export type LinkAccount = { ticketDigest: string; profile: ProfileObservation; observedAt: string }

type Confirmation = LinkAccount & { nonce: string; expiresAt: number }

/** What a sealed login is worth. `foreign` was not sealed here, or belongs to another state. */
type Opened = { kind: 'valid'; login: LinkLogin } | { kind: 'expired' } | { kind: 'spent' } | { kind: 'foreign' }

/** What a sealed account is worth. `foreign` was not sealed here, or for another browser. */
type Confirmed = { kind: 'valid'; account: LinkAccount } | { kind: 'expired' } | { kind: 'foreign' }

/** Begins and finishes logins. The browser keeps them sealed, so that it can neither read nor change them. */
export type LinkLogins = {
  begin(ticketDigest: string, redirectUri: string): { login: LinkLogin; sealed: string }
  /** Opens a login with the state that came back; each is valid once in this process. */
  finish(sealed: string, state: string): Opened
  /** Seals an account for the page that asks; the browser keeps the nonce apart, so that no other page can confirm. */
  ask(account: LinkAccount): { sealed: string; nonce: string }
  confirm(sealed: string, nonce: string): Confirmed
}

/** How many used states are kept. The oldest are forgotten beyond it; then only the platform refuses their codes. */
const maxSpent = 10_000
const ivBytes = 12
const tagBytes = 16
const random = (): string => randomBytes(32).toString('base64url')

const isEqual = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

type LinkLoginsOptions = {
  /** What every node knows, now; undefined where nobody can log in. Logins that are under way outlive its change. */
  secret: () => string | undefined
  clock: Clock
}

const keyOf = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'channelscope account linking 2', 32))

/** Makes logins sealed with a key that every node derives from the same secret. */
export const createLinkLogins = ({ secret, clock }: LinkLoginsOptions): LinkLogins => {
  let known: { secret: string; key: Buffer }[] = []
  /** The key of the present secret, and that of the one before. */
  const keys = (): Buffer[] => {
    const now = secret()
    if (now !== undefined && known[0]?.secret !== now) known = [{ secret: now, key: keyOf(now) }, ...known.slice(0, 1)]
    return known.map(({ key }) => key)
  }
  const spent = new Map<string, number>()

  /** What is sealed for one purpose does not open for another. */
  const seal = <T extends object>(purpose: 'login' | 'account', login: T): string => {
    const [key] = keys()
    if (!key) throw new Error('Nobody can log in without a secret.')
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose))
    const text = Buffer.concat([cipher.update(JSON.stringify(login)), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')
  }

  const open = <T extends object>(purpose: 'login' | 'account', sealed: string): T | null => {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length <= ivBytes + tagBytes) return null
    for (const key of keys()) {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(purpose))
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()])
        return JSON.parse(text.toString()) as T
      } catch {
        // It may have been sealed with the other key.
      }
    }
    return null
  }

  return {
    begin(ticketDigest, redirectUri) {
      const expiresAt = clock() + loginLifetimeMs
      const login = { state: random(), codeVerifier: random(), redirectUri, ticketDigest, expiresAt }
      return { login, sealed: seal('login', login) }
    },
    finish(sealed, state) {
      const login = open<LinkLogin>('login', sealed)
      if (login === null || !isEqual(login.state, state)) return { kind: 'foreign' }
      const now = clock()
      for (const [used, expiresAt] of spent) if (expiresAt <= now || spent.size >= maxSpent) spent.delete(used)
      if (login.expiresAt <= now) return { kind: 'expired' }
      if (spent.has(login.state)) return { kind: 'spent' }
      spent.set(login.state, login.expiresAt)
      return { kind: 'valid', login }
    },
    ask(account) {
      const nonce = random()
      const sealed = seal('account', { ...account, nonce, expiresAt: clock() + loginLifetimeMs } satisfies Confirmation)
      return { sealed, nonce }
    },
    confirm(sealed, nonce) {
      const confirmation = open<Confirmation>('account', sealed)
      if (confirmation === null || !isEqual(confirmation.nonce, nonce)) return { kind: 'foreign' }
      if (confirmation.expiresAt <= clock()) return { kind: 'expired' }
      const { ticketDigest, profile, observedAt } = confirmation
      return { kind: 'valid', account: { ticketDigest, profile, observedAt } }
    },
  }
}
