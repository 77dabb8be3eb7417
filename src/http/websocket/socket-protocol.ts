import { randomUUID } from 'node:crypto'
import { type GraphQLError, OperationTypeNode } from 'graphql'
import { CloseCode } from 'graphql-ws'
import type { Identity } from '../../access/identity.ts'
import { type Cost, maximumCost } from '../../guard/cost.ts'
import { ApiError } from '../../lib/errors.ts'
import { answerText, createAnswerOperation } from '../graphql/answer-operation.ts'
import type { Frame } from '../graphql/client-writer.ts'
import type { TransportOptions } from '../graphql/endpoint.ts'
import { streamSubscription } from '../graphql/live-operation.ts'
import { presentErrors } from '../graphql/present-error.ts'
import { SocketConnection, type SocketOperation } from './socket-connection.ts'
import type { SocketWriter } from './socket-writer.ts'

/** The client of one connection. */
export type SocketClient = {
  readonly writer: SocketWriter
  /** Where it comes from. */
  readonly address: string
  /** Sends a message of the protocol. */
  send(text: string): void
}

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

/** What surrounds the results of an operation: the message `next`. */
const frameOf =
  (id: string) =>
  (end: string): Frame => ({
    before: Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`).toString('latin1'),
    after: `${end}}`,
  })

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
export const createSocketProtocol = (
  options: TransportOptions,
  initMs: number,
): ((client: SocketClient) => SocketConnection) => {
  const { services, guard, callers, live, log, onError } = options
  const answerOperation = createAnswerOperation(options, 'websocket')

  /** As shown on a transport without a status line. */
  const present = (errors: readonly unknown[], requestId: string): GraphQLError[] => {
    const presented = presentErrors(errors, requestId, log)
    for (const { extensions } of presented) {
      delete extensions.http
      onError('websocket', String(extensions.code))
    }
    return presented
  }

  return ({ writer, address, send }) => {
    /** What the connection was let in with; every operation asks again what that is worth. */
    let authorization: string | null = null
    let stopWatching = () => {}

    const greet = async (params: Record<string, unknown> | undefined): Promise<boolean> => {
      authorization = authorizationOf(params)
      try {
        const identity = await callers.holding(authorization, address)
        if (connection.isClosed) return false
        stopWatching = services.access.watch(identity, (reason) => writer.close(CloseCode.Forbidden, reason))
        return true
      } catch (error) {
        if (error instanceof ApiError) writer.close(closeCodeOf(error), error.message)
        else writer.close(CloseCode.InternalServerError, present([error], randomUUID())[0]!.message)
        return false
      }
    }

    /** Who the caller is now; one who is nobody any more is also shown out. */
    const stillValid = async (): Promise<Identity> => {
      try {
        return await callers.holding(authorization, address)
      } catch (error) {
        if (error instanceof ApiError && error.code !== 'UNAVAILABLE') writer.close(CloseCode.Forbidden, error.message)
        throw error
      }
    }

    const run = async ({ id, payload, signal, others, next }: SocketOperation) => {
      const requestId = randomUUID()
      let cost: Cost = { requested: 0, maximum: maximumCost }
      const shown = (errors: readonly unknown[]) => present(errors, requestId).map((error) => withCost(error, cost))
      try {
        if (others >= maxOperations)
          throw new ApiError('RATE_LIMITED', `One connection may have at most ${maxOperations} operations at a time.`)
        const identity = await stillValid()
        if (signal.aborted) return null
        const prepared = guard.prepare(payload, { identity, address })
        cost = prepared.cost
        if ('errors' in prepared) return shown(prepared.errors)
        const caller = { identity, requestId, address }
        if (prepared.operation.operation === OperationTypeNode.SUBSCRIPTION) {
          const opened = await live.open('websocket', prepared, caller)
          if ('errors' in opened) return shown(opened.errors)
          await streamSubscription(opened, writer, frameOf(id), signal)
          return null
        }
        const answer = await answerOperation(prepared, caller)
        if ('errors' in answer && answer.errors) {
          const errors = present(answer.errors, requestId)
          next(JSON.stringify({ data: answer.data, errors, extensions: { cost } }))
        } else next(answerText(answer, cost))
        return null
      } catch (error) {
        return signal.aborted ? null : shown([error])
      }
    }

    const close = (code: number, reason: string) => writer.close(code, reason)
    const connection = new SocketConnection({ send, close }, { greet, run, closed: () => stopWatching() }, initMs)
    return connection
  }
}
