import { type DocumentNode, type GraphQLSchema, isAbstractType, visit } from 'graphql'

/** The object types of each interface and union, by name: what Apollo's cache takes as `possibleTypes`. */
export const possibleTypes = (schema: GraphQLSchema): Record<string, string[]> =>
  Object.fromEntries(
    Object.values(schema.getTypeMap())
      .filter(isAbstractType)
      .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
  )

/** The same of those that fragments in a document are written for: the rest is of no use to a cache. */
export const printUsedPossibleTypes = (schema: GraphQLSchema, document: DocumentNode): string => {
  const used = new Set<string>()
  const note = ({ typeCondition }: { typeCondition?: { name: { value: string } } }): undefined => {
    if (typeCondition) used.add(typeCondition.name.value)
  }
  visit(document, { InlineFragment: note, FragmentDefinition: note })
  const lines = Object.entries(possibleTypes(schema))
    .filter(([name]) => used.has(name))
    .map(([name, types]) => `  ${name}: [${types.map((type) => `'${type}'`).join(', ')}],`)
  const heading = '// Made by `npm run codegen` from the schema and the documents beside it.'
  return [heading, 'export const possibleTypes: Record<string, string[]> = {', ...lines, '}', ''].join('\n')
}
