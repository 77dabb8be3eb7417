import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ExecutionResult, OperationTypeNode } from 'graphql'
import type { Identity } from '../../access/identity.ts'
import type { CompiledReads } from '../../compiled/compiled-reads.ts'
import type { GraphqlRequest, Prepared, Refused } from '../../guard/guard.ts'
import type { Context } from '../../resolvers/context.ts'
import { operationOf } from '../server/read-request.ts'

/** Who asks, and what the guard says to it. */
type GuardDecision = { identity: Identity; prepared: Prepared | Refused }

/** What a request is asked once, whoever answers it and however often they ask. */
export type GraphqlCall = {
  readonly requestId: string
  /** Where it comes from, as limits count it. */
  readonly address: string
  /** Identifies the caller and asks the guard, which counts it. */
  admit(request: GraphqlRequest): Promise<GuardDecision>
  /** What every try to answer sees. */
  context(identity: Identity): Context
  /** Tells of the operation once, whoever answers it in the end. */
  observe<R extends object>(prepared: Prepared, work: () => Promise<R>): Promise<R>
  /** Executes a query or mutation that was let in. */
  execute(admitted: GuardDecision & { prepared: Prepared }): Promise<ExecutionResult>
}

/** Answers a query that ends without an error; false where it did not, and nothing was sent. `body` is what came by POST. */
export type FastPath = (
  call: GraphqlCall,
  message: IncomingMessage,
  body: object | undefined,
  response: ServerResponse,
) => Promise<boolean>

const json = 'application/json; charset=utf-8'
const graphqlJson = 'application/graphql-response+json; charset=utf-8'

/** What is answered to the Accept headers that clients send; others are left to Yoga. */
const answerTypes = new Map<string | undefined, string>([
  [undefined, json],
  ['*/*', json],
  ['application/json', json],
  ['application/json, */*', json],
  ['application/graphql-response+json', graphqlJson],
  ['application/graphql-response+json, application/json', graphqlJson],
  ['application/graphql-response+json,application/json;q=0.9', graphqlJson],
])

/**
 * Answers queries without Yoga, whose handling of a request costs as much as that of a small query: by a compiled statement where
 * there is one, else by their execution. All else, and every error, is left to Yoga, and to the same text it would make of the rest.
 */
export const createFastPath = (compiled: CompiledReads): FastPath => {
  const dataOf = async (
    call: GraphqlCall,
    admitted: GuardDecision & { prepared: Prepared },
  ): Promise<string | null> => {
    const { identity, prepared } = admitted
    const read = compiled.bind({ ...prepared, identity })
    const result = await call.observe(prepared, async () => {
      const text = read && (await compiled.read(read, () => call.context(identity)))
      return text === null ? call.execute(admitted) : { text }
    })
    if ('text' in result) return result.text
    return result.errors ? null : JSON.stringify(result.data)
  }

  return async (call, message, body, response) => {
    const type = answerTypes.get(message.headers.accept)
    const request = operationOf(message, body)
    if (!type || !request) return false
    // What is thrown here is thrown to Yoga again.
    const admission = await call.admit(request).catch(() => null)
    if (!admission || 'errors' in admission.prepared) return false
    const { identity, prepared } = admission
    if (prepared.operation.operation !== OperationTypeNode.QUERY) return false
    const data = await dataOf(call, { identity, prepared }).catch(() => null)
    if (data === null) return false
    const text = `{"data":${data},"extensions":${JSON.stringify({ cost: prepared.cost })}}`
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) })
    response.end(text)
    return true
  }
}
