import type { IncomingMessage } from 'node:http'
import { OperationTypeNode } from 'graphql'
import type { Identity } from '../../access/identity.ts'
import type { Answer } from '../../compiled/compiled-reads.ts'
import type { GraphqlRequest, Prepared, Refused } from '../../guard/guard.ts'
import { type AnswerTypes, contentType } from '../server/answer-types.ts'
import { operationOf } from '../server/read-request.ts'
import type { Reply } from '../server/reply.ts'
import { answerText } from './answer-operation.ts'

/** Who asks, and what the guard says to it. */
type GuardDecision = { identity: Identity; prepared: Prepared | Refused }

/** One request. The fast path, the event streams and Yoga may try to answer it in turn. The guard and the stores are asked once. */
export type GraphqlCall = {
  readonly requestId: string
  /** Where it comes from, as limits count it. */
  readonly address: string
  /** What the client takes for an answer. */
  readonly accepts: AnswerTypes
  /** Identifies the caller and asks the guard, which counts the request. */
  admit(request: GraphqlRequest): Promise<GuardDecision>
  /** Answers a query or mutation that was let in, and tells the metrics. */
  answer(admitted: GuardDecision & { prepared: Prepared }): Promise<Answer>
}

/**
 * Answers a query without Yoga, whose handling of a request costs as much as that of a small query. Answers false and sends
 * nothing for all else: what is no query, what the guard refuses, and every answer with an error. `body` is what came by POST.
 */
export const answerFast = async (
  call: GraphqlCall,
  message: IncomingMessage,
  body: object | undefined,
  response: Reply,
): Promise<boolean> => {
  const request = operationOf(message, body)
  if (!call.accepts.json || !request) return false
  let text: string
  try {
    const { identity, prepared } = await call.admit(request)
    if ('errors' in prepared || prepared.operation.operation !== OperationTypeNode.QUERY) return false
    const answer = await call.answer({ identity, prepared })
    if ('errors' in answer && answer.errors) return false
    text = answerText(answer, prepared.cost)
  } catch {
    // Yoga asks again, gets the same error, and tells it.
    return false
  }
  response.sendText(contentType(call.accepts.json), text)
  return true
}
