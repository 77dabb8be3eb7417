import type { IncomingMessage } from 'node:http'
import { type ExecutionResult, type GraphQLError, OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { type Cost, maximumCost } from '../../guard/cost.ts'
import type { GraphqlRequest, Prepared } from '../../guard/guard.ts'
import { ApiError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { openLate } from '../../lib/open-late.ts'
import type { Callers } from '../security/callers.ts'
import type { AnswerTypes } from '../server/answer-types.ts'
import type { Connections } from '../server/connections.ts'
import type { OnError } from '../server/metrics.ts'
import { checkHead, checkUrl, namedByUrl, readBody } from '../server/read-request.ts'
import type { Reply } from '../server/reply.ts'
import { type AnswerOperationOptions, createAnswerOperation, resultOf } from './answer-operation.ts'
import { createEventStreamHandler } from './event-stream-handler.ts'
import { answerFast, type GraphqlCall } from './fast-path.ts'
import type { LiveOperations } from './live-operation.ts'
import { presentErrors } from './present-error.ts'

/** What every transport answers with. Where nothing is compiled, Yoga answers all requests by HTTP. */
export type TransportOptions = AnswerOperationOptions & {
  callers: Callers
  /** Starts subscriptions. */
  live: LiveOperations
  /** The connections of all transports. */
  connections: Connections
  log: Log
  onError: OnError
}

/** Answers the requests for /graphql. */
export type Endpoint = { handle(request: IncomingMessage, response: Reply): Promise<void> } & AsyncDisposable

type ServerContext = GraphqlCall

/** Does the work at the first call. Every call gets its result. */
const once = <Argument, T extends object>(work: (argument: Argument) => T): ((argument: Argument) => T) => {
  let done: T | undefined
  return (argument) => {
    done ??= work(argument)
    return done
  }
}

/** The status of an answer that has an error and no data. With `spec` a caller of application/json gets 200 instead. */
const statusOf = (code: unknown): { status: number; spec?: true } => {
  if (code === 'UNAUTHENTICATED') return { status: 401 }
  if (code === 'INTERNAL_SERVER_ERROR') return { status: 500 }
  if (code === 'UNAVAILABLE') return { status: 503 }
  return { status: 400, spec: true }
}

const isMutation = ({ operation }: Prepared): boolean => operation.operation === OperationTypeNode.MUTATION

const withStatus = (error: GraphQLError): GraphQLError => {
  Object.assign(error.extensions, { http: error.extensions.http ?? statusOf(error.extensions.code) })
  return error
}

/** GraphQL over HTTP: Yoga speaks the protocol, the guard decides, graphql-js executes. */
export const createEndpoint = (options: TransportOptions): Endpoint => {
  const { services, guard, callers, live, connections, compiled, log, onError } = options
  const answerOperation = createAnswerOperation(options, 'http')
  const presentEvent = (errors: readonly unknown[], requestId: string): GraphQLError[] => {
    const shown = presentErrors(errors, requestId, log).map(withStatus)
    for (const { extensions } of shown) onError('sse', String(extensions.code))
    return shown
  }
  const events = createEventStreamHandler({ services, connections, live, present: presentEvent })

  const run = async (request: GraphqlRequest, { admit, answer, accepts }: ServerContext): Promise<ExecutionResult> => {
    const { identity, prepared } = await admit(request)
    const extensions = { cost: prepared.cost }
    if ('errors' in prepared) return { errors: prepared.errors, extensions }
    if (prepared.operation.operation === OperationTypeNode.SUBSCRIPTION)
      throw accepts.events
        ? new ApiError('BAD_USER_INPUT', 'A subscription by GET must give each parameter once.')
        : new ApiError(
            'OPERATION_NOT_ALLOWED',
            'A subscription must be sent over WebSocket or accept text/event-stream.',
            { http: { status: 406 } },
          )
    return { ...resultOf(await answer({ identity, prepared })), extensions }
  }

  const callOf = (message: IncomingMessage, requestId: string, accepts: AnswerTypes): GraphqlCall => {
    const address = callers.addressOf(message)
    return {
      requestId,
      address,
      accepts,
      admit: once(async (request) => {
        const identity = await callers.holding(message.headers.authorization, address)
        const prepared = guard.prepare(request, { identity, address })
        if ('operation' in prepared && isMutation(prepared) && message.method === 'GET')
          throw new ApiError('OPERATION_NOT_ALLOWED', 'A mutation must be sent by POST.', {
            http: { status: 405, headers: { Allow: 'POST' } },
          })
        return { identity, prepared }
      }),
      answer: once(({ identity, prepared }) => answerOperation(prepared, { identity, requestId, address })),
    }
  }

  const guarded: Plugin<ServerContext> = {
    onParams({ request, params, setParams, setParamsHandler, context }) {
      const caller = context as unknown as ServerContext
      if (request.method === 'GET') setParams(namedByUrl(params, request.url))
      setParamsHandler(({ params }) => run(params as GraphqlRequest, caller) as never)
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result)) return
      const { requestId } = serverContext as unknown as ServerContext
      const { data, errors, extensions } = result as ExecutionResult<Record<string, unknown>, { cost?: Cost }>
      const cost = extensions?.cost ?? { requested: 0, maximum: maximumCost }
      const shown = errors && presentErrors(errors, requestId, log)
      for (const { extensions } of shown ?? []) onError('http', String(extensions.code))
      setResult({
        ...(shown && { errors: data === undefined ? shown.map(withStatus) : shown }),
        ...(data !== undefined && { data }),
        extensions: { cost },
      })
    },
  }

  // Loaded by the first request that it answers: it takes 20 MB, which a process that pushes, or answers what is compiled, never needs.
  const yoga = openLate(async () => {
    const { createYoga } = await import('graphql-yoga')
    return createYoga<ServerContext>({
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
  })

  return {
    async handle(request, response) {
      const { requestId } = response
      const accepts = checkHead(request)
      const body = request.method === 'POST' ? await readBody(request) : undefined
      const call = callOf(request, requestId, accepts)
      if (compiled && (await answerFast(call, request, body, response))) return
      if (await events(call, request, body, response)) return
      // Yoga answers as JSON only: a stream of Yoga's would not end when its reader has left early.
      request.headers.accept = accepts.json ?? 'application/json'
      // Yoga makes a URL of the host, which may be any text. Where it can not, it answers with a stack trace.
      request.headers.host = 'localhost'
      // Yoga uses a body that was read before.
      if (body) Object.assign(request, { body })
      else checkUrl(request.url!)
      await (await yoga.use()).handle(request, response, call)
    },
    async [Symbol.asyncDispose]() {
      await (await yoga.opened())?.dispose()
    },
  }
}
