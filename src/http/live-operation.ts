import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { newUlid } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { LiveStream } from '../live/live-stream.ts'
import { Body, type LiveMessage } from '../live/message.ts'
import { PullSink } from '../live/pull-sink.ts'
import type { Scope, Shape } from '../live/shape.ts'
import { type Context, createContext, type Identity, type Services } from '../resolvers/context.ts'
import type { Guard, Prepared } from './guard.ts'
import { presentError } from './present-error.ts'

export type LiveOptions = { services: Services; guard: Guard; log: Log }

/** A subscription that was let in: open the stream with the shape to be told. */
export type LiveOperation = { stream: LiveStream<LiveMessage>; shape: Shape }

/** Starts subscriptions, the same for every transport. */
export type LiveOperations = {
  /** Resolves the operation's root field; its errors are ready to be shown. */
  open(prepared: Prepared, caller: { identity: Identity; requestId: string }): Promise<LiveOperation | Refusal>
}

export type Refusal = { errors: readonly GraphQLError[] }

/**
 * The variables that decide how a message is shown: all but those that are used only in arguments of the root field,
 * which say which messages there are.
 */
const shownBy = (document: DocumentNode, operation: OperationDefinitionNode): string[] => {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const rootArguments = new Set<unknown>()
  const findRoots = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) for (const argument of node.arguments ?? []) rootArguments.add(argument)
      else
        findRoots(node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value)!.selectionSet)
    }
  }
  findRoots(operation.selectionSet)
  const names = new Set<string>()
  const collect = (root: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(root, {
      VariableDefinition: () => false,
      Argument: (node) => (rootArguments.has(node) ? false : undefined),
      Variable: ({ name }) => void names.add(name.value),
    })
  }
  collect(operation)
  fragments.forEach(collect)
  return [...names].sort()
}

/** Subscriptions of one schema. Whoever asks for the same selection with the same role shares its execution. */
export const createLiveOperations = ({ services, guard, log }: LiveOptions): LiveOperations => {
  const variablesOf = new WeakMap<OperationDefinitionNode, string[]>()
  const contexts = new WeakMap<Scope, Map<string, Context>>()

  /** One context per role and moment: what its loaders read for one selection serves all. */
  const contextOf = (scope: Scope, { role }: Identity): Context => {
    const ofScope = contexts.get(scope) ?? new Map<string, Context>()
    contexts.set(scope, ofScope)
    const context =
      ofScope.get(role) ?? createContext(services, { identity: { role, name: null }, requestId: newUlid() })
    ofScope.set(role, context)
    return context
  }

  const shapeOf = ({ document, operation, variables, cost }: Prepared, identity: Identity): Shape => {
    const names = variablesOf.get(operation) ?? shownBy(document, operation)
    variablesOf.set(operation, names)
    const shown = names.map((name) => variables[name])
    const extensions = { cost }
    const operationName = operation.name?.value
    return {
      key: JSON.stringify([identity.role, operationName, cost.requested, shown, document.loc?.source.body]),
      render(message, scope) {
        const contextValue = contextOf(scope, identity)
        const toBody = ({ data, errors }: ExecutionResult): Body => {
          const presented = errors?.map((error) => presentError(error, contextValue.requestId, log))
          return new Body(message, JSON.stringify({ data, errors: presented, extensions }))
        }
        const failed = (error: unknown): Body =>
          toBody({ data: null, errors: [presentError(error, contextValue.requestId, log)] })
        try {
          const result = execute({
            schema: guard.schema,
            document,
            operationName,
            variableValues: variables,
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
    async open(prepared, caller) {
      const stream = await createSourceEventStream({
        schema: guard.schema,
        document: prepared.document,
        operationName: prepared.operation.name?.value,
        variableValues: prepared.variables,
        contextValue: createContext(services, caller),
      })
      if (stream instanceof LiveStream) return { stream, shape: shapeOf(prepared, caller.identity) }
      if (!('errors' in stream)) throw new Error('a subscription field did not answer a LiveStream')
      return { errors: stream.errors!.map((error) => presentError(error, caller.requestId, log)) }
    },
  }
}

/** The results of a subscription one by one, for a transport that writes each as text through their `stringify`. */
export const resultsOf = ({ stream, shape }: LiveOperation): AsyncIterableIterator<ExecutionResult> => {
  const bodies = new PullSink()
  bodies.read(stream.open(shape, bodies))
  const toResult = ({ done, value }: IteratorResult<Body>): IteratorResult<ExecutionResult> =>
    done ? { done, value: undefined } : { done: false, value: { stringify: () => value.text } as ExecutionResult }
  return {
    next: async () => toResult(await bodies.next()),
    return: async () => toResult(await bodies.return()),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
