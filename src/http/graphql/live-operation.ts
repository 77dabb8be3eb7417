import { randomUUID } from 'node:crypto'
import {
  createSourceEventStream,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type OperationDefinitionNode,
} from 'graphql'
import { everybody, type Identity } from '../../access/identity.ts'
import { createMessageWriter } from '../../compiled/write-message.ts'
import type { Cost } from '../../guard/cost.ts'
import type { Guard, Prepared } from '../../guard/guard.ts'
import type { Log } from '../../lib/log.ts'
import { LiveStream } from '../../live/live-stream.ts'
import { Body, type LiveMessage, type Renderer, type RenderScope } from '../../live/message.ts'
import { type Context, createContext, type Services } from '../../resolvers/context.ts'
import type { OnOperation, Transport } from '../server/metrics.ts'
import { type ClientWriter, type Frame, SubscriptionSink } from './client-writer.ts'
import { observed } from './observe-operation.ts'
import { presentError, presentErrors } from './present-error.ts'
import { type SharedSelection, sharedSelection } from './shared-selection.ts'

export type LiveOptions = { services: Services; guard: Guard; log: Log; onOperation: OnOperation }

/** A subscription that was let in. Its stream is opened with the renderer. */
export type LiveOperation = {
  stream: LiveStream<LiveMessage>
  renderer: Renderer
  cost: Cost
}

/** Starts subscriptions, the same for every transport. */
export type LiveOperations = {
  /** Resolves the root field of the operation; or answers its errors as they were thrown. */
  open(
    transport: Transport,
    prepared: Prepared,
    caller: { identity: Identity; requestId: string },
  ): Promise<LiveOperation | { errors: readonly GraphQLError[] }>
}

/** Subscriptions of one schema. Subscribers with the same selection and role share one text of each message. */
export const createLiveOperations = ({ services, guard, log, onOperation }: LiveOptions): LiveOperations => {
  const selections = new WeakMap<OperationDefinitionNode, SharedSelection>()
  const contexts = new WeakMap<RenderScope, Map<string, Context>>()

  /** One context for each role and render scope, so that its loaders read once for all selections. */
  const contextOf = (scope: RenderScope, { role }: Identity): Context => {
    const ofScope = contexts.get(scope) ?? new Map<string, Context>()
    contexts.set(scope, ofScope)
    const context =
      ofScope.get(role) ?? createContext(services, { identity: { ...everybody, role }, requestId: randomUUID() })
    ofScope.set(role, context)
    return context
  }

  const rendererOf = ({ document, operation, variables }: Prepared, identity: Identity): Renderer => {
    const selection = selections.get(operation) ?? sharedSelection(document, operation)
    selections.set(operation, selection)
    // A variable that is absent takes its default. One that is there and undefined would not.
    const given = selection.variables.filter((name) => Object.hasOwn(variables, name))
    const shown = Object.fromEntries(given.map((name) => [name, variables[name]]))
    // Made with the first message, because of the renderers of a selection only the first renders.
    let write: ReturnType<typeof createMessageWriter> | undefined
    return {
      key: JSON.stringify([identity.role, shown, selection.text]),
      render(message, scope) {
        write ??= createMessageWriter(guard.schema, selection.document, shown)
        const data = write(message)
        if (data !== null) return new Body(message, `{"data":${data}`)
        const contextValue = contextOf(scope, identity)
        const toBody = ({ data, errors }: ExecutionResult): Body => {
          const presented = errors && presentErrors(errors, contextValue.requestId, log)
          return new Body(message, JSON.stringify({ data, errors: presented }).slice(0, -1))
        }
        const failed = (error: unknown): Body =>
          toBody({ data: null, errors: [presentError(error, contextValue.requestId, log)] })
        try {
          const result = execute({
            schema: guard.schema,
            document: selection.document,
            variableValues: shown,
            rootValue: message,
            contextValue,
          })
          return result instanceof Promise ? result.then(toBody).catch(failed) : toBody(result as ExecutionResult)
        } catch (error) {
          return failed(error)
        }
      },
    }
  }

  return {
    open(transport, prepared, caller) {
      const begin = async () => {
        const stream = await createSourceEventStream({
          schema: guard.schema,
          document: prepared.document,
          operationName: prepared.operation.name?.value,
          variableValues: prepared.variables,
          contextValue: createContext(services, caller),
        })
        if (!(stream instanceof LiveStream)) {
          if ('errors' in stream) return { errors: stream.errors! }
          throw new Error('a subscription field did not answer a LiveStream')
        }
        return { stream, renderer: rendererOf(prepared, caller.identity), cost: prepared.cost }
      }
      return observed(transport, prepared, caller.requestId, begin, onOperation)
    },
  }
}

/** What follows the body of each message: its cost, and the end of the result. */
export const endOfResult = (cost: Cost): string => `,"extensions":${JSON.stringify({ cost })}}`

/**
 * Passes the messages of a subscription on until it is over. Resolves at its end. Rejects with the reason where it could not go on,
 * or where the signal ends it. `frame` gets the end of every message, which has the cost, and answers what surrounds it.
 */
export const streamSubscription = (
  { stream, renderer, cost }: LiveOperation,
  writer: ClientWriter,
  frame: (end: string) => Frame,
  signal: AbortSignal,
): Promise<void> => {
  const sink = new SubscriptionSink(writer, frame(endOfResult(cost)))
  return sink.follow(stream.open(renderer, sink, signal))
}
