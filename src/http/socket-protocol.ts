import { randomUUID } from 'node:crypto'
import { type ExecutionArgs, execute, GraphQLError, OperationTypeNode } from 'graphql'
import { type Context as Connection, makeServer, type Server, type SubscribePayload } from 'graphql-ws'
import type { Identity } from '../access/identity.ts'
import { ApiError } from '../lib/errors.ts'

import type { Log } from '../lib/log.ts'
import { createContext, type Services } from '../resolvers/context.ts'
import type { Callers } from './callers.ts'
import { type Cost, maximumCost } from './cost.ts'
import type { Guard, Prepared } from './guard.ts'
import type { LiveOperation, LiveOperations } from './live-operation.ts'
import type { OnError, OnOperation } from './metrics.ts'
import { observed } from './observe-operation.ts'
import { presentErrors } from './present-error.ts'
import { type SocketOutlet, SocketSink } from './socket-outlet.ts'

export type SocketProtocolOptions = {
  services: Services
  guard: Guard
  callers: Callers
  live: LiveOperations
  log: Log
  onOperation?: OnOperation
  onError?: OnError
}

/** What belongs to one connection. */
export type SocketExtra = {
  readonly outlet: SocketOutlet
  /** Where it comes from. */
  readonly address: string
  /** What the connection was let in with; every operation asks again what that is worth. */
  authorization?: string | null
  /** Set when the connection was let in. */
  identity?: Identity
  /** Ends the watch over what it was let in with. */
  stopWatching?: () => void
  isClosed?: boolean
}

type Params = Record<string, unknown>

/** An operation that was let in, on its way through graphql-ws. */
type Admitted = ExecutionArgs & {
  id: string
  outlet: SocketOutlet
  requestId: string
  prepared: Prepared
  cost: Cost
  live?: LiveOperation
}

/** Operations of one connection at a time. */
const maxOperations = 50
const maxIdLength = 128
const closeCodes = { unauthenticated: 4401, forbidden: 4403, tryAgainLater: 1013 }

const closeCodeOf = ({ code }: ApiError): number => {
  if (code === 'UNAVAILABLE' || code === 'RATE_LIMITED') return closeCodes.tryAgainLater
  return code === 'FORBIDDEN' ? closeCodes.forbidden : closeCodes.unauthenticated
}

const limited = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } })

/** A message of errors has no other place to tell the cost. */
const withCost = (error: GraphQLError, cost: Cost): GraphQLError => {
  error.extensions.cost = cost
  return error
}

/** The protocol graphql-transport-ws, with the same guard, context and presentation of errors as every other transport. */
export const createSocketProtocol = (options: SocketProtocolOptions, initMs: number): Server<SocketExtra> => {
  const { services, guard, callers, live, log, onOperation, onError } = options

  /** As shown on a transport without a status line. */
  const present = (errors: readonly unknown[], requestId: string): GraphQLError[] => {
    const presented = presentErrors(errors, requestId, log)
    for (const { extensions } of presented) {
      delete extensions.http
      onError?.('websocket', String(extensions.code))
    }
    return presented
  }

  /** Who the caller is now; one who is nobody any more is also shown out. */
  const stillValid = async (extra: SocketExtra): Promise<Identity> => {
    try {
      extra.identity = await callers.holding(extra.authorization, extra.address)
      return extra.identity
    } catch (error) {
      const isNobody = error instanceof ApiError && error.code !== 'UNAVAILABLE'
      if (isNobody) extra.outlet.close(closeCodes.forbidden, error.message)
      throw error
    }
  }

  const admit = async (
    connection: Connection<Params, SocketExtra>,
    id: string,
    payload: SubscribePayload,
    requestId: string,
  ): Promise<Admitted | { errors: readonly unknown[]; cost: Cost }> => {
    const { outlet, address } = connection.extra
    if (id.length > maxIdLength) throw limited(`The id of an operation must have at most ${maxIdLength} characters.`)
    if (Object.keys(connection.subscriptions).length > maxOperations)
      throw limited(`One connection may have at most ${maxOperations} operations at a time.`)
    const identity = await stillValid(connection.extra)
    const prepared = guard.prepare(payload, { identity, address })
    if ('errors' in prepared) return prepared
    const caller = { identity, requestId }
    const { document, operation, variables, cost } = prepared
    const opened =
      operation.operation === OperationTypeNode.SUBSCRIPTION
        ? await observed('websocket', prepared, requestId, () => live.open(prepared, caller), onOperation)
        : undefined
    if (opened && 'errors' in opened) return { errors: opened.errors, cost }
    return {
      schema: guard.schema,
      document,
      operationName: operation.name?.value,
      variableValues: variables,
      // A subscription was resolved already; its messages get contexts of their own.
      contextValue: opened ? null : createContext(services, caller),
      id,
      outlet,
      requestId,
      prepared,
      cost,
      live: opened,
    }
  }

  return makeServer<Params, SocketExtra>({
    connectionInitWaitTimeout: initMs,
    async onConnect({ connectionParams, extra }) {
      const authorization = connectionParams?.authorization ?? null
      // Anything but text is a key that fits nothing.
      extra.authorization = authorization === null || typeof authorization === 'string' ? authorization : ''
      try {
        extra.identity = await callers.holding(extra.authorization, extra.address)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        extra.outlet.close(closeCodeOf(error), error.message)
        return false
      }
      if (extra.isClosed) return false
      extra.stopWatching = services.access.watch(extra.identity, (reason) =>
        extra.outlet.close(closeCodes.forbidden, reason),
      )
      return true
    },
    onClose({ extra }) {
      extra.isClosed = true
      extra.stopWatching?.()
    },
    async onSubscribe(connection, id, payload) {
      const requestId = randomUUID()
      try {
        const admitted = await admit(connection, id, payload, requestId)
        if ('document' in admitted) return admitted
        return present(admitted.errors, requestId).map((error) => withCost(error, admitted.cost))
      } catch (error) {
        return present([error], requestId).map((error) => withCost(error, { requested: 0, maximum: maximumCost }))
      }
    },
    async execute(args: ExecutionArgs) {
      const { requestId, cost, prepared } = args as Admitted
      const { data, errors } = await observed('websocket', prepared, requestId, () => execute(args), onOperation)
      return { data, ...(errors && { errors: present(errors, requestId) }), extensions: { cost } }
    },
    subscribe(args: ExecutionArgs) {
      const { live: operation, outlet, id, cost } = args as Admitted
      const { stream, shape, present } = operation!
      const sink = new SocketSink(outlet, id, (error) => withCost(present(error), cost))
      return sink.read(stream.open(shape, sink))
    },
  })
}
