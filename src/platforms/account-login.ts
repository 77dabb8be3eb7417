import type { PlatformName, ProfileObservation } from './platform.ts'

/** What the browser and we keep between sending a user to the platform and seeing them come back. */
export type LoginRequest = { redirectUri: string; state: string; codeVerifier: string }

/** Who logged in; or that they refused, that the platform refused what they came back with, or that it does not answer. */
export type LoginResult =
  | { kind: 'user'; profile: ProfileObservation; observedAt: Date }
  | { kind: 'denied' }
  | { kind: 'refused' }
  | { kind: 'unavailable' }

/** Lets users say who they are by logging in to a platform. No token outlives `identify`. */
export type AccountLogin = AsyncDisposable & {
  readonly platform: PlatformName
  /** Known to every node that may see one half of a login; never sent to a browser. It may change. */
  readonly secret: string
  /** Where to send the browser. */
  authorizeUrl(request: LoginRequest): Promise<string>
  /** Who came back with these parameters, whose `state` is the one of the request. Never throws for what the platform does. */
  identify(parameters: URLSearchParams, request: LoginRequest): Promise<LoginResult>
}
