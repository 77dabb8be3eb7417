import type { Streamer } from '../claims/streamers.ts'

/** An argument has a value that is not allowed. */
export type InvalidInput = { __typename: 'InvalidInput'; code: string; message: string; argument: string }

/** Nothing has the id that was given. */
export type NotFound = { __typename: 'NotFound'; code: string; message: string }

/** The platform knows no such slug. */
export type NotOnPlatform = { __typename: 'NotOnPlatform'; code: string; message: string }

/** Another streamer has the verified claim. */
export type AlreadyVerified = { __typename: 'AlreadyVerified'; code: string; message: string; holder: Streamer }

/** The platform gave no answer. */
export type PlatformUnavailable = {
  __typename: 'PlatformUnavailable'
  code: string
  message: string
  retryAfterSeconds: number | null
}

export const invalidInput = (argument: string, message: string): InvalidInput => ({
  __typename: 'InvalidInput',
  code: 'INVALID_INPUT',
  message,
  argument,
})

export const notFound = (message: string): NotFound => ({ __typename: 'NotFound', code: 'NOT_FOUND', message })

export const notOnPlatform = (message: string): NotOnPlatform => ({
  __typename: 'NotOnPlatform',
  code: 'NOT_ON_PLATFORM',
  message,
})

export const alreadyVerified = (holder: Streamer): AlreadyVerified => ({
  __typename: 'AlreadyVerified',
  code: 'ALREADY_VERIFIED',
  message: 'Another streamer has the verified claim of this channel.',
  holder,
})

export const platformUnavailable = (message: string, retryAfterMs?: number): PlatformUnavailable => ({
  __typename: 'PlatformUnavailable',
  code: 'PLATFORM_UNAVAILABLE',
  message,
  retryAfterSeconds: retryAfterMs === undefined ? null : Math.ceil(retryAfterMs / 1000),
})
