import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

test('the default start passes all 61 audits of GraphQL over HTTP', async () => {
  const audits = serverAudits({ url: () => `${api.url}/graphql`, fetchFn: fetch })
  const results = await Promise.all(audits.map((audit) => audit.fn()))
  const failed = results.filter(({ status }) => status !== 'ok')
  expect(failed.map((result) => `${result.id} ${result.name}: ${'reason' in result ? result.reason : ''}`)).toEqual([])
  expect(results).toHaveLength(61)
})
