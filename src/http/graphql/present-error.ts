import { GraphQLError, Kind } from 'graphql'
import { ApiError, isAnswerCode } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { isUnavailable } from '../../stores/postgres/failure.ts'
import { shortMessage, withinLimits } from '../server/error-limits.ts'

/** The codes of Prisma for a database that can not be reached, or does not answer in time. */
const prismaUnavailable = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024'])

/** The error and its causes, outermost first. */
const chain = function* (error: unknown): Generator<unknown> {
  for (let link = error, depth = 0; link != null && depth < 8; depth++) {
    yield link
    if (link instanceof GraphQLError) link = link.originalError
    else if (typeof link !== 'object') return
    else {
      const { cause, meta } = link as { cause?: unknown; meta?: { driverAdapterError?: unknown } }
      link = cause ?? meta?.driverAdapterError
    }
  }
}

const isStoreFailure = (error: unknown): boolean =>
  isUnavailable(error) || prismaUnavailable.has(String((error as { code?: unknown }).code))

/** Whether graphql-js blames the request. Otherwise it blames a resolver, whose value its type does not allow. */
const blamesRequest = (error: GraphQLError): boolean =>
  error.path === undefined || (error.nodes?.[0] !== undefined && error.nodes[0].kind !== Kind.FIELD)

const presented = new WeakSet<object>()

/**
 * An error as the caller sees it: one sentence and a code. An unexpected error is hidden, and logged with the request id that the
 * answer has. Presenting an error twice changes nothing.
 */
export const presentError = (error: unknown, requestId: string, log: Log): GraphQLError => {
  const located = error instanceof GraphQLError ? error : undefined
  if (located && presented.has(located)) return located
  const { nodes, source, positions, path } = located ?? {}
  const present = (message: string, extensions: Record<string, unknown>): GraphQLError => {
    const shown = new GraphQLError(shortMessage(message), { nodes, source, positions, path, extensions })
    presented.add(shown)
    return shown
  }

  const links = [...chain(error)]
  const known = links.find((link) => link instanceof ApiError)
  if (known) return present(known.message, { ...known.extensions, code: known.code })
  if (links.some(isStoreFailure)) return present('The database does not answer now.', { code: 'UNAVAILABLE' })
  const innermost = links.at(-1)
  if (innermost instanceof GraphQLError) {
    const { code, http, retryAfterSeconds } = innermost.extensions as {
      code?: unknown
      http?: object
      retryAfterSeconds?: number
    }
    if (code !== undefined || blamesRequest(located!)) {
      // Yoga has codes of its own for a wrong request.
      const ours = isAnswerCode(code) ? code : 'BAD_USER_INPUT'
      return present(located!.message, {
        code: ours,
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
        ...(http ? { http: { ...http, spec: undefined } } : {}),
      })
    }
  }
  log.error({ err: innermost, requestId, path: path?.join('.') }, 'an operation failed unexpectedly')
  return present('Something went wrong on the server.', { code: 'INTERNAL_SERVER_ERROR', requestId })
}

/** The errors of one answer as the caller sees them, within the limits. The same on every transport. */
export const presentErrors = (errors: readonly unknown[], requestId: string, log: Log): GraphQLError[] =>
  withinLimits(errors, (error) => presentError(error, requestId, log))
