import { type FieldNode, type GraphQLField, getArgumentValues, Kind, visit } from 'graphql'

type Values = Record<string, unknown>

/** Whether any argument of a field has a variable in it. */
export const hasVariables = ({ arguments: given = [] }: FieldNode): boolean => {
  let found = false
  for (const argument of given)
    visit(argument, {
      [Kind.VARIABLE]() {
        found = true
      },
    })
  return found
}

/** The arguments that are a variable and nothing else, by name. */
const variablesOf = ({ arguments: given = [] }: FieldNode): Map<string, string> => {
  const variables = new Map<string, string>()
  for (const { name, value } of given) if (value.kind === Kind.VARIABLE) variables.set(name.value, value.name.value)
  return variables
}

/** The values of the other arguments, which are the same for all requests; undefined where they are not, or where they are wrong. */
const othersOf = (
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: ReadonlyMap<string, string>,
) => {
  const args = definition.args.filter(({ name }) => !variables.has(name))
  const nodes = node.arguments?.filter(({ name }) => !variables.has(name.value))
  const rest = { ...node, arguments: nodes ?? [] }
  if (hasVariables(rest)) return undefined
  try {
    return getArgumentValues({ ...definition, args }, rest)
  } catch {
    return undefined
  }
}

/** The arguments of a field for coerced variables. It throws where they are wrong. */
export type ReadArguments = (variables: Values) => Values

/**
 * Reads the arguments of a field as graphql-js does. What the document says is read once, and variables that have a value are taken as they are:
 * they are coerced already.
 */
export const argumentsOf = (definition: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments => {
  const variables = variablesOf(node)
  const others = othersOf(definition, node, variables)
  const inTurn = [...variables]
  return (given) => {
    const hasAll = inTurn.every(([, variable]) => Object.hasOwn(given, variable) && given[variable] != null)
    if (!others || !hasAll) return getArgumentValues(definition, node, given)
    const args = { ...others }
    for (const [name, variable] of inTurn) args[name] = given[variable]
    return args
  }
}
