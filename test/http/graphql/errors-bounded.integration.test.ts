import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { startTestApi, type TestApi } from '../../support/http/api.ts'
import { askSocket, askSse } from '../../support/http/error-transports.ts'
import { type Asked, transports } from '../../support/http/transports.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { seed } from '../../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi
beforeAll(async () => {
  database = await createTestDatabase()
  const insert = seed(database.db)
  const channel = await insert.channel({ slug: 'one' })
  for (let day = 0; day < 100; day++) {
    const startedAt = new Date(Date.UTC(2026, 0, 1 + day))
    await insert.session(channel, startedAt, new Date(startedAt.getTime() + 3_600_000))
  }
  const store = await openClickHouse({ url: 'http://user:secret@127.0.0.1:1/vf' })
  const history = { store, env: 'test', completeThrough: () => new Date(), lost: () => [] }
  api = await startTestApi({ db: database.db, services: { history } })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await api.services.history.store[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const most = 65_536
const field = (i: number): [string, number] => [`unknown_field_${i}`, i]
const filter = 'query ($f: ChannelFilter) { channels(filter: $f) { nodes { id } } }'
const order = 'query ($o: ChannelOrder) { channels(orderBy: $o) { nodes { id } } }'
const sessions = 'sessions(first: 100) { nodes { id peakViewers averageViewers hoursWatched } }'

/** As much of a text as a request by this transport can carry. */
const room: Record<string, number> = { POST: 90_000, SSE: 90_000, WebSocket: 55_000, GET: 4_000 }

/** Requests that are wrong in more places, or at greater length, than anybody wants to read. */
const wrongs: [string, (room: number) => Asked][] = [
  [
    'unknown fields of an input',
    (room) => ({
      query: filter,
      variables: { f: Object.fromEntries(Array.from({ length: Math.floor(room / 40) }, (_, i) => field(i))) },
    }),
  ],
  [
    'a value that repeats the words of a suggestion',
    (room) => ({ query: order, variables: { o: ' Did you mean '.repeat(room / 20) } }),
  ],
  ['a value of control characters', (room) => ({ query: order, variables: { o: '\u0001'.repeat(room / 10) } })],
  ['a token that is no GraphQL', (room) => ({ query: `{ a(b: "${'x'.repeat(room)}) }` })],
  ['a name of the operation', (room) => ({ query: '{ me { role } }', operationName: 'x'.repeat(room) }) as Asked],
]

describe.each(transports)('over %s', (transport, ask) => {
  test.each(wrongs)('%s is refused in a few words', async (_, wrong) => {
    const { errors } = await ask(api.url, wrong(room[transport]!))
    expect(errors!.length).toBeGreaterThan(0)
    expect(JSON.stringify(errors).length).toBeLessThan(most)
    for (const { message } of errors!) expect(message.length).toBeLessThanOrEqual(1_000)
  })

  test('a field that fails in every item of a list is told once, with the first path and the number', async () => {
    const { errors, data } = await ask(api.url, { query: `{ channel(slug: "one") { ${sessions} } }` })
    expect(data.channel.sessions.nodes).toHaveLength(100)
    for (const node of data.channel.sessions.nodes)
      expect(node).toMatchObject({ peakViewers: null, hoursWatched: null })
    expect(errors).toEqual(
      ['peakViewers', 'averageViewers', 'hoursWatched'].map((field) =>
        expect.objectContaining({
          path: ['channel', 'sessions', 'nodes', 0, field],
          extensions: { code: 'UNAVAILABLE', occurrences: 100 },
        }),
      ),
    )
  })

  test('a field of a hundred nodes that needs a role is refused once, by the name of the role', async () => {
    const { errors, data } = await ask(api.url, {
      query:
        '{ channel(slug: "one") { slug sessions(first: 100) { nodes { channel { monitoring { __typename } } } } } }',
    })
    expect(errors).toEqual([
      expect.objectContaining({
        message:
          'Channel.monitoring needs role OPERATOR and you are PUBLIC: send a key of that role as "Authorization: Bearer <key>".',
        path: ['channel', 'sessions', 'nodes', 0, 'channel', 'monitoring'],
        extensions: { code: 'FORBIDDEN', requiredRole: 'OPERATOR', occurrences: 100 },
      }),
    ])
    expect(data.channel.sessions.nodes).toHaveLength(100)
    for (const node of data.channel.sessions.nodes) expect(node).toEqual({ channel: { monitoring: null } })
  })
})

test('a message of a subscription tells a field that fails in every item once, as an answer does', async () => {
  const snapshot = `... on StatusSnapshot { channel { ${sessions} } }`
  const query = `subscription { channelStatus(slugs: ["one"]) { ${snapshot} } }`
  const { body } = await askSse(api, { query })
  const once = ['peakViewers', 'averageViewers', 'hoursWatched'].map(() =>
    expect.objectContaining({ extensions: { code: 'UNAVAILABLE', occurrences: 100 } }),
  )
  expect(body.errors).toEqual(once)
  const answer = await askSocket(api, { query })
  expect((answer as { payload: { errors: unknown[] } }).payload.errors).toEqual(once)
})

test.each([
  ['/export/viewers', `?${'x'.repeat(12_000)}=1`],
  ['/export/sessions', `?username=${'x'.repeat(12_000)}`],
  [`/${'x'.repeat(12_000)}`, ''],
])('%s refuses in a few words', async (path, query) => {
  const response = await fetch(`${api.url}${path}${query}`)
  expect(response.status).toBeGreaterThanOrEqual(400)
  expect((await response.text()).length).toBeLessThan(2_000)
})
