import type { Streamer } from '../claims/streamers.ts'

/** An argument has a value that is not allowed. */
export const invalidInput = (argument: string, message: string) =>
  ({ __typename: 'InvalidInput', code: 'INVALID_INPUT', message, argument }) as const
export type InvalidInput = ReturnType<typeof invalidInput>

/** Nothing has the id that was given. */
export const notFound = (message: string) => ({ __typename: 'NotFound', code: 'NOT_FOUND', message }) as const
export type NotFound = ReturnType<typeof notFound>

/** The platform knows no such slug. */
export const notOnPlatform = (message: string) =>
  ({ __typename: 'NotOnPlatform', code: 'NOT_ON_PLATFORM', message }) as const
export type NotOnPlatform = ReturnType<typeof notOnPlatform>

/** Another streamer has the verified claim. */
export const alreadyVerified = (holder: Streamer) => {
  const message = 'Another streamer has the verified claim of this channel.'
  return { __typename: 'AlreadyVerified', code: 'ALREADY_VERIFIED', message, holder } as const
}
export type AlreadyVerified = ReturnType<typeof alreadyVerified>

/** The platform gave no answer. */
export const platformUnavailable = (message: string, retryAfterMs?: number) => {
  const retryAfterSeconds = retryAfterMs === undefined ? null : Math.ceil(retryAfterMs / 1000)
  return { __typename: 'PlatformUnavailable', code: 'PLATFORM_UNAVAILABLE', message, retryAfterSeconds } as const
}
export type PlatformUnavailable = ReturnType<typeof platformUnavailable>
