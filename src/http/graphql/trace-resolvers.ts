import { type GraphQLSchema, isObjectType } from 'graphql'
import { span } from '../../lib/tracing.ts'

/** Gives every field that asks a store a span of its own, in this schema and for good; to be called only where spans are kept. */
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
