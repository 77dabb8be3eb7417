import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

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

const create = `mutation ($name: String!, $role: Role!, $expiresAt: DateTime) {
  createApiKey(name: $name, role: $role, expiresAt: $expiresAt) { __typename
    ... on CreateApiKeySuccess { secret key { id name role createdBy expiresAt lastUsedAt revokedAt } }
    ... on InvalidInput { argument message } } }`
const revoke = `mutation ($id: ID!) { revokeApiKey(id: $id) { __typename
  ... on RevokeApiKeySuccess { key { id revokedAt } } ... on NotFound { message } } }`
const me = '{ me { role name } }'
const actions = () =>
  database.db.query<{ action: string; subject: string; after: unknown; before: unknown }>(
    statement('test_actions', 'SELECT action, subject, before, after FROM public.audit_log ORDER BY id DESC LIMIT 2'),
  )

test('an admin makes a key, it lets in, and it ends when it is revoked; each leaves one audit row', async () => {
  const made = (await api.ask(create, { name: ' Panel ', role: 'OPERATOR' }, adminKey)).data.createApiKey
  expect(made.key).toEqual({
    id: expect.any(String),
    name: 'Panel',
    role: 'OPERATOR',
    createdBy: 'bootstrap:admin',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
  })
  expect((await api.ask(me, {}, made.secret)).data.me).toEqual({ role: 'OPERATOR', name: 'Panel' })
  const listed = (await api.ask('{ apiKeys { id name role } }', {}, adminKey)).data.apiKeys
  expect(listed).toContainEqual({ id: made.key.id, name: 'Panel', role: 'OPERATOR' })

  const ended = await api.ask(revoke, { id: made.key.id }, adminKey)
  expect(ended.data.revokeApiKey).toMatchObject({ __typename: 'RevokeApiKeySuccess', key: { id: made.key.id } })
  expect((await api.ask(me, {}, made.secret)).errors![0]!.extensions).toEqual({ code: 'UNAUTHENTICATED' })
  expect((await api.ask(revoke, { id: made.key.id }, adminKey)).data).toEqual(ended.data)
  expect(await actions()).toEqual([
    {
      action: 'api-key.revoke',
      subject: 'bootstrap:admin',
      before: { name: 'Panel', role: 'OPERATOR' },
      after: null,
    },
    {
      action: 'api-key.create',
      subject: 'bootstrap:admin',
      before: null,
      after: { name: 'Panel', role: 'OPERATOR', expiresAt: null },
    },
  ])
})

test('what can not be is a value that names the argument', async () => {
  const asked: [object, string][] = [
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  ]
  for (const [wrong, argument] of asked) {
    const { data } = await api.ask(create, { name: 'good', role: 'PUBLIC', ...wrong }, adminKey)
    expect(data.createApiKey).toMatchObject({ __typename: 'InvalidInput', argument })
  }
  for (const id of ['1', 'nothing', '01KAM000000000000000000000'])
    expect((await api.ask(revoke, { id }, adminKey)).data.revokeApiKey.__typename).toBe('NotFound')
})

test('a key for PUBLIC tells callers apart where nobody else is let in, and may no more than everybody', async () => {
  await using closed = await startTestApi({ db: database.db, publicAccess: 'none' })
  const { data } = await closed.ask(create, { name: 'Reader', role: 'PUBLIC' }, adminKey)
  const { secret } = data.createApiKey
  expect((await closed.ask(me)).errors![0]!.extensions.code).toBe('UNAUTHENTICATED')
  expect((await closed.ask(me, {}, secret)).data.me).toEqual({ role: 'PUBLIC', name: 'Reader' })
  expect((await closed.ask('{ apiKeys { id } }', {}, secret)).errors![0]!.extensions.code).toBe('FORBIDDEN')
})
