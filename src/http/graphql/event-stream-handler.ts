import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type GraphQLError, OperationTypeNode } from 'graphql'
import type { Identity } from '../../access/identity.ts'
import { type Cost, maximumCost } from '../../guard/cost.ts'
import type { Prepared } from '../../guard/guard.ts'
import { ApiError } from '../../lib/errors.ts'
import type { Services } from '../../resolvers/context.ts'
import type { Connections } from '../server/connections.ts'
import { operationOf } from '../server/read-request.ts'
import { responseClosedSignal } from '../server/response-closed-signal.ts'
import { resultOf } from './answer-operation.ts'
import { EventStream, eventFrame, sendEvent } from './event-stream.ts'
import type { GraphqlCall } from './fast-path.ts'
import { type LiveOperations, streamSubscription } from './live-operation.ts'

export type EventStreamHandlerOptions = {
  services: Pick<Services, 'access'>
  connections: Connections
  live: LiveOperations
  /** Errors as the caller is shown them, with their status in the extension `http`. */
  present(errors: readonly unknown[], requestId: string): GraphQLError[]
}

/** How often a stream says that it is there. */
const pingMs = 12_000

type Head = { status: number; headers: OutgoingHttpHeaders }

/** The head of an answer that has errors only. */
const headOf = (errors: readonly GraphQLError[]): Head => {
  const head: Head = { status: 200, headers: {} }
  for (const { extensions } of errors) {
    const { status = 200, headers, spec } = (extensions.http ?? {}) as Partial<Head> & { spec?: boolean }
    Object.assign(head.headers, headers)
    if (!spec) head.status = Math.max(head.status, status)
  }
  return head
}

/** Errors without the extension that only sets the status line. */
const bare = (errors: readonly GraphQLError[]): object[] =>
  errors.map((error) => {
    const { http: _, ...extensions } = error.extensions
    return { ...error.toJSON(), extensions }
  })

/**
 * Server-sent events, in the mode of distinct connections. They answer subscriptions, and all operations of clients that take only
 * events. A subscription belongs to the signal of its answer before it begins, so a reader who leaves early ends it too.
 */
export const createEventStreamHandler = (options: EventStreamHandlerOptions) => {
  const { services, connections, live, present } = options

  const refuse = (response: ServerResponse, requestId: string, errors: readonly unknown[], cost: Cost): void => {
    const shown = present(errors, requestId)
    sendEvent(response, headOf(shown), { errors: bare(shown), extensions: { cost } })
  }

  const subscribe = async (call: GraphqlCall, identity: Identity, prepared: Prepared, response: ServerResponse) => {
    const { requestId } = call
    const { cost } = prepared
    const refused = (errors: readonly unknown[]) => refuse(response, requestId, errors, cost)
    const closed = responseClosedSignal(response)
    if (closed.aborted) return
    const over = new AbortController()
    const end = () => over.abort(closed.reason)
    closed.addEventListener('abort', end)
    let stream: EventStream | undefined
    let stopWatching = () => {}
    try {
      const slot = connections.acquire('sse', call.address)
      closed.addEventListener('abort', () => slot.release())
      const opened = await live.open('sse', prepared, { identity, requestId })
      if (closed.aborted) return
      if ('errors' in opened) return refused(opened.errors)
      stopWatching = services.access.watch(identity, (reason) => over.abort(new ApiError('UNAUTHENTICATED', reason)))
      stream = new EventStream(response, slot, pingMs)
      await streamSubscription(opened, stream, eventFrame, over.signal)
      stream.end()
    } catch (error) {
      if (closed.aborted) return
      if (!stream) return refused([error])
      stream.end({ errors: bare(present([error], requestId)), extensions: { cost } })
    } finally {
      stopWatching()
    }
  }

  /** Answers with events. Answers false and sends nothing where the client does not ask for events. `body` is what came by POST. */
  return async (
    call: GraphqlCall,
    message: IncomingMessage,
    body: object | undefined,
    response: ServerResponse,
  ): Promise<boolean> => {
    if (!call.accepts.events) return false
    const request = operationOf(message, body)
    if (!request) return false
    const { requestId } = call
    const onlyEvents = !call.accepts.json
    try {
      const { identity, prepared } = await call.admit(request)
      if ('errors' in prepared) {
        if (onlyEvents) refuse(response, requestId, prepared.errors, prepared.cost)
        return onlyEvents
      }
      if (prepared.operation.operation === OperationTypeNode.SUBSCRIPTION) {
        await subscribe(call, identity, prepared, response)
        return true
      }
      if (!onlyEvents) return false
      const { data, errors } = resultOf(await call.answer({ identity, prepared }))
      const shown = errors && present(errors, requestId)
      const head = shown && data === undefined ? headOf(shown) : { status: 200, headers: {} }
      const result = { ...(shown && { errors: bare(shown) }), ...(data !== undefined && { data }) }
      sendEvent(response, head, { ...result, extensions: { cost: prepared.cost } })
      return true
    } catch (error) {
      if (!onlyEvents) return false
      refuse(response, requestId, [error], { requested: 0, maximum: maximumCost })
      return true
    }
  }
}
