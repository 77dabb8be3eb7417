import { randomUUID } from 'node:crypto'
import { type ExecutionArgs, execute, GraphQLError, OperationTypeNode } from 'graphql'
import { type Context as Connection, makeServer, type Server, type SubscribePayload } from 'graphql-ws'
import type { Identity } from '../access/identity.ts'
import { ApiError } from '../lib/errors.ts'

import type { Log } from '../lib/log.ts'
import { createContext, type Services } from '../resolvers/context.ts'
import type { Authenticate } from './authenticate.ts'
import type { Cost } from './cost.ts'
import type { Guard } from './guard.ts'
import type { LiveOperation, LiveOperations } from './live-operation.ts'
import { presentError } from './present-error.ts'
import { type SocketOutlet, SocketSink } from './socket-outlet.ts'

export type SocketProtocolOptions = {
  services: Services
  guard: Guard
  authenticate: Authenticate
  live: LiveOperations
  log: Log
  /** Told of every query and mutation that was executed to its end. */
  onOperation?: (operation: { type: string; name: string | undefined; failed: boolean; durationMs: number }) => void
}

/** What belongs to one connection. */
export type SocketExtra = {
  readonly outlet: SocketOutlet
  /** Where it comes from. */
  readonly address: string
  /** Set when the connection was let in. */
  identity?: Identity
}

type Params = Record<string, unknown>

/** An operation that was let in, on its way through graphql-ws. */
type Admitted = ExecutionArgs & {
  id: string
  outlet: SocketOutlet
  requestId: string
  type: string
  cost: Cost
  live?: LiveOperation
}

/** Operations of one connection at a time. */
const maxOperations = 50
const maxIdLength = 128
const unauthorized = 4401

const limited = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } })

/** The protocol graphql-transport-ws, with the same guard, context and presentation of errors as every other transport. */
export const createSocketProtocol = (options: SocketProtocolOptions, initMs: number): Server<SocketExtra> => {
  const { services, guard, authenticate, live, log, onOperation } = options

  /** As shown on a transport without a status line. */
  const present = (error: unknown, requestId: string): GraphQLError => {
    const presented = presentError(error, requestId, log)
    delete presented.extensions.http
    return presented
  }

  const admit = async (
    connection: Connection<Params, SocketExtra>,
    id: string,
    payload: SubscribePayload,
    requestId: string,
  ): Promise<Admitted | readonly unknown[]> => {
    const { outlet, identity, address } = connection.extra
    if (id.length > maxIdLength) return [limited(`The id of an operation must have at most ${maxIdLength} characters.`)]
    if (Object.keys(connection.subscriptions).length > maxOperations)
      return [limited(`One connection may have at most ${maxOperations} operations at a time.`)]
    const prepared = guard.prepare(payload, { identity: identity!, address })
    if ('errors' in prepared) return prepared.errors
    const caller = { identity: identity!, requestId }
    const { document, operation, variables, cost } = prepared
    const opened =
      operation.operation === OperationTypeNode.SUBSCRIPTION ? await live.open(prepared, caller) : undefined
    if (opened && 'errors' in opened) return opened.errors
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
      type: operation.operation,
      cost,
      live: opened,
    }
  }

  return makeServer<Params, SocketExtra>({
    connectionInitWaitTimeout: initMs,
    async onConnect({ connectionParams, extra }) {
      const authorization = connectionParams?.authorization ?? null
      try {
        // Anything but text is a key that fits nothing.
        extra.identity = await authenticate(
          authorization === null || typeof authorization === 'string' ? authorization : '',
        )
        return true
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        extra.outlet.close(unauthorized, error.message)
        return false
      }
    },
    async onSubscribe(connection, id, payload) {
      const requestId = randomUUID()
      try {
        const admitted = await admit(connection, id, payload, requestId)
        return 'document' in admitted ? admitted : admitted.map((error) => present(error, requestId))
      } catch (error) {
        return [present(error, requestId)]
      }
    },
    async execute(args: ExecutionArgs) {
      const { requestId, cost, type, operationName } = args as Admitted
      const startedAt = performance.now()
      const { data, errors } = await execute(args)
      onOperation?.({
        type,
        name: operationName ?? undefined,
        failed: errors !== undefined,
        durationMs: performance.now() - startedAt,
      })
      return { data, ...(errors && { errors: errors.map((error) => present(error, requestId)) }), extensions: { cost } }
    },
    subscribe(args: ExecutionArgs) {
      const { live: operation, outlet, id } = args as Admitted
      const { stream, shape, present } = operation!
      const sink = new SocketSink(outlet, id, present)
      return sink.read(stream.open(shape, sink))
    },
  })
}
