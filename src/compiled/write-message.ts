import type { DocumentNode, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { collectFields } from 'graphql/execution/collectFields.js'
import { buildExecutionContext } from 'graphql/execution/execute.js'
import type { LiveMessage } from '../live/message.ts'
import { writeObject } from './write-json.ts'

/** Writes the messages of a kind, which is the name of their type. Throws where a field does more than show something of them. */
const writeKind = (
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
  kind: LiveMessage['kind'],
): ((message: LiveMessage) => string) => {
  const scope = buildExecutionContext({ schema, document, variableValues })
  if (!('operation' in scope)) throw new TypeError('The variables are not those of the operation.')
  const { fragments, operation } = scope
  const root = schema.getSubscriptionType()!
  const fields = collectFields(schema, fragments, scope.variableValues, root, operation.selectionSet)
  const [key, nodes] = fields.entries().next().value!
  const write = writeObject(schema.getType(kind) as GraphQLObjectType, nodes, scope)
  return (message) => `{"${key}":${write(message)}}`
}

/**
 * Writes the data that a subscription shows of messages as JSON, straight from what they have. Null where only an execution tells it:
 * where a field asks somebody, or a value is wrong. The field of the subscription itself has to show the message.
 */
export const createMessageWriter = (
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
): ((message: LiveMessage) => string | null) => {
  const writers = new Map<LiveMessage['kind'], (message: LiveMessage) => string | null>()
  const writerOf = (kind: LiveMessage['kind']) => {
    const known = writers.get(kind)
    if (known) return known
    writers.set(kind, () => null)
    const made = writeKind(schema, document, variables, kind)
    writers.set(kind, made)
    return made
  }
  return (message) => {
    try {
      return writerOf(message.kind)(message)
    } catch {
      return null
    }
  }
}
