import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { LoginRequest } from '../platforms/account-login.ts'

/** How long a user may take to log in. */
export const ticketLifetimeMs = 10 * 60_000

/** A linking under way: the login it waits for, and for whom. */
export type LinkTicket = LoginRequest & { streamerId: number; expiresAt: number }

/** What a sealed ticket and a state turn out to be. `foreign` was not sealed here, or is not about this state. */
export type Opened =
  | { kind: 'valid'; ticket: LinkTicket }
  | { kind: 'expired' }
  | { kind: 'spent' }
  | { kind: 'foreign' }

/** Issues and checks tickets, which a browser keeps and can neither read nor change. */
export type LinkTickets = {
  issue(streamerId: number, redirectUri: string): { ticket: LinkTicket; sealed: string }
  /** Opens a ticket with the state that came back; each is valid once in this process. */
  spend(sealed: string, state: string): Opened
}

/** Remembered states; beyond it the oldest are forgotten, and the platform alone refuses their codes. */
const maxSpent = 10_000
const ivBytes = 12
const tagBytes = 16
const random = (): string => randomBytes(32).toString('base64url')

const isEqual = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Tickets under a key that every node with the same secret derives. */
export const createLinkTickets = ({ secret, clock }: { secret: string; clock: Clock }): LinkTickets => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'channelscope account linking 1', 32))
  const spent = new Map<string, number>()

  const seal = (ticket: LinkTicket): string => {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const text = Buffer.concat([cipher.update(JSON.stringify(ticket)), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')
  }

  const open = (sealed: string): LinkTicket | null => {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length <= ivBytes + tagBytes) return null
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()])
      return JSON.parse(text.toString()) as LinkTicket
    } catch {
      return null
    }
  }

  return {
    issue(streamerId, redirectUri) {
      const expiresAt = clock() + ticketLifetimeMs
      const ticket = { state: random(), codeVerifier: random(), redirectUri, streamerId, expiresAt }
      return { ticket, sealed: seal(ticket) }
    },
    spend(sealed, state) {
      const ticket = open(sealed)
      if (ticket === null || !isEqual(ticket.state, state)) return { kind: 'foreign' }
      const now = clock()
      for (const [used, expiresAt] of spent) if (expiresAt <= now || spent.size >= maxSpent) spent.delete(used)
      if (ticket.expiresAt <= now) return { kind: 'expired' }
      if (spent.has(ticket.state)) return { kind: 'spent' }
      spent.set(ticket.state, ticket.expiresAt)
      return { kind: 'valid', ticket }
    },
  }
}
