import {
  type GraphQLLeafType,
  type GraphQLSchema,
  getNullableType,
  getVariableValues,
  isLeafType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql'

type Values = Record<string, unknown>

/** Coerces what a request gives for the variables of a validated operation, as graphql-js does, and says what is wrong with them as it does. */
export type CoerceVariables = (
  operation: OperationDefinitionNode,
  given: Values,
) => ReturnType<typeof getVariableValues>

type Leaf = { name: string; type: GraphQLLeafType }

/** The variables of an operation; null where one of them is a list or an object, or its name no key like others. */
const leavesOf = (schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode): Leaf[] | null => {
  const leaves: Leaf[] = []
  for (const definition of variableDefinitions) {
    const name = definition.variable.name.value
    const type = getNullableType(typeFromAST(schema, definition.type))
    if (!isLeafType(type) || name === '__proto__') return null
    leaves.push({ name, type })
  }
  return leaves
}

/** The values of leaves that are all there and right; else undefined. */
const readLeaves = (leaves: readonly Leaf[], given: Values): Values | undefined => {
  const coerced: Values = {}
  try {
    for (const { name, type } of leaves) {
      if (!Object.hasOwn(given, name) || given[name] == null) return undefined
      const value = type.parseValue(given[name])
      if (value === undefined) return undefined
      coerced[name] = value
    }
    return coerced
  } catch {
    return undefined
  }
}

/**
 * Coerces variables of one schema. graphql-js looks up the types of an operation again for each request. Here they are looked up once
 * where all are leaves, and it is only asked where a value is missing or wrong.
 */
export const createCoerceVariables = (schema: GraphQLSchema): CoerceVariables => {
  const known = new WeakMap<OperationDefinitionNode, Leaf[] | null>()
  return (operation, given) => {
    let leaves = known.get(operation)
    if (leaves === undefined) {
      leaves = leavesOf(schema, operation)
      known.set(operation, leaves)
    }
    const coerced = leaves && readLeaves(leaves, given)
    if (coerced) return { coerced }
    return getVariableValues(schema, operation.variableDefinitions ?? [], given, {
      maxErrors: 10,
      hideSuggestions: true,
    })
  }
}
