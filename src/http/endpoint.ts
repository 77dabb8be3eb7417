import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ExecutionResult, execute, type GraphQLError, OperationTypeNode } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { Identity } from '../access/identity.ts'
import type { CompiledReads } from '../compiled/compiled-reads.ts'
import { ApiError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { createContext, type Services } from '../resolvers/context.ts'
import type { Callers } from './callers.ts'
import { type Cost, maximumCost } from './cost.ts'
import { type Call, createDirectLane } from './direct-lane.ts'
import type { GraphqlRequest, Guard } from './guard.ts'
import { createLiveOperations, type LiveOperations, resultsOf } from './live-operation.ts'
import type { OnError, OnOperation } from './metrics.ts'
import { observed } from './observe-operation.ts'
import { presentErrors } from './present-error.ts'
import { checkHead, namedByUrl, readBody } from './read-request.ts'

export type EndpointOptions = {
  services: Services
  guard: Guard
  callers: Callers
  /** Starts subscriptions; absent, they share nothing with those of another transport. */
  live?: LiveOperations
  /** Compiled operations, for which queries are answered without Yoga; absent, Yoga answers everything. */
  compiled?: CompiledReads
  log: Log
  onOperation?: OnOperation
  onError?: OnError
}

/** Answers the requests for /graphql. */
export type Endpoint = { handle(request: IncomingMessage, response: ServerResponse): Promise<void> } & AsyncDisposable

type ServerContext = Call

/** Does the work once, and gives what became of it to everybody who asks. */
const once = <Argument, T extends object>(work: (argument: Argument) => T): ((argument: Argument) => T) => {
  let done: T | undefined
  return (argument) => {
    done ??= work(argument)
    return done
  }
}

/** How an error without any data is told in the status line; a caller of application/json gets 200 where `spec` is set. */
const statusOf = (code: unknown): { status: number; spec?: true } => {
  if (code === 'UNAUTHENTICATED') return { status: 401 }
  if (code === 'INTERNAL_SERVER_ERROR') return { status: 500 }
  if (code === 'UNAVAILABLE') return { status: 503 }
  return { status: 400, spec: true }
}

const withStatus = (error: GraphQLError): GraphQLError => {
  Object.assign(error.extensions, { http: error.extensions.http ?? statusOf(error.extensions.code) })
  return error
}

const acceptsStream = (accept: string | null): boolean =>
  accept === null || /text\/(event-stream|\*)|\*\/\*/.test(accept)

const isIterable = (result: unknown): result is AsyncIterable<ExecutionResult> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result

/** GraphQL over HTTP: Yoga speaks the protocol, the guard decides, graphql-js executes. */
export const createEndpoint = (options: EndpointOptions): Endpoint => {
  const { services, guard, callers, log, onOperation, onError } = options
  const live = options.live ?? createLiveOperations({ services, guard, log })

  const lane = options.compiled && createDirectLane(options.compiled)

  const run = async (
    request: GraphqlRequest,
    { method, headers }: Request,
    { requestId, admit, observe, execute }: ServerContext,
  ): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> => {
    const { identity, prepared } = await admit(request)
    const extensions = { cost: prepared.cost }
    if ('errors' in prepared) return { errors: prepared.errors, extensions }
    const type = prepared.operation.operation
    if (type === OperationTypeNode.MUTATION && method === 'GET')
      throw new ApiError('OPERATION_NOT_ALLOWED', 'A mutation must be sent by POST.', {
        http: { status: 405, headers: { Allow: 'POST' } },
      })
    if (type === OperationTypeNode.SUBSCRIPTION && !acceptsStream(headers.get('accept')))
      throw new ApiError(
        'OPERATION_NOT_ALLOWED',
        'A subscription must be sent over WebSocket or accept text/event-stream.',
        {
          http: { status: 406 },
        },
      )

    if (type === OperationTypeNode.SUBSCRIPTION) {
      const caller = { identity, requestId }
      const opened = await observed('sse', prepared, requestId, () => live.open(prepared, caller), onOperation)
      if ('errors' in opened) return { ...opened, extensions }
      return resultsOf(opened, (end) =>
        services.access.watch(identity, (reason) => end(new ApiError('UNAUTHENTICATED', reason))),
      )
    }
    return { ...(await observe(prepared, () => execute({ identity, prepared }))), extensions }
  }

  const callOf = (message: IncomingMessage, requestId: string): Call => {
    let isTold = false
    const context = once((identity: Identity) => createContext(services, { identity, requestId }))
    return {
      requestId,
      context,
      admit: once(async (request) => {
        const caller = await callers.of(message)
        return { identity: caller.identity, prepared: guard.prepare(request, caller) }
      }),
      observe(prepared, work) {
        if (isTold) return work()
        isTold = true
        return observed('http', prepared, requestId, work, onOperation)
      },
      execute: once(async ({ identity, prepared }) =>
        execute({
          schema: guard.schema,
          document: prepared.document,
          operationName: prepared.operation.name?.value,
          variableValues: prepared.variables,
          contextValue: context(identity),
        }),
      ),
    }
  }

  const guarded: Plugin<ServerContext> = {
    onParams({ request, params, setParams, setParamsHandler, context }) {
      const caller = context as unknown as ServerContext
      if (request.method === 'GET') setParams(namedByUrl(params, request.url))
      setParamsHandler(({ params }) => run(params as GraphqlRequest, request, caller) as never)
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (isIterable(result) || Array.isArray(result)) return
      const { requestId } = serverContext as unknown as ServerContext
      const { data, errors, extensions } = result as ExecutionResult<Record<string, unknown>, { cost?: Cost }>
      const cost = extensions?.cost ?? { requested: 0, maximum: maximumCost }
      const shown = errors && presentErrors(errors, requestId, log)
      if (onError) for (const { extensions } of shown ?? []) onError('http', String(extensions.code))
      setResult({
        ...(shown && { errors: data === undefined ? shown.map(withStatus) : shown }),
        ...(data !== undefined && { data }),
        extensions: { cost },
      })
    },
  }

  const yoga = createYoga<ServerContext>({
    schema: guard.schema,
    plugins: [guarded],
    graphqlEndpoint: '/graphql',
    maxRequestBodySize: false,
    maskedErrors: false,
    batching: false,
    extraParamNames: ['documentId'],
    multipart: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    parserAndValidationCache: false,
    logging: false,
  })

  return {
    async handle(request, response) {
      const requestId = String(response.getHeader('X-Request-Id'))
      checkHead(request)
      const body = request.method === 'POST' ? await readBody(request) : undefined
      const call = callOf(request, requestId)
      if (await lane?.(call, request, body, response)) return
      // Yoga takes a body that was read before it.
      if (body) Object.assign(request, { body })
      await yoga.handle(request, response, call)
    },
    async [Symbol.asyncDispose]() {
      await yoga.dispose()
    },
  }
}
