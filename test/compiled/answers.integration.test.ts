import { hash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../../src/lib/log.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { adminKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, reopened, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let db: Postgres
let api: TestApi
const logged: Record<string, unknown>[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await seed(database.db).fullChannels(3)
  const log = createLog('error', [], { write: (line: string) => void logged.push(JSON.parse(line)) })
  db = reopened(database, log)
  api = await startTestApi({ db, log })
  await api.services.cursors.known()
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** How many answers took each way since the process began, by `way reason`. */
const ways = async (): Promise<Record<string, number>> => {
  const text = await (await fetch(`${api.url}/metrics`)).text()
  const rows = text.matchAll(/^graphql_answers_total\{way="(\w+)",reason="(\w*)"\} (\d+)$/gm)
  return Object.fromEntries([...rows].map(([, way, reason, count]) => [`${way} ${reason}`.trim(), Number(count)]))
}

const taken = async (query: string, variables = {}, key?: string): Promise<string[]> => {
  const before = await ways()
  await api.ask(query, variables, key)
  const after = await ways()
  return Object.keys(after).filter((way) => after[way] !== before[way])
}

test.each([
  ['a channel', '{ channel(slug: "channel-1") { slug } }', ['compiled']],
  ['what is not of the tables that statements read', '{ streamers { nodes { id } } }', ['executed field']],
  [
    'an order that another database knows',
    '{ channels(orderBy: TRUST_SCORE_DESC) { nodes { id } } }',
    ['executed arguments'],
  ],
  ['a role that is not held', '{ channel(slug: "channel-1") { monitoring { active } } }', ['executed role']],
  ['a slug that can be none', '{ channel(slug: "no slug") { slug } }', ['fallback input']],
  ['a mutation', 'mutation { setMonitoring(channel: "1", active: true) { __typename } }', ['executed mutation']],
])('%s is counted once, by its way', async (name, query, way) => {
  expect(await taken(query, {}, /role/.test(name) ? undefined : adminKey)).toEqual(way)
})

test('a statement that fails is answered by the execution, counted and logged with the name of its document', async () => {
  const query = 'query OneChannel { channel(slug: "channel-2") { slug bio } }'
  logged.length = 0
  const stop = db.onStatement((name, text) => {
    if (name?.startsWith('compiled_') && text.includes('"bio"')) throw new Error('the driver fails')
  })
  try {
    expect(await taken(query)).toEqual(['fallback error'])
  } finally {
    stop()
  }
  expect(logged).toMatchObject([
    {
      operation: 'OneChannel',
      documentId: hash('sha256', query),
      statement: expect.stringMatching(/^compiled_/),
      err: { message: 'the driver fails' },
      msg: 'a compiled operation failed',
    },
  ])
})

test('a restored database is noticed by what is behind a cursor, and the execution refuses it', async () => {
  const query = 'query ($after: String) { channels(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }'
  const { data } = await api.ask(query)
  const after = data.channels.pageInfo.endCursor
  expect(await taken(query, { after })).toEqual(['compiled'])
  await db.query(statement('restore', 'UPDATE dm.status_journal SET epoch = gen_random_uuid()'))
  expect(await taken(query, { after })).toEqual(['fallback journal'])
})
