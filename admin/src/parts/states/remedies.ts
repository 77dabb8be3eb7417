import type { Problem } from '../../data/problem.ts'

/** What can help after an operation failed. Asking the same again helps only where the server or the network was in the way. */
export type Remedy = 'sign in' | 'no filters' | 'shorter range' | 'reload' | 'try again'

const known: Record<string, readonly [title: string, remedy: Remedy]> = {
  OFFLINE: ['The server does not answer', 'try again'],
  GIVEN_UP: ['Not loaded', 'try again'],
  UNAVAILABLE: ['A part of the server is away', 'try again'],
  RATE_LIMITED: ['Too many requests', 'try again'],
  FORBIDDEN: ['This needs another role', 'sign in'],
  UNAUTHENTICATED: ['The key is not valid', 'sign in'],
  NOT_FOUND: ['There is no such thing', 'no filters'],
  BAD_USER_INPUT: ['The address asks for something impossible', 'no filters'],
  BUCKET_LIMIT_EXCEEDED: ['The range is too long for this', 'shorter range'],
  COST_LIMIT_EXCEEDED: ['This asks for too much at once', 'shorter range'],
  OPERATION_NOT_ALLOWED: ['The server was updated', 'reload'],
  GRAPHQL_VALIDATION_FAILED: ['The server was updated', 'reload'],
}

/** What is said of a failure with this code. */
export const titleOf = (code: string): string => known[code]?.[0] ?? 'This did not work'

/** The one thing to do next after a failure with this code. */
export const remedyOf = (code: string): Remedy => known[code]?.[1] ?? 'try again'

const impossible = 'Something in it is too long, or names what there can not be. Nothing else is wrong with this page.'

/** The words for a failure: those of the server, but for what it says to programs about an address. */
export const wordsOf = ({ code, message }: Problem): string => (code === 'BAD_USER_INPUT' ? impossible : message)
