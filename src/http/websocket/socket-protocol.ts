import { randomUUID } from 'node:crypto'
import { type GraphQLError, OperationTypeNode } from 'graphql'
import { CloseCode, type SubscribePayload } from 'graphql-ws'
import type { Identity } from '../../access/identity.ts'
import { type Cost, maximumCost } from '../../guard/cost.ts'
import { ApiError } from '../../lib/errors.ts'
import { answerText, createAnswerOperation } from '../graphql/answer-operation.ts'
import type { TransportOptions } from '../graphql/endpoint.ts'
import { presentErrors } from '../graphql/present-error.ts'
import type { SocketConnection, SocketHandlers, SocketOperation } from './socket-connection.ts'
import { inOnePiece, SocketFrames } from './socket-frames.ts'
import { SocketSubscription } from './socket-subscription.ts'

/** Operations of one connection at a time. */
const maxOperations = 50
const tryAgainLater = 1013

const closeCodeOf = ({ code }: ApiError): number => {
  if (code === 'UNAVAILABLE' || code === 'RATE_LIMITED') return tryAgainLater
  return code === 'FORBIDDEN' ? CloseCode.Forbidden : CloseCode.Unauthorized
}

/** A message of errors has no other place to tell the cost. */
const withCost = (error: GraphQLError, cost: Cost): GraphQLError => {
  error.extensions.cost = cost
  return error
}

/**
 * The credential in what a socket was opened with. Its name is that of a header, so its case does not matter. Anything but one text is a
 * key that fits nothing.
 */
const authorizationOf = (params: Record<string, unknown> = {}): string | null => {
  const named = Object.keys(params).filter((name) => name.toLowerCase() === 'authorization')
  const given = new Set(named.map((name) => params[name] ?? null))
  const [only = null] = given
  return given.size <= 1 && (only === null || typeof only === 'string') ? only : ''
}

/** The protocol graphql-transport-ws, with the same guard, context and presentation of errors as every other transport. */
export const createSocketProtocol = (options: TransportOptions, initMs: number): SocketHandlers => {
  const { services, guard, callers, live, log, onError } = options
  const answerOperation = createAnswerOperation(options, 'websocket')
  const frames = new SocketFrames()

  /** As shown on a transport without a status line. */
  const present = (errors: readonly unknown[], requestId: string): GraphQLError[] => {
    const presented = presentErrors(errors, requestId, log)
    for (const { extensions } of presented) {
      delete extensions.http
      onError('websocket', String(extensions.code))
    }
    return presented
  }

  const greet = async (connection: SocketConnection, params: Record<string, unknown> | undefined): Promise<boolean> => {
    const { writer, address } = connection
    const authorization = authorizationOf(params)
    connection.authorization = authorization
    try {
      const identity = await callers.holding(authorization, address)
      if (connection.isClosed) return false
      connection.stopWatching = services.access.watch(identity, (reason) => writer.close(CloseCode.Forbidden, reason))
      return true
    } catch (error) {
      if (error instanceof ApiError) writer.close(closeCodeOf(error), error.message)
      else writer.close(CloseCode.InternalServerError, present([error], randomUUID())[0]!.message)
      return false
    }
  }

  /** Who the caller is now; one who is nobody any more is also shown out. */
  const stillValid = async ({ authorization, address, writer }: SocketConnection): Promise<Identity> => {
    try {
      return await callers.holding(authorization, address)
    } catch (error) {
      if (error instanceof ApiError && error.code !== 'UNAVAILABLE') writer.close(CloseCode.Forbidden, error.message)
      throw error
    }
  }

  const run = async (operation: SocketOperation, payload: SubscribePayload): Promise<void> => {
    const { connection } = operation
    const others = connection.operations - 1
    // A subscription keeps it.
    const requestId = inOnePiece(randomUUID())
    let cost: Cost = { requested: 0, maximum: maximumCost }
    const fail = (errors: readonly unknown[]) =>
      operation.end(present(errors, requestId).map((error) => withCost(error, cost)))
    try {
      if (others >= maxOperations)
        throw new ApiError('RATE_LIMITED', `One connection may have at most ${maxOperations} operations at a time.`)
      const identity = await stillValid(connection)
      if (operation.aborted) return
      const { address } = connection
      const prepared = guard.prepare(payload, { identity, address })
      cost = prepared.cost
      if ('errors' in prepared) return fail(prepared.errors)
      const caller = { identity, requestId, address }
      if (prepared.operation.operation === OperationTypeNode.SUBSCRIPTION) {
        const opened = await live.open('websocket', prepared, caller)
        if ('errors' in opened) fail(opened.errors)
        else new SocketSubscription(operation, frames, cost, fail).follow(opened)
        return
      }
      const answer = await answerOperation(prepared, caller)
      if ('errors' in answer && answer.errors) {
        const errors = present(answer.errors, requestId)
        operation.next(JSON.stringify({ data: answer.data, errors, extensions: { cost } }))
      } else operation.next(answerText(answer, cost))
      operation.end(null)
    } catch (error) {
      if (!operation.aborted) fail([error])
    }
  }

  return { initMs, greet, run }
}
