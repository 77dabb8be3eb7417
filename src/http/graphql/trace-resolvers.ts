import { type GraphQLSchema, isObjectType } from 'graphql'
import { span } from '../../lib/tracing.ts'

/** Gives every field of a schema that asks a store a span of its own. It can not be undone, and is for processes that keep spans. */
export const traceResolvers = (schema: GraphQLSchema): void => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field
      if (!resolve) continue
      const name = `resolve ${type.name}.${field.name}`
      field.resolve = (...args) => span(name, { onlyWithChildren: true }, () => resolve(...args))
    }
  }
}
