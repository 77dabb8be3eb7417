import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { LoginRequest } from '../platforms/account-login.ts'

/** How long a user has to log in. */
export const loginLifetimeMs = 10 * 60_000

/** A login that is under way, with the digest (base64url) of the ticket that it began with. */
export type LinkLogin = LoginRequest & { ticketDigest: string; expiresAt: number }

/** What a sealed login is worth. `foreign` was not sealed here, or belongs to another state. */
type Opened = { kind: 'valid'; login: LinkLogin } | { kind: 'expired' } | { kind: 'spent' } | { kind: 'foreign' }

/** Begins and finishes logins. The browser keeps them sealed, so that it can neither read nor change them. */
export type LinkLogins = {
  begin(ticketDigest: string, redirectUri: string): { login: LinkLogin; sealed: string }
  /** Opens a login with the state that came back; each is valid once in this process. */
  finish(sealed: string, state: string): Opened
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

/** Makes logins sealed with a key that every node derives from the same secret. */
export const createLinkLogins = ({ secret, clock }: { secret: string; clock: Clock }): LinkLogins => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'channelscope account linking 2', 32))
  const spent = new Map<string, number>()

  const seal = (login: LinkLogin): string => {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const text = Buffer.concat([cipher.update(JSON.stringify(login)), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')
  }

  const open = (sealed: string): LinkLogin | null => {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length <= ivBytes + tagBytes) return null
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()])
      return JSON.parse(text.toString()) as LinkLogin
    } catch {
      return null
    }
  }

  return {
    begin(ticketDigest, redirectUri) {
      const expiresAt = clock() + loginLifetimeMs
      const login = { state: random(), codeVerifier: random(), redirectUri, ticketDigest, expiresAt }
      return { login, sealed: seal(login) }
    },
    finish(sealed, state) {
      const login = open(sealed)
      if (login === null || !isEqual(login.state, state)) return { kind: 'foreign' }
      const now = clock()
      for (const [used, expiresAt] of spent) if (expiresAt <= now || spent.size >= maxSpent) spent.delete(used)
      if (login.expiresAt <= now) return { kind: 'expired' }
      if (spent.has(login.state)) return { kind: 'spent' }
      spent.set(login.state, login.expiresAt)
      return { kind: 'valid', login }
    },
  }
}
