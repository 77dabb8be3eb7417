import fs from 'node:fs'
import { isObjectType, lexicographicSortSchema, printSchema } from 'graphql'
import { expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/schema.ts'
import { startTestApi } from '../support/http/api.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'

test('schema.graphql is what the code prints', () => {
  expect(fs.readFileSync('schema.graphql', 'utf8')).toBe(`${printSchema(lexicographicSortSchema(buildSchema()))}\n`)
})

test('every mutation is refused to a caller without a key', async () => {
  await using database = await createTestDatabase()
  await using api = await startTestApi({ db: database.db })
  const fields = Object.values(buildSchema().getMutationType()!.getFields())
  expect(fields.length).toBeGreaterThan(0)
  const text: Record<string, string> = {
    'ID!': '"1"',
    'String!': '"x"',
    'Boolean!': 'true',
    'Int!': '1',
    'Role!': 'ADMIN',
    'ConfigurationCategory!': 'AUTH',
    'AlertTargetKind!': 'HTTP',
    'AlertRuleInput!': '{ name: "x", kinds: [ENDED], targets: [] }',
    'AlertDeliveryFilter!': '{ state: DEAD }',
  }
  for (const { name, args, type } of fields) {
    const required = args.filter((arg) => String(arg.type).endsWith('!') && arg.defaultValue === undefined)
    const given = required.map((arg) => `${arg.name}: ${text[String(arg.type)]}`).join(', ')
    const selection = isObjectType(type) ? '' : '{ __typename }'
    const { data, errors } = await api.ask(`mutation { ${name}(${given}) ${selection} }`)
    expect([name, data, errors?.map(({ extensions }) => extensions.code)]).toEqual([name, null, ['FORBIDDEN']])
  }
})
