import { type ExecutionResult, execute } from 'graphql'
import type { Answer, CompiledReads } from '../../compiled/compiled-reads.ts'
import type { Cost } from '../../guard/cost.ts'
import type { Guard, Prepared } from '../../guard/guard.ts'
import { type Context, type ContextCaller, createContext, type Services } from '../../resolvers/context.ts'
import type { OnOperation, Transport } from '../server/metrics.ts'
import { observed } from './observe-operation.ts'

export type AnswerOperationOptions = {
  services: Services
  guard: Guard
  /** Compiled operations. Undefined, everything is executed. */
  compiled: CompiledReads | undefined
  onOperation: OnOperation
}

/** Answers what the guard let in on a transport: by a compiled statement where the operation has one, else by its execution. */
export const createAnswerOperation =
  ({ services, guard, compiled, onOperation }: AnswerOperationOptions, transport: Transport) =>
  (prepared: Prepared, caller: Required<ContextCaller>): Promise<Answer> => {
    let context: Context | undefined
    const contextOf = (now?: number): Context => {
      context ??= createContext(services, caller, now)
      return context
    }
    const run = async (): Promise<ExecutionResult> =>
      execute({
        schema: guard.schema,
        document: prepared.document,
        operationName: prepared.operation.name?.value,
        variableValues: prepared.variables,
        contextValue: contextOf(),
      })
    const answer = (): Promise<Answer> =>
      compiled ? compiled.answer({ ...prepared, identity: caller.identity }, contextOf, run) : run()
    return observed(transport, prepared, caller.requestId, answer, onOperation)
  }

/** The JSON text of an answer without errors, with its cost. */
export const answerText = (answer: Answer, cost: Cost): string => {
  const data = 'text' in answer ? answer.text : JSON.stringify(answer.data)
  return `{"data":${data},"extensions":${JSON.stringify({ cost })}}`
}

/** The answer as a result of GraphQL. */
export const resultOf = (answer: Answer): ExecutionResult =>
  'text' in answer ? { data: JSON.parse(answer.text) as Record<string, unknown> } : answer
