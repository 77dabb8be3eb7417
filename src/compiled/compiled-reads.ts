import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Identity } from '../access/identity.ts'
import { ApiError } from '../lib/errors.ts'
import type { Services } from '../resolvers/context.ts'
import type { CursorCodec } from '../resolvers/cursor.ts'
import { scopesOf } from '../schema/builder.ts'
import { finish } from './late.ts'
import { type BoundStatement, createPlans } from './plans.ts'

/** An operation that may be executed, and for whom. */
export type CompiledRequest = {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** The variables, coerced. */
  coerced: Record<string, unknown>
  identity: Identity
}

/** A request whose statement is known. */
export type CompiledRead = BoundStatement & { codec: CursorCodec | undefined }

/** Answers operations with one statement, of which Postgres builds the JSON. */
export type CompiledReads = {
  /** The statement of a request; null where the operation is to be executed, for one statement can not answer it. */
  bind(request: CompiledRequest): CompiledRead | null
  /** The text of `data` as the execution would print it; null where only the execution can tell what went wrong. */
  read(read: CompiledRead): Promise<string | null>
}

export type CompiledOptions = {
  schema: GraphQLSchema
  services: Pick<Services, 'databases' | 'cursors' | 'live' | 'clock' | 'log'>
}

/** Compiled operations of one schema and database. */
export const createCompiledReads = ({ schema, services }: CompiledOptions): CompiledReads => {
  const { databases, cursors, live, clock, log } = services
  const plans = createPlans(schema)
  const eventCursor = (id: bigint) => live.cursorOf(id)
  return {
    bind({ document, operation, coerced, identity }) {
      const codec = cursors.latest()
      const bound = plans.bind(document, operation, scopesOf(identity), { variables: coerced, codec, now: clock() })
      return bound && { ...bound, codec }
    },
    async read({ statement, values, codec }) {
      try {
        const [row] = await databases.dm.query<{ data: string; epoch?: string }>(statement, values)
        // Of another journal than the cursors were checked against.
        if (row!.epoch !== undefined && row!.epoch !== codec?.epoch) return null
        return finish(row!.data, { codec: codec ?? (await cursors.known()), eventCursor })
      } catch (error) {
        if (!(error instanceof ApiError))
          log.error({ err: error }, 'a compiled operation failed and is executed instead')
        return null
      }
    },
  }
}
