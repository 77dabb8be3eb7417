import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql'
import { globalId, type NodeType, nodeTypes } from '../resolvers/global-id.ts'

const samples: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  String: 'sample',
  BigInt: '1',
  DateTime: '2026-01-01T00:00:00Z',
  TimeZone: 'UTC',
  JSON: {},
}

const sampleOf = (type: GraphQLInputType, id: NodeType): unknown => {
  const inner = getNullableType(type)
  if (isListType(inner)) return [sampleOf(inner.ofType, id)]
  if (isEnumType(inner)) return inner.getValues()[0]!.name
  if (isInputObjectType(inner)) {
    const required = Object.values(inner.getFields()).filter(isRequiredInputField)
    return Object.fromEntries(required.map((field) => [field.name, sampleOf(field.type, id)]))
  }
  return inner.name === 'ID' ? globalId(id, 1n) : samples[inner.name]
}

/**
 * Made-up values for the variables that an operation must be given, once for each type that an id may be of: which one an
 * argument takes shows only when it is asked. Whatever may be left out is left out.
 */
export const sampleVariables = (
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Record<string, unknown>[] => {
  const required = variableDefinitions.filter(
    ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue,
  )
  return nodeTypes.map((id) =>
    Object.fromEntries(
      required.map(({ variable, type }) => [
        variable.name.value,
        sampleOf(typeFromAST(schema, type as never) as GraphQLInputType, id),
      ]),
    ),
  )
}
