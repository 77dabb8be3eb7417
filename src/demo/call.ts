import type { Answer } from './answer.ts'

/** On whose behalf a token acts: the app itself or a user, who is at once a channel. */
export type Principal = { kind: 'app' } | { kind: 'user'; userId: number; scopes: readonly string[] }

/** A request with a valid token, as an endpoint sees it. */
export type Call = { query: URLSearchParams; body: string; principal: Principal }

/** Answers requests with a valid token; throws InvalidArgument. */
export type Endpoint = (call: Call) => Answer
