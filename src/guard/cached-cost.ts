import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { type CountChannels, costOf } from './cost.ts'

type Values = Record<string, unknown>

/** Reckons as `costOf` does. */
export type CostOf = (document: DocumentNode, operation: OperationDefinitionNode, variables: Values) => number

const mostRemembered = 16
const longestKey = 200

/** The variables that a document's cost depends on. */
const deciding = (schema: GraphQLSchema, document: DocumentNode): string[] => {
  const names = new Set<string>()
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const isSized = 'listSize' in (types.getFieldDef()?.extensions ?? {})
        for (const argument of node.arguments ?? [])
          if (isSized || argument.name.value === 'first' || argument.name.value === 'last')
            visit(argument, { Variable: ({ name }) => void names.add(name.value) })
      },
    }),
  )
  return [...names].sort()
}

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

/** Remembers what operations cost for the latest values of the variables that decide it: reckoning takes longer than all else. */
export const createCachedCost = (schema: GraphQLSchema, channels?: CountChannels): CostOf => {
  const operations = new WeakMap<OperationDefinitionNode, { names: readonly string[]; costs: Map<string, number> }>()
  return (document, operation, variables) => {
    // How many channels there are changes, and subscriptions are few.
    if (operation.operation === OperationTypeNode.SUBSCRIPTION)
      return costOf(schema, document, operation, variables, channels)
    let known = operations.get(operation)
    if (!known) {
      known = { names: deciding(schema, document), costs: new Map() }
      operations.set(operation, known)
    }
    const { names, costs } = known
    const key =
      names.length === 0
        ? ''
        : JSON.stringify(
            names.map((name) => (name in variables ? [variables[name]] : [])),
            asText,
          )
    const remembered = costs.get(key)
    if (remembered !== undefined) return remembered
    const cost = costOf(schema, document, operation, variables)
    if (costs.size >= mostRemembered) costs.clear()
    if (key.length <= longestKey) costs.set(key, cost)
    return cost
  }
}
