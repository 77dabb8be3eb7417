import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Identity } from '../access/identity.ts'
import { ApiError } from '../lib/errors.ts'
import type { Context, Services } from '../resolvers/context.ts'
import type { PageCursorCodec } from '../resolvers/page-cursor.ts'
import { scopesOf } from '../schema/builder.ts'
import { createDelegatedExecution } from './delegated-fields.ts'
import { delegatedReferences, finishJson } from './finish-json.ts'
import { type BoundPlan, createPlans } from './plans.ts'

/** An operation that may be executed, and for whom. */
type CompiledRequest = {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** As they came. */
  variables: Record<string, unknown>
  coerced: Record<string, unknown>
  identity: Identity
}

/** A request whose plan is known. */
type CompiledRead = BoundPlan & { codec: PageCursorCodec | undefined; variables: Record<string, unknown> }

/** Answers operations with one statement, of which Postgres builds the JSON, and the resolvers of what it leaves, all in one go. */
export type CompiledReads = {
  /** The plan of a request; null where the operation is to be executed. */
  bind(request: CompiledRequest): CompiledRead | null
  /**
   * The text of `data` as the execution would print it; null where only the execution can tell what went wrong. In the same
   * context its loaders ask nothing again that failed here.
   */
  read(read: CompiledRead, contextOf: () => Context): Promise<string | null>
}

export type CompiledOptions = {
  schema: GraphQLSchema
  services: Pick<Services, 'databases' | 'cursors' | 'live' | 'clock' | 'log'>
}

/** Compiled operations of one schema and database. */
export const createCompiledReads = ({ schema, services }: CompiledOptions): CompiledReads => {
  const { databases, cursors, live, clock, log } = services
  const plans = createPlans(schema)
  const findLeft = createDelegatedExecution(schema)
  const nothing: ReadonlyMap<string, string> = new Map()
  const eventCursor = (id: bigint) => live.cursorOf(id)
  return {
    bind({ document, operation, variables, coerced, identity }) {
      const codec = cursors.latest()
      const bound = plans.bind(document, operation, scopesOf(identity), { variables: coerced, codec, now: clock() })
      return bound && { ...bound, codec, variables }
    },
    async read({ statement, values, codec, remainder, variables }, contextOf) {
      try {
        const [row] = await databases.dm.query<{ data: string; epoch?: string }>(statement, values)
        // Of another journal than the cursors were checked against.
        if (row!.epoch !== undefined && row!.epoch !== codec?.epoch) return null
        const { data } = row!
        const found = remainder ? await findLeft(delegatedReferences(data), remainder, variables, contextOf()) : nothing
        return found && finishJson(data, { codec: codec ?? (await cursors.known()), eventCursor, found })
      } catch (error) {
        if (!(error instanceof ApiError))
          log.error({ err: error }, 'a compiled operation failed and is executed instead')
        return null
      }
    },
  }
}
