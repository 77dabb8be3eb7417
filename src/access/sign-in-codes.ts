import { randomBytes } from 'node:crypto'
import type { Steady } from '../lib/clock.ts'
import { digestOf } from './api-key-secret.ts'

/** How long a code is good. */
export const signInCodeHours = 24

const goodMs = signInCodeHours * 3_600_000

/** More are not kept: the oldest goes. */
const maxCodes = 100

/** Codes that are good once, in this process, for a day. */
export type SignInCodes = {
  /** A new one, of 192 random bits. Only its digest is kept. */
  make(): string
  /** Whether a code is good; from now on it is not. */
  use(code: string): boolean
}

/** Codes that are told apart by their digests, so that how long it takes says nothing of one. */
export const createSignInCodes = (steady: Steady): SignInCodes => {
  const until = new Map<string, number>()
  const digest = (code: string): string => digestOf(code).toString('base64')
  return {
    make() {
      const now = steady()
      for (const [code, end] of until) if (end <= now || until.size >= maxCodes) until.delete(code)
      const code = randomBytes(24).toString('base64url')
      until.set(digest(code), now + goodMs)
      return code
    },
    use(code) {
      const key = digest(code)
      const end = until.get(key)
      until.delete(key)
      return end !== undefined && steady() < end
    },
  }
}
