import fc from 'fast-check'
import { type GraphQLSchema, getNamedType, isCompositeType, isEnumType } from 'graphql'
import { operationsOf } from '../support/http/document-generator.ts'
import { damaged, jsonText, repeated, type Texts } from './inputs.ts'

/** What a request asks: the document, and its variables as JSON text. */
export type Question = { query: string; variables: string }

/** A call of a field of a root type whose arguments all come as variables. */
const calls = (schema: GraphQLSchema, texts: Texts): fc.Arbitrary<Question> => {
  const roots = [
    ['query', schema.getQueryType()!],
    ['mutation', schema.getMutationType()!],
    ['subscription', schema.getSubscriptionType()!],
  ] as const
  const fields = roots.flatMap(([operation, type]) =>
    Object.values(type.getFields()).map((field) => ({ operation, field })),
  )
  return fc.constantFrom(...fields).chain(({ operation, field }) => {
    const declared = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ')
    const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ')
    const below = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''
    const query = `${operation}${declared && ` (${declared})`} { ${field.name}${given && `(${given})`}${below} }`
    const values = field.args.map(({ name, type }) => {
      const named = getNamedType(type)
      const known = isEnumType(named) ? named.getValues().map(({ name }) => JSON.stringify(name)) : ['"1"', '1', 'null']
      const value = fc.oneof(jsonText(texts), fc.constantFrom(...known))
      return value.map((text) => `${JSON.stringify(name)}:${text || 'null'}`)
    })
    return fc.tuple(...values).map((all) => ({ query, variables: `{${all.join(',')}}` }))
  })
}

const doubling = (on: string, times: number, end: string): string => {
  const chain = Array.from({ length: times }, (_, i) => `fragment F${i} on ${on} { ...F${i + 1} ...F${i + 1} }`)
  return `${chain.join(' ')} fragment F${times} on ${on} { ${end} }`
}

/** Documents that repeat one thing as often as they can. */
const monotonous = (): fc.Arbitrary<string> => {
  const often = fc.constantFrom(10, 90, 300, 3_000)
  const shapes: ((count: number) => string)[] = [
    (count) => `{ ${'me { role } '.repeat(count)} }`,
    (count) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: __schema { types { name } }`).join(' ')} }`,
    (count) => `${'{ me '.repeat(count)}${'}'.repeat(count)}`,
    (count) => `{ channels(filter: ${'['.repeat(count)}1${']'.repeat(count)}) { nodes { id } } }`,
    (count) => `query (${'$a: Int '.repeat(count)}) { me { role } }`,
    (count) => `{ me ${'@skip(if: true) '.repeat(count)} { role } }`,
    (count) => `{ ...F0 } ${doubling('Query', count, '__typename')}`,
    (count) => `subscription { ...F0 } ${doubling('Subscription', count, 'channelStatus { __typename }')}`,
    (count) => `{ channels { nodes { chatTotals { ...F0 } } } } ${doubling('ChatTotals', count, '__typename')}`,
    (count) =>
      `{ ...F0 } ${Array.from({ length: count }, (_, i) => `fragment F${i} on Query { ...F${(i + 1) % count} }`).join('')}`,
    (count) =>
      `${'\n'.repeat(count * 15)}{ ${Array.from({ length: 30 }, (_, i) => `...F${i}`).join(' ')} } ${Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { a: channel(id: "${i}") { id } }`).join(' ')}`,
    (count) => `{ ${Array.from({ length: 30 }, (_, i) => `${'n'.repeat(count / 10)}${i}: me { role }`).join(' ')} }`,
    (count) => `"""${repeated('\\"""', count, '')}""" { me { role } }`,
    (count) => `{ me(a: "${repeated('\\u0041', count * 10, '')}") { role } }`,
    (count) => `${repeated('#', count * 20, '\n!')}`,
    (count) => `${repeated('#\n', count * 20, '!')}`,
  ]
  return fc.tuple(fc.constantFrom(...shapes), often).map(([shape, count]) => shape(count))
}

/** Questions right, wrong and damaged. */
export const questions = (schema: GraphQLSchema, texts: Texts): fc.Arbitrary<Question> => {
  const ordinary = operationsOf({ schema, values: {} }).map(({ query, variables }) => ({
    query,
    variables: JSON.stringify(variables),
  }))
  const withText = fc.tuple(
    damaged(
      fc.oneof(
        monotonous(),
        ordinary.map(({ query }) => query),
      ),
      texts,
    ),
    jsonText(texts),
  )
  return fc.oneof(
    { weight: 2, arbitrary: ordinary },
    { weight: 3, arbitrary: calls(schema, texts) },
    { weight: 2, arbitrary: withText.map(([query, variables]) => ({ query, variables })) },
    { weight: 2, arbitrary: monotonous().map((query) => ({ query, variables: '{}' })) },
    { weight: 1, arbitrary: texts.any.map((query) => ({ query, variables: '{}' })) },
  )
}
