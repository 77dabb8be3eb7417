import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql'
import type { Identity } from '../../access/identity.ts'
import type { Answer, CompiledReads } from '../../compiled/compiled-reads.ts'
import type { Cost } from '../../guard/cost.ts'
import type { Prepared } from '../../guard/guard.ts'
import { type Context, createContext, type Services } from '../../resolvers/context.ts'

export type AnswerOperationOptions = {
  services: Services
  schema: GraphQLSchema
  /** Absent, everything is executed. */
  compiled: CompiledReads | undefined
}

/** Answers a query or a mutation that the guard let in, the same on every transport. */
export type AnswerOperation = (prepared: Prepared, caller: { identity: Identity; requestId: string }) => Promise<Answer>

/** Answers by a compiled statement where the operation has one, else by its execution. */
export const createAnswerOperation =
  ({ services, schema, compiled }: AnswerOperationOptions): AnswerOperation =>
  (prepared, caller) => {
    let context: Context | undefined
    const contextOf = (): Context => {
      context ??= createContext(services, caller)
      return context
    }
    const run = async (): Promise<ExecutionResult> =>
      execute({
        schema,
        document: prepared.document,
        operationName: prepared.operation.name?.value,
        variableValues: prepared.variables,
        contextValue: contextOf(),
      })
    return compiled ? compiled.answer({ ...prepared, identity: caller.identity }, contextOf, run) : run()
  }

/** The JSON text of an answer without errors, with its cost. */
export const answerText = (answer: Answer, cost: Cost): string => {
  const data = 'text' in answer ? answer.text : JSON.stringify(answer.data)
  return `{"data":${data},"extensions":${JSON.stringify({ cost })}}`
}

/** The answer as a result of GraphQL. */
export const resultOf = (answer: Answer): ExecutionResult =>
  'text' in answer ? { data: JSON.parse(answer.text) as Record<string, unknown> } : answer
