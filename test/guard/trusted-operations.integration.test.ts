import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { type Asked, codesOf, transports } from '../support/http/transports.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const known = 'query Known { me { role } }'
const large = `query Large { ${Array.from({ length: 40 }, (_, i) => `a${i}: me { role }`).join(' ')} }`
const costly =
  'query Costly { channels(first: 100) { nodes { sessions(first: 100) { nodes { channel { sessions(first: 100) { nodes { id } } } } } } } }'
const forbidden = 'query Forbidden { streamers(first: 1) { nodes { id } } }'
const schema = 'query Schema { __schema { queryType { name } } }'
const outdated = 'query Outdated { me { nothing } }'
const idOf = (text: string) => hash('sha256', text)
const operations = new Map([known, large, costly, forbidden, schema, outdated].map((text) => [idOf(text), text]))

const modes = ['off', 'prefer', 'only'] as const
let database: TestDatabase
const apis = {} as Record<(typeof modes)[number], TestApi>

beforeAll(async () => {
  database = await createTestDatabase()
  for (const trust of modes)
    apis[trust] = await startTestApi({ db: database.db, trustedOperations: trust, manifest: operations })
})
afterAll(async () => {
  for (const api of Object.values(apis)) await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const ok = 'answered'
const no = 'OPERATION_NOT_ALLOWED'
const costs = 'COST_LIMIT_EXCEEDED'
const invalid = 'GRAPHQL_VALIDATION_FAILED'

/** What becomes of a request where trusted operations are off, preferred, and alone. */
const table: [string, Asked, Record<(typeof modes)[number], string>][] = [
  ['a trusted document in full', { query: known }, { off: ok, prefer: ok, only: ok }],
  ['its documentId', { documentId: `sha256:${idOf(known)}` }, { off: ok, prefer: ok, only: ok }],
  [
    'its hash as a persisted query',
    { extensions: { persistedQuery: { version: 1, sha256Hash: idOf(known) } } },
    { off: ok, prefer: ok, only: ok },
  ],
  ['any other document', { query: '{ me { role } }' }, { off: ok, prefer: ok, only: no }],
  ['a trusted document with one more space', { query: `${known} ` }, { off: ok, prefer: ok, only: no }],
  ['an unknown documentId', { documentId: `sha256:${idOf('x')}` }, { off: no, prefer: no, only: no }],
  ['a documentId that is none', { documentId: 'constructor' }, { off: no, prefer: no, only: no }],
  [
    'an unknown persisted query',
    { extensions: { persistedQuery: { version: 1, sha256Hash: idOf('x') } } },
    { off: no, prefer: no, only: no },
  ],
  [
    'another document under the hash of a trusted one',
    { query: '{ me { name } }', extensions: { persistedQuery: { version: 1, sha256Hash: idOf(known) } } },
    { off: ok, prefer: ok, only: no },
  ],
  ['a trusted document beyond the limits of size', { query: large }, { off: costs, prefer: ok, only: ok }],
  ['another document beyond them', { query: `${large} ` }, { off: costs, prefer: costs, only: no }],
  ['a trusted document that costs too much', { query: costly }, { off: costs, prefer: costs, only: costs }],
  [
    'a trusted document for another role',
    { query: forbidden },
    { off: 'FORBIDDEN', prefer: 'FORBIDDEN', only: 'FORBIDDEN' },
  ],
  ['a trusted document of another schema', { query: outdated }, { off: invalid, prefer: invalid, only: invalid }],
  ['a trusted introspection', { query: schema }, { off: ok, prefer: ok, only: ok }],
  ['another introspection', { query: '{ __schema { queryType { name } } }' }, { off: ok, prefer: ok, only: no }],
  [
    'text that is no document',
    { query: '{' },
    { off: 'GRAPHQL_PARSE_FAILED', prefer: 'GRAPHQL_PARSE_FAILED', only: no },
  ],
]

describe.each(transports)('by %s', (_, ask) => {
  describe.each(modes)('with trusted operations %s', (mode) => {
    test.each(table)('%s', async (_, asked, outcome) => {
      const told = await ask(apis[mode].url, asked)
      expect(codesOf(told)[0] ?? ok).toBe(outcome[mode])
      expect(told.cost.maximum).toBe(500_000)
    })
  })
})

test('a trusted document registered by no manifest stays unknown, however often it was sent', async () => {
  const query = 'query Sent { me { role } }'
  const extensions = { persistedQuery: { version: 1, sha256Hash: idOf(query) } }
  for (const [, ask] of transports) {
    expect(codesOf(await ask(apis.off.url, { query, extensions }))).toEqual([])
    expect(codesOf(await ask(apis.off.url, { extensions }))).toEqual([no])
  }
})

test('where only trusted operations are executed there is no GraphiQL, and their roles stay what they are', async () => {
  const page = await fetch(`${apis.only.url}/graphql`, { headers: { Accept: 'text/html' } })
  expect(page.status).toBe(404)
  for (const [, ask] of transports) {
    const { data } = await ask(apis.only.url, { query: known }, { Authorization: `Bearer ${operatorKey}` })
    expect(data.me.role).toBe('OPERATOR')
  }
})

test('a subscription may be named, over SSE and WebSocket', async () => {
  const query = 'subscription Named { channelStatus(ids: ["9223372036854775807"]) { __typename } }'
  const operations = new Map([[idOf(query), query]])
  await using api = await startTestApi({ db: database.db, trustedOperations: 'only', manifest: operations })
  for (const [name, ask] of transports.filter(([name]) => name === 'SSE' || name === 'WebSocket')) {
    const named = await ask(api.url, { documentId: `sha256:${idOf(query)}` })
    const sent = await ask(api.url, { query: query.replace('Named', 'Sent') })
    // The channel is unknown, which only whoever executes it can tell.
    expect([name, codesOf(named), codesOf(sent)]).toEqual([name, ['BAD_USER_INPUT'], [no]])
  }
})
