import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAnswerCode } from '../../../src/lib/errors.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { globalId } from '../../../src/resolvers/global-id.ts'
import { buildSchema } from '../../../src/schema/schema.ts'
import { type Answer, adminKey } from '../../support/http/api.ts'
import { startWholeApi, type WholeApi } from '../../support/http/whole-api.ts'
import { seed } from '../../support/stores/seed.ts'

const unexpected: object[] = []
const log: Log = { ...silentLog, error: (fields) => void unexpected.push(fields), child: () => log }

let whole: WholeApi
let channelId: bigint

beforeAll(async () => {
  whole = await startWholeApi({ log })
  channelId = await seed(whole.db).channel({ slug: 'one' })
})
afterAll(() => whole[Symbol.asyncDispose]())

const day = '{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}'
const text = [
  ...['', 'abc', '-1', '0', '1e3', '9007199254740993', '99999999999999999999', ' Foo '],
  ...['../../etc', 'foo/bar', 'foo%00', 'a\0b', 'a\nb', '\\', "' OR 1=1 --", '"; DROP TABLE x; --'],
  ...['😀', '__proto__', 'constructor', '{}', 'Q2hhbm5lbDox', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '{id:Int8}', '(a+)+$'],
  ...['x'.repeat(5_000), 'https://kick.com/one', 'http://169.254.169.254/'],
].map((value) => JSON.stringify(value))

/** JSON texts that callers may send for an argument, by its type; halves of characters and numbers beyond any type among them. */
const values: Record<string, readonly string[]> = {
  ID: [...text, '"\\ud83d"', '1', '9007199254740993', '1.5', 'true', '{}', '[]'],
  String: [...text, '"\\ud83d"', '1', 'true', '{}', '[]'],
  Int: ['-1', '0', '1000001', '2147483647', '-2147483648', '2147483648', '1.5', '1e400', '"5"', '""', 'true', '[1]'],
  Float: ['-1', '0', '1e400', '1e308', '"5"', 'true', '[1]'],
  Boolean: ['"true"', '1', '0', '{}'],
  JSON: [
    ...text,
    '1',
    'true',
    '[]',
    '{}',
    '{"url":"https://x.test/\\u0000"}',
    '{"url":{"url":[]}}',
    '{"__proto__":{"x":1}}',
  ],
  DateTime: [
    ...['2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', '2026-13-01T00:00:00Z', 'yesterday', '2026-01-01T00:00:00', ''],
    ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '1900-01-01T00:00:00Z', '2299-12-31T23:59:59Z'],
  ].map((value) => JSON.stringify(value)),
  TimeRange: [
    '{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}',
    '{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}',
    '{"from":"1900-01-01T00:00:00Z","to":"2299-12-31T23:59:59Z"}',
    '{"from":"2299-01-01T00:00:00Z","to":"2299-12-31T23:59:59Z"}',
    '{"from":"yesterday","to":"2026-01-01T00:00:00Z"}',
    '{"from":1,"to":2}',
    '{"from":"2026-01-01T00:00:00Z"}',
    '{}',
  ],
  TimeZone: ['Mars/X', '', 'utc', 'Europe/Moscow', '+03:00', 'x'.repeat(5_000), 'America/New_York\0'].map((value) =>
    JSON.stringify(value),
  ),
}

const ordinary: Record<string, () => string> = {
  ID: () => JSON.stringify(globalId('Channel', channelId)),
  String: () => '"one"',
  Int: () => '1',
  Boolean: () => 'true',
  DateTime: () => '"2026-01-01T00:00:00Z"',
  TimeRange: () => day,
  TimeZone: () => '"UTC"',
  JSON: () => '{}',
  AlertRuleInput: () => '{"name":"one","kinds":["WENT_LIVE"],"targets":[]}',
  AlertDeliveryFilter: () => '{"kind":"WENT_LIVE"}',
}

const ordinaryOf = ({ type }: GraphQLArgument): string => {
  const named = getNamedType(type)
  const value = isEnumType(named) ? JSON.stringify(named.getValues()[0]!.name) : ordinary[named.name]!()
  return isListType(getNullableType(type)) ? `[${value}]` : value
}

/** Values of a type; of an input type one for each value of each of its fields. */
const singleValuesOf = (named: GraphQLNamedType): readonly string[] => {
  if (isEnumType(named)) return ['"BOGUS"', '""', '0', '"one"']
  if (!isInputObjectType(named) || named.name in values) return values[named.name]!
  const fields = Object.values(named.getFields()).flatMap((field) =>
    badValuesOf(field).map((value) => `{"${field.name}":${value}}`),
  )
  return [...fields, '{"nonsense":1}', '[]']
}

const badValuesOf = ({ type }: Pick<GraphQLArgument, 'type'>): string[] => {
  const single = singleValuesOf(getNamedType(type))
  if (!isListType(getNullableType(type))) return [...single, 'null']
  const many = JSON.stringify(Array.from({ length: 1_000 }, () => globalId('Channel', channelId)))
  const twice = JSON.stringify([globalId('Channel', channelId), globalId('Channel', channelId)])
  return [...single.map((value) => `[${value}]`), '[]', '[null]', 'null', many, twice]
}

type Place = { operation: 'query' | 'mutation'; open: string; close: string }

/** The document that calls a field with one argument under test and the others it needs as they ordinarily are. */
const requestOf = (
  { operation, open, close }: Place,
  field: GraphQLField<unknown, unknown>,
  tested: GraphQLArgument,
  json: string,
): string => {
  const given = field.args.filter((arg) => arg === tested || isRequiredArgument(arg))
  const declared = given.map((arg) => `$${arg.name}: ${arg.type}`).join(', ')
  const passed = given.map((arg) => `${arg.name}: $${arg.name}`).join(', ')
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''
  const query = `${operation} (${declared}) { ${open}${field.name}(${passed})${selection}${close} }`
  const variables = given.map((arg) => `"${arg.name}":${arg === tested ? json : ordinaryOf(arg)}`)
  return `{"query":${JSON.stringify(query)},"variables":{${variables.join(',')}}}`
}

const ask = async (body: string): Promise<{ status: number; answer: Answer }> => {
  const response = await fetch(`${whole.api.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${adminKey}` },
    body,
  })
  return { status: response.status, answer: (await response.json()) as Answer }
}

const schema = buildSchema()
const ofChannel: Place = { operation: 'query', open: 'channel(slug: "one") { ', close: ' }' }
const places: [string, Place][] = [
  ['Query', { operation: 'query', open: '', close: '' }],
  ['Channel', ofChannel],
  ['Mutation', { operation: 'mutation', open: '', close: '' }],
]

const tested = places.flatMap(([typeName, place]) => {
  const type = schema.getType(typeName) as { getFields?(): Record<string, GraphQLField<unknown, unknown>> }
  return Object.values(type.getFields!()).flatMap((field) =>
    field.args.map((arg) => ({ name: `${typeName}.${field.name}(${arg.name}: ${arg.type})`, place, field, arg })),
  )
})

describe.each(tested)('$name', ({ place, field, arg }) => {
  test('answers every value, or refuses it in a sentence with a code', async () => {
    const answers = await Promise.all(
      badValuesOf(arg).map(async (json) => ({ json, ...(await ask(requestOf(place, field, arg, json))) })),
    )
    expect(unexpected.splice(0)).toEqual([])
    for (const { json, status, answer } of answers) {
      const what = `${json.slice(0, 100)}: ${status} ${JSON.stringify(answer).slice(0, 1_000)}`
      expect(status, what).toBeLessThan(500)
      for (const { message, extensions } of answer.errors ?? []) {
        expect(isAnswerCode(extensions.code), what).toBe(true)
        expect(extensions.code, what).not.toBe('INTERNAL_SERVER_ERROR')
        expect(message.replaceAll(json, '').length, what).toBeLessThan(300)
        expect(message).toMatch(/^["$A-Za-z]/)
        expect(message).not.toMatch(
          /\n|node_modules|\.ts:|127\.0\.0\.1|SELECT |relation "|prisma|clickhouse|Did you mean/i,
        )
      }
    }
  })
})

test('nothing of what was sent has changed objects of this process', () => {
  expect(({} as { x?: unknown }).x).toBeUndefined()
})
