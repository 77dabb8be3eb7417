import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { descriptions } from './descriptions.ts'

/** A part of a schema that can be described, with the names under which its description is looked up. */
export type DescribedPart = { names: readonly string[]; part: { description?: string | null | undefined } }

/** Every type, field, argument, enum value and input field of a schema, without those of GraphQL itself. */
export const partsOfSchema = function* (schema: GraphQLSchema): Generator<DescribedPart> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    yield { names: [type.name], part: type }
    if (isEnumType(type))
      for (const value of type.getValues()) yield { names: [`${type.name}.${value.name}`], part: value }
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      yield { names: [`${type.name}.${field.name}`, `*.${field.name}`], part: field }
      for (const arg of 'args' in field ? field.args : [])
        yield {
          names: [
            `${type.name}.${field.name}(${arg.name})`,
            `*(${arg.name}${isRequiredArgument(arg) ? '!' : ''})`,
            `*(${arg.name})`,
          ],
          part: arg,
        }
    }
  }
}

/** Gives the parts of a schema the descriptions of the table: an exact name always, `*` where there is no description beside the code, and of
 * an argument that must be given first the one with `!`. */
export const describeSchema = (schema: GraphQLSchema): void => {
  for (const {
    names: [exact = '', ...general],
    part,
  } of partsOfSchema(schema)) {
    const inGeneral = general.find((name) => name in descriptions)
    const description = descriptions[exact] ?? (part.description || (inGeneral && descriptions[inGeneral]))
    if (description) part.description = description
  }
}
