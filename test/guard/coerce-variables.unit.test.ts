import fc from 'fast-check'
import { buildSchema, getVariableValues, type OperationDefinitionNode, parse } from 'graphql'
import { expect, test } from 'vitest'
import { createCoerceVariables } from '../../src/guard/coerce-variables.ts'

const schema = buildSchema(`
  scalar Anything
  enum Colour { RED GREEN }
  input Range { from: Int! to: Int = 7 }
  type Query { nothing: Int }
`)

const types = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Colour', 'Anything', '[Int!]', 'Range'].flatMap((type) => [
  type,
  `${type}!`,
])
const names = ['a', 'b', 'constructor', '__proto__']

const definitions = fc.uniqueArray(
  fc.record({ name: fc.constantFrom(...names), type: fc.constantFrom(...types), hasDefault: fc.boolean() }),
  { maxLength: 3, selector: ({ name }) => name },
)
const values = fc.oneof(
  fc.constantFrom('text', 'RED', '', 1, 1.5, 2 ** 40, true, null, undefined, [1], ['a'], { from: 1 }, { from: 'a' }),
)
const given = fc.array(fc.tuple(fc.constantFrom(...names, 'other'), values), { maxLength: 4 })

const operationOf = (variables: { name: string; type: string; hasDefault: boolean }[]): OperationDefinitionNode => {
  const defaults: Record<string, string> = { String: '"x"', Int: '5', Colour: 'GREEN', '[Int!]': '[5]' }
  const written = variables.map(({ name, type, hasDefault }) =>
    hasDefault && type in defaults ? `$${name}: ${type} = ${defaults[type]}` : `$${name}: ${type}`,
  )
  const list = written.length === 0 ? '' : `(${written.join(', ')})`
  return parse(`query ${list} { __typename }`).definitions[0] as OperationDefinitionNode
}

test('variables are coerced, and refused, as graphql-js does it', () => {
  const coerce = createCoerceVariables(schema)
  fc.assert(
    fc.property(definitions, fc.array(given, { minLength: 1, maxLength: 3 }), (variables, requests) => {
      const operation = operationOf(variables)
      for (const request of requests) {
        const sent = Object.fromEntries(request) as Record<string, unknown>
        const expected = getVariableValues(schema, operation.variableDefinitions ?? [], sent, {
          maxErrors: 10,
          hideSuggestions: true,
        })
        const found = coerce(operation, sent)
        expect(found.coerced).toEqual(expected.coerced)
        expect(Object.keys(found.coerced ?? {}).sort()).toEqual(Object.keys(expected.coerced ?? {}).sort())
        expect(found.errors?.map(({ message }) => message)).toEqual(expected.errors?.map(({ message }) => message))
      }
    }),
    { numRuns: 1_000 },
  )
})
