import fc from 'fast-check'
import { buildSchema, type FieldNode, getArgumentValues, type OperationDefinitionNode, parse } from 'graphql'
import { expect, test } from 'vitest'
import { argumentsOf, hasVariables } from '../../src/compiled/field-arguments.ts'

const schema = buildSchema(`
  enum Colour { RED GREEN }
  input Range { from: Int to: Int = 7 }
  type Query { field(first: Int = 3, slug: String!, colour: Colour, ids: [Int!], range: Range): Int }
`)
const definition = schema.getQueryType()!.getFields().field!

/** How each argument may be written. */
const forms = {
  first: ['', '1', '$first', 'null'],
  slug: ['"a"', '$slug', ''],
  colour: ['', 'RED', '$colour'],
  ids: ['', '[1, 2]', '[$first]', '$ids'],
  range: ['', '{ from: 1 }', '{ from: $first }', '$range'],
}
const written = fc.record({
  first: fc.constantFrom(...forms.first),
  slug: fc.constantFrom(...forms.slug),
  colour: fc.constantFrom(...forms.colour),
  ids: fc.constantFrom(...forms.ids),
  range: fc.constantFrom(...forms.range),
})
/** What the variables are, coerced. */
const variables = fc.record(
  {
    first: fc.constantFrom(1, 2, null),
    slug: fc.constantFrom('a', 'b', null),
    colour: fc.constantFrom('RED', null),
    ids: fc.constantFrom([1], null),
    range: fc.constantFrom({ from: 1, to: 7 }, null),
  },
  { requiredKeys: [] },
)

const resultOf = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return (error as Error).message
  }
}

test('arguments are read, and refused, as graphql-js does it', () => {
  fc.assert(
    fc.property(written, fc.array(variables, { minLength: 1, maxLength: 3 }), (args, requests) => {
      const list = Object.entries(args).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]))
      const { definitions } = parse(`{ field${list.length === 0 ? '' : `(${list.join(', ')})`} }`)
      const node = (definitions[0] as OperationDefinitionNode).selectionSet.selections[0] as FieldNode
      expect(hasVariables(node)).toBe(list.join().includes('$'))
      const read = argumentsOf(definition, node)
      for (const request of requests) {
        const expected = resultOf(() => getArgumentValues(definition, node, request))
        expect(resultOf(() => read(request))).toEqual(expected)
      }
    }),
    { numRuns: 1_000 },
  )
})
