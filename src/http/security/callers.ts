import type { IncomingMessage } from 'node:http'
import type { Caller } from '../../access/identity.ts'
import { everybody, type Identity } from '../../access/identity.ts'
import type { RateLimit } from '../../guard/rate-limit.ts'
import { rateLimitError } from '../../guard/request-errors.ts'
import { ApiError } from '../../lib/errors.ts'
import type { Authenticate } from './authenticate.ts'
import { type AddressOf, createAddressOf } from './client-address.ts'

/** The one way to learn who calls. Routes and transports are given this and nothing else, so that none can forget to count. */
export type Callers = {
  /** Who sent a request. Throws as `Authenticate` does, and RATE_LIMITED where the address has guessed too often. */
  of(request: IncomingMessage): Promise<Caller>
  /** The same for what came from an address beside the headers of a request. */
  holding(authorization: string | null | undefined, address: string): Promise<Identity>
  /** Counts for the address that somebody guessed a secret; throws RATE_LIMITED where they did so too often. */
  guessed(address: string): void
  readonly addressOf: AddressOf
}

export type CallersOptions = {
  authenticate: Authenticate
  /** Absent, no proxy is trusted. */
  addressOf?: AddressOf
  /** Absent, nobody counts. */
  rateLimit?: RateLimit | undefined
}

/** Callers that are counted by one limit for all paths: whatever lets nobody in costs the address one request. */
export const createCallers = ({ authenticate, addressOf = createAddressOf(), rateLimit }: CallersOptions): Callers => {
  const guessed = (address: string): void => {
    const wait = rateLimit?.spend({ identity: everybody, address }, 1) ?? 0
    if (wait > 0) throw rateLimitError(wait)
  }
  const holding: Callers['holding'] = (authorization, address) =>
    authenticate(authorization).catch((error: unknown) => {
      if (error instanceof ApiError) guessed(address)
      throw error
    })
  return {
    async of(request) {
      const address = addressOf(request)
      return { identity: await holding(request.headers.authorization, address), address }
    },
    holding,
    guessed,
    addressOf,
  }
}
