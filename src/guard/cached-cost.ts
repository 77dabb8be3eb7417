import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { parseRelativeInstant } from '../lib/instant.ts'
import { type CountChannels, costOf } from './cost.ts'

type Values = Record<string, unknown>

/** Reckons as `costOf` does; `now` is in milliseconds since the epoch. */
export type CostOf = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Values,
  now: number,
) => number

const mostRemembered = 16
const longestKey = 200

/** What the cost of a document depends on: variables, and also the time where an argument tells an instant from now. */
type Deciding = { names: readonly string[]; time: boolean }

const deciding = (schema: GraphQLSchema, document: DocumentNode): Deciding => {
  const names = new Set<string>()
  let time = false
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const extensions = types.getFieldDef()?.extensions ?? {}
        const decides = 'listSize' in extensions || 'scanCost' in extensions
        for (const argument of node.arguments ?? [])
          if (decides || argument.name.value === 'first' || argument.name.value === 'last')
            visit(argument, {
              Variable: ({ name }) => void names.add(name.value),
              StringValue: ({ value }) => {
                time ||= parseRelativeInstant(value) !== null
              },
            })
      },
    }),
  )
  return { names: [...names].sort(), time }
}

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

/** Remembers what operations cost for the latest values of the variables that decide it: reckoning takes longer than all else. */
export const createCachedCost = (schema: GraphQLSchema, channels?: CountChannels): CostOf => {
  const operations = new WeakMap<OperationDefinitionNode, Deciding & { costs: Map<string, number> }>()
  return (document, operation, variables, now) => {
    const reckon = () => costOf(schema, document, operation, variables, { channels, now })
    // How many channels there are changes, and subscriptions are few.
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) return reckon()
    let known = operations.get(operation)
    if (!known) {
      known = { ...deciding(schema, document), costs: new Map() }
      operations.set(operation, known)
    }
    const { names, time, costs } = known
    if (time) return reckon()
    const key =
      names.length === 0
        ? ''
        : JSON.stringify(
            names.map((name) => (name in variables ? [variables[name]] : [])),
            asText,
          )
    const remembered = costs.get(key)
    if (remembered !== undefined) return remembered
    const cost = reckon()
    if (costs.size >= mostRemembered) costs.clear()
    if (key.length <= longestKey) costs.set(key, cost)
    return cost
  }
}
