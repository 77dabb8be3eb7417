import { afterAll, beforeAll, expect, test } from 'vitest'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const sha256 = 'a'.repeat(64)
const manifest = {
  version: 1,
  env: 'test',
  windowFrom: '2026-11-01T00:00:00.000Z',
  windowTo: '2026-11-01T01:00:00.000Z',
  rows: 7,
  objects: [
    { key: 'chat/v1/env=test/2026/11/01/00/part-0001.parquet', rows: 7, bytes: 4_000_000_000, sha256, rowsHash: '9' },
  ],
}
let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.pool.query(
    `INSERT INTO dm.chat_archive_log (env, window_from, window_to, rows_exported, files_written, success, manifest)
     SELECT env, at, at + interval '1 hour', 7, 1, at < '2026-11-01 04:00Z', CASE WHEN at < '2026-11-01 04:00Z' THEN $1::jsonb END
     FROM unnest(ARRAY['test', 'prod']) env, generate_series(timestamptz '2026-11-01 00:00Z', '2026-11-01 04:00Z', '1 hour') at`,
    [JSON.stringify(manifest)],
  )
  api = await startTestApi({ db: database.db, services: { history: { env: 'test' } as never } })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const page = `query ($first: Int, $after: String) { chatArchives(first: $first, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { id windowFrom windowTo rowsExported filesWritten success createdAt objects { key rows bytes sha256 } } } }`

test('archives are listed newest first, page by page, of this environment only', async () => {
  const seen: string[] = []
  let after: string | undefined
  for (let more = true; more; ) {
    const { data } = await api.ask(page, { first: 2, after }, operatorKey)
    seen.push(...data.chatArchives.nodes.map((node: { windowFrom: string }) => node.windowFrom.slice(11, 13)))
    more = data.chatArchives.pageInfo.hasNextPage
    after = data.chatArchives.pageInfo.endCursor
  }
  expect(seen).toEqual(['04', '03', '02', '01', '00'])
})

test('an archive tells its objects, and one under way has none yet', async () => {
  const { data } = await api.ask(page, { first: 2 }, operatorKey)
  const [underWay, archived] = data.chatArchives.nodes
  expect(underWay).toMatchObject({ success: false, objects: [] })
  expect(archived).toMatchObject({
    windowFrom: '2026-11-01T03:00:00.000Z',
    windowTo: '2026-11-01T04:00:00.000Z',
    rowsExported: '7',
    filesWritten: 1,
    success: true,
    objects: [{ key: manifest.objects[0]!.key, rows: '7', bytes: '4000000000', sha256 }],
  })
})

test('an archive is found by its id, and the public finds and lists none', async () => {
  const { data } = await api.ask(page, { first: 1 }, operatorKey)
  const { id, windowFrom } = data.chatArchives.nodes[0]
  const query = 'query ($id: ID!) { node(id: $id) { __typename id ... on ChatArchive { windowFrom objects { key } } } }'
  expect((await api.ask(query, { id }, operatorKey)).data).toEqual({
    node: { __typename: 'ChatArchive', id, windowFrom, objects: [] },
  })
  expect((await api.ask(query, { id })).data).toEqual({ node: null })
  expect((await api.ask(page, { first: 1 })).errors![0]!.extensions.code).toBe('FORBIDDEN')
})
