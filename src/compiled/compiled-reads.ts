import { hash } from 'node:crypto'
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Identity } from '../access/identity.ts'
import { ApiError } from '../lib/errors.ts'
import { createCounter, type MetricSource } from '../lib/metric.ts'
import type { Context, Services } from '../resolvers/context.ts'
import { scopesOf } from '../schema/forbidden.ts'
import { createCompany } from './company.ts'
import { createDelegatedExecution } from './delegated-fields.ts'
import { delegatedReferences, finishJson } from './finish-json.ts'
import { type Answer as AnswerRow, type BoundPlan, createPlans } from './plans.ts'
import type { FallbackReason } from './ways.ts'

/** An operation that may be executed, and for whom. */
type CompiledRequest = {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** As the client sent them. */
  variables: Record<string, unknown>
  coerced: Record<string, unknown>
  identity: Identity
}

/** The text of `data`, which is JSON as the execution would print it; or the result of the execution. */
export type Answer = { text: string } | ExecutionResult

/** Answers an operation with a Postgres statement, which builds the JSON. Fields of other stores are left to their resolvers. */
export type CompiledReads = {
  /**
   * Answers by the statement of the operation. Where there is none, or where it fails, it answers by `execute`, because only an
   * execution tells errors. Both use the same context, so its loaders do not ask again for what failed; its now is that of the statement.
   */
  answer(
    request: CompiledRequest,
    contextOf: (now: number) => Context,
    execute: () => Promise<ExecutionResult>,
  ): Promise<Answer>
  readonly metrics: readonly MetricSource[]
}

export type CompiledOptions = {
  schema: GraphQLSchema
  services: Pick<Services, 'databases' | 'cursors' | 'live' | 'clock' | 'log'>
}

const nothing: ReadonlyMap<string, string> = new Map()

/** Compiled operations of one schema and database. */
export const createCompiledReads = ({ schema, services }: CompiledOptions): CompiledReads => {
  const { databases, cursors, live, clock, log } = services
  const plans = createPlans(schema)
  const executeDelegated = createDelegatedExecution(schema)
  const eventCursor = (id: bigint) => live.cursorOf(id)
  const answers = createCounter({
    name: 'graphql_answers_total',
    help: 'Answers to queries and mutations by the way they took: compiled to one statement, executed because that is not possible, or executed because it failed (fallback); and why.',
    labels: ['way', 'reason'],
  })
  const reads = createCounter({
    name: 'compiled_reads_total',
    help: 'Rows that compiled statements were asked for: alone by a statement of their own, together with others in one, or shared with a request for the same. A channel that is looked for by a former slug is asked for twice.',
    labels: ['way'],
  })
  const company = createCompany<AnswerRow>({
    db: databases.dm,
    connections: databases.dm.stats().max,
    sizeOf: ({ data }) => data.length,
    onRead: (way) => reads.add(1, way),
  })

  /** Logs a failure that is ours. The id of a document is the one that a trusted document has: the SHA-256 of its text. */
  const logFailure = (
    { document, operation }: CompiledRequest,
    { statement }: BoundPlan,
    details: { err?: unknown },
  ): void => {
    const name = operation.name?.value
    const documentId = hash('sha256', document.loc?.source.body ?? '')
    log.error({ operation: name, documentId, statement: statement.name, ...details }, 'a compiled operation failed')
  }

  /** The text of `data`, or why there is none. */
  const read = async (
    request: CompiledRequest,
    plan: BoundPlan & { codec: ReturnType<typeof cursors.latest> },
    contextOf: () => Context,
  ): Promise<{ text: string } | FallbackReason> => {
    const { statement, otherwise, values, codec, delegated } = plan
    try {
      const row = (await company.ask(statement, values)) ?? (otherwise && (await company.ask(otherwise, values)))
      const { data, epoch } = row!
      // The database was restored: it has another journal than the one that the cursors were checked against.
      if (epoch !== undefined && epoch !== codec?.epoch) return 'journal'
      const found = delegated
        ? await executeDelegated(delegatedReferences(data), delegated, request.variables, contextOf())
        : nothing
      if (!found) return 'delegated'
      const text = finishJson(data, { codec: codec ?? (await cursors.known()), eventCursor, found })
      if (text !== null) return { text }
      logFailure(request, plan, {})
      return 'value'
    } catch (error) {
      if (error instanceof ApiError) return 'unavailable'
      logFailure(request, plan, { err: error })
      return 'error'
    }
  }

  return {
    metrics: [answers, reads],
    async answer(request, contextOf, execute) {
      const { document, operation, coerced, identity } = request
      const codec = cursors.latest()
      const now = clock()
      const plan = plans.bind(document, operation, scopesOf(identity), { variables: coerced, codec, now })
      if (plan.way !== 'compiled') {
        answers.add(1, plan.way, plan.reason)
        return execute()
      }
      const answer = await read(request, { ...plan, codec }, () => contextOf(now))
      if (typeof answer === 'string') {
        answers.add(1, 'fallback', answer)
        return execute()
      }
      answers.add(1, 'compiled', '')
      return answer
    },
  }
}
