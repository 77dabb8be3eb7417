import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import {
  type DocumentNode,
  execute,
  type GraphQLCompositeType,
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { expect, test } from 'vitest'
import { everybody } from '../../src/access/identity.ts'
import { createMessageWriter } from '../../src/compiled/write-message.ts'
import { sharedSelection } from '../../src/http/graphql/shared-selection.ts'
import type { LiveMessage } from '../../src/live/message.ts'
import { buildSchema } from '../../src/schema/schema.ts'
import { columnsOf, type ModelName } from '../../src/stores/postgres/model.ts'

const schema = buildSchema()

const at = fc.date({ min: new Date(0), max: new Date(Date.UTC(2200, 0, 1)), noInvalidDate: true })
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\n', '\u2028', '\ud800', 'ünï'))
const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })
/** Now and then one that is no Int. */
const integer = fc.oneof({ weight: 20, arbitrary: fc.integer() }, { weight: 1, arbitrary: fc.constant(2 ** 31) })

const byType: Record<string, fc.Arbitrary<unknown>> = {
  bigint: id,
  integer,
  'double precision': fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  timestamptz: at,
  jsonb: fc.jsonValue(),
  text,
}

const platforms = fc.constantFrom('kick', 'twitch')
const statuses = fc.constantFrom('online', 'offline', 'unknown')
const sources = fc.constantFrom('poll', 'webhook', 'operator')

/** Rows of a model; columns that may be null sometimes are, and seldom one that may not. */
const rowsOf = (model: ModelName, known: Record<string, fc.Arbitrary<unknown>>, nullable: readonly string[]) =>
  fc.record(
    Object.fromEntries(
      columnsOf(model).map(({ field, type }) => {
        const value = known[field] ?? byType[type]!
        return [field, fc.option(value, { nil: null, freq: nullable.includes(field) ? 2 : 100 })]
      }),
    ),
  )

const channel = rowsOf('Channel', { platform: platforms, status: statuses }, [
  ...['currentSlug', 'displayName', 'avatarUrl', 'bio', 'followerCount', 'subscriberCount'],
  ...['lastSeenOnlineAt', 'lastStatusChangeAt'],
])
const session = rowsOf('StreamSession', { startSource: sources, endSource: sources }, [
  ...['endedAt', 'endSource', 'platformStreamId', 'title', 'category', 'language', 'isMature', 'provenance'],
])
const event = rowsOf(
  'StatusEvent',
  {
    eventType: fc.constantFrom('stream_start', 'stream_end', 'connection_test', 'unheard of'),
    previousStatus: statuses,
    newStatus: statuses,
    source: sources,
  },
  ['sessionStartedAt', 'platformEventId', 'eventData'],
)
const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const chapter = fc.record({
  ...{ from: at, until: perhaps(at), source: sources },
  ...{ title: perhaps(text), category: perhaps(text), language: perhaps(text), isMature: perhaps(fc.boolean()) },
})

const cursor = text
const kinds: Record<LiveMessage['kind'], Record<string, fc.Arbitrary<unknown>>> = {
  StatusSnapshot: { channel, session: perhaps(session), cursor, asOf: at, isLast: fc.boolean() },
  StatusChange: { event, channel, session: perhaps(session), cursor },
  StatusGap: { after: perhaps(cursor), cursor, reason: text },
  SessionChapterChange: { channel, session, chapter, at, cursor },
  ViewerSample: { channel, viewers: perhaps(integer), at },
  ChatMessage: {
    ...{ messageId: text, username: perhaps(text), platformUserId: text, content: text },
    ...{ slugAtTheTime: text, createdAt: at },
  },
}

const kindsOf: Record<string, readonly LiveMessage['kind'][]> = {
  channelStatus: ['StatusSnapshot', 'StatusChange', 'StatusGap'],
  sessionChapters: ['SessionChapterChange', 'StatusGap'],
  viewerCount: ['ViewerSample'],
  chat: ['ChatMessage'],
}

const messageOf = (kind: LiveMessage['kind']): fc.Arbitrary<LiveMessage> =>
  fc.record({ kind: fc.constant(kind), ...kinds[kind] }) as fc.Arbitrary<LiveMessage>

/** A subscription as the transports show its messages: what it shows, and what its root field is. */
const shownBy = (document: DocumentNode, variables: Record<string, unknown>) => {
  const [operation] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  const selection = sharedSelection(document, operation as OperationDefinitionNode)
  const root = Object.keys(kindsOf).find((name) => new RegExp(`\\b${name} \\{`).test(selection.text))!
  const given = selection.variables.filter((name) => Object.hasOwn(variables, name))
  return {
    root,
    document: selection.document,
    variables: Object.fromEntries(given.map((name) => [name, variables[name]])),
  }
}

/** Nothing can be asked of it, so whatever asks fails. */
const contextValue = { identity: { ...everybody, role: 'OPERATOR' } }

const directives = fc.constantFrom('', '', '', '', ' @include(if: $yes)', ' @skip(if: $yes)', ' @skip(if: $no)')

/** Some fields of a type as a document selects them; those with arguments always ask somebody. */
const selectionOf = (type: GraphQLCompositeType, depth: number): fc.Arbitrary<string> => {
  if (isUnionType(type))
    return fc
      .tuple(...type.getTypes().map((one) => selectionOf(one, depth).map((shown) => `... on ${one.name} ${shown}`)))
      .map((parts) => `{ __typename ${parts.join(' ')} }`)
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0)
  const below = (field: (typeof fields)[number]): fc.Arbitrary<string> => {
    const of = getNamedType(field.type)
    return isCompositeType(of)
      ? depth < 3
        ? selectionOf(of, depth + 1)
        : fc.constant('{ __typename }')
      : fc.constant('')
  }
  return fc
    .subarray(fields, { minLength: 1, maxLength: Math.min(5, fields.length) })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((field) =>
          fc
            .tuple(fc.constantFrom('', `${type.name}_${field.name}: `), directives, below(field))
            .map(([alias, directive, shown]) => `${alias}${field.name}${directive} ${shown}`),
        ),
      ),
    )
    .map((parts) => `{ ${parts.join(' ')} __typename }`)
}

const cases = fc.constantFrom(...Object.values(schema.getSubscriptionType()!.getFields())).chain(({ name, type }) =>
  fc.record({
    query: selectionOf(getNamedType(type) as GraphQLCompositeType, 1).map(
      (shown) => `subscription ($yes: Boolean! = true, $no: Boolean = false) { ${name} ${shown} }`,
    ),
    variables: fc.constantFrom({}, { yes: false, no: true }),
    messages: fc.tuple(...kindsOf[name]!.map(messageOf)),
  }),
)

/** Asks for a field more than once, in fragments with names and of interfaces. */
const merged = `subscription { channelStatus { ...Change ... on StatusChange { channel { slug externalId } } __typename } }
  fragment Change on StatusChange { channel { id ...Named } event { ... on Node { id } type } cursor }
  fragment Named on Channel { slug isLive }`

test('fields that are asked for more than once have the bytes of their execution', async () => {
  const { document, variables } = shownBy(parse(merged), {})
  const write = createMessageWriter(schema, document, variables)
  let written = 0
  for (const message of fc.sample(messageOf('StatusChange'), 60)) {
    const text = write(message)
    if (text === null) continue
    written++
    const asked = { schema, document, variableValues: variables, rootValue: message, contextValue }
    expect(text).toBe(JSON.stringify((await execute(asked)).data))
  }
  expect(written).toBeGreaterThan(10)
})

test('a message that is written has the bytes of its execution', async () => {
  const written = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(cases, async ({ query, messages, ...given }) => {
      const { document, variables } = shownBy(parse(query), given.variables)
      const write = createMessageWriter(schema, document, variables)
      for (const message of messages) {
        const text = write(message)
        if (text === null) continue
        written.set(message.kind, 1 + (written.get(message.kind) ?? 0))
        const asked = { schema, document, variableValues: variables, rootValue: message, contextValue }
        const { data, errors } = await execute(asked)
        expect(errors).toBeUndefined()
        expect(text).toBe(JSON.stringify(data))
      }
    }),
    { numRuns: 400 },
  )
  for (const kind of Object.keys(kinds)) expect(written.get(kind), kind).toBeGreaterThan(20)
})

const one = (kind: LiveMessage['kind']) => fc.sample(messageOf(kind), { numRuns: 1, seed: 1 })[0]!
const ofClients = readFileSync(path.join(import.meta.dirname, '../../clients/live-status/live-status.graphql'), 'utf8')

test.each([
  ['that of our own client', ofClients],
  [
    'that of the benchmark',
    `subscription { c: channelStatus(slugs: ["a"]) { __typename ... on StatusChange {
    cursor event { id type newStatus occurredAt } channel { id externalId slug isLive } session { id isLive } } } }`,
  ],
])('no message of a usual subscription needs an execution: %s', (_, query) => {
  const { definitions } = parse(query)
  const isOther = (node: (typeof definitions)[number]) =>
    node.kind === Kind.OPERATION_DEFINITION && node.operation !== 'subscription'
  const { document, variables, root } = shownBy(
    { kind: Kind.DOCUMENT, definitions: definitions.filter((node) => !isOther(node)) },
    {},
  )
  const write = createMessageWriter(schema, document, variables)
  for (const kind of kindsOf[root]!) expect(write(one(kind)), kind).not.toBeNull()
})

test.each([
  ['asks the database', 'channelStatus { ... on StatusChange { channel { sessions { nodes { id } } } } }'],
  ['follows a relation', 'channelStatus { ... on StatusChange { channel { slugHistory { slug } } } }'],
  ['asks for a scope', 'channelStatus { ... on StatusChange { event { data } } }'],
  ['asks the hub', 'channelStatus { ... on StatusChange { event { cursor } } }'],
])('a field that %s is left to the execution, and other kinds of message are not', (_, selection) => {
  const { document, variables } = shownBy(parse(`subscription { ${selection} }`), {})
  const write = createMessageWriter(schema, document, variables)
  expect(write(one('StatusChange'))).toBeNull()
  expect(write(one('StatusGap'))).toBe('{"channelStatus":{}}')
})

test('a value that is wrong is left to the execution', () => {
  const { document, variables } = shownBy(parse('subscription { viewerCount { viewers at } }'), {})
  const write = createMessageWriter(schema, document, variables)
  const message = one('ViewerSample')
  expect(write({ ...message, viewers: 2 ** 31 } as LiveMessage)).toBeNull()
  expect(write({ ...message, at: null } as unknown as LiveMessage)).toBeNull()
  expect(write({ ...message, viewers: 7 } as LiveMessage)).toMatch(/"viewers":7,/)
})
