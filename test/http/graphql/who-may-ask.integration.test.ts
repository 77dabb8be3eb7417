import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminKey, operatorKey, startTestApi, type TestApi } from '../../support/http/api.ts'
import { sendRaw } from '../../support/http/raw-http.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { seed } from '../../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  await seed(database.db).channel({ slug: 'alpha' })
  api = await startTestApi({ db: database.db })
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const post = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })

describe('keys', () => {
  test.each(['', 'Bearer', 'Bearer ', 'Bearer wrong', `Bearer ${'x'.repeat(10_000)}`, 'Basic eA=='])(
    'Authorization: %o is 401 UNAUTHENTICATED',
    async (value) => {
      const response = await post('{ me { role } }', { Authorization: value })
      expect(response.status).toBe(401)
      expect((await response.json()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    },
  )

  test('bytes beyond ASCII in Authorization are 401', async () => {
    const body = '{"query":"{me{role}}"}'
    const lines = [
      'POST /graphql HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'Authorization: Bearer schlüssel€',
      `Content-Length: ${body.length}`,
    ]
    const answer = await sendRaw(Number(new URL(api.url).port), lines, body)
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('UNAUTHENTICATED')
  })

  test('a mutation needs the role of an operator', async () => {
    const mutation =
      'mutation { setMonitoring(channel: "1", active: true) { __typename ... on SetMonitoringSuccess { channel { slug monitoring { active } } } } }'
    const refused = await api.ask(mutation)
    expect(refused).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    const done = await api.ask(mutation, {}, operatorKey)
    expect(done.data.setMonitoring).toEqual({
      __typename: 'SetMonitoringSuccess',
      channel: { slug: 'alpha', monitoring: { active: true } },
    })
  })

  test('without a key nothing is answered where public access is none', async () => {
    await using closed = await startTestApi({ db: database.db, publicAccess: 'none' })
    for (const query of ['{ me { role } }', '{ __schema { queryType { name } } }', '{ nonsense'])
      expect((await closed.ask(query)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect((await closed.ask('{ me { role } }', {}, operatorKey)).data.me.role).toBe('OPERATOR')
  })
})

describe('the schema', () => {
  const query = '{ __schema { queryType { name } } }'

  test.each([
    ['on', [true, true, true]],
    ['admin', [false, false, true]],
    ['off', [false, false, false]],
  ] as const)('with introspection %s is shown to PUBLIC, OPERATOR and ADMIN: %o', async (introspection, expected) => {
    await using other = await startTestApi({ db: database.db, introspection })
    const shown = []
    for (const key of [undefined, operatorKey, adminKey]) {
      const { data, errors } = await other.ask(query, {}, key)
      if (errors) expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
      shown.push(data !== undefined)
      const page = await fetch(`${other.url}/graphql`, {
        headers: { Accept: 'text/html', ...(key && { Authorization: `Bearer ${key}` }) },
      })
      expect(page.status).toBe(errors ? 404 : 200)
    }
    expect(shown).toEqual(expected)
    expect((await other.ask('{ __typename me { __typename } }')).data).toEqual({
      __typename: 'Query',
      me: { __typename: 'Me' },
    })
  })
})

describe('origins', () => {
  const preflight = async (origin: string, url = api.url) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
    })
    return response.headers.get('access-control-allow-origin')
  }

  test('another origin is refused, whatever its preflight asks, and can read why', async () => {
    expect(await preflight('https://evil.example')).toBe('https://evil.example')
    expect(await preflight('null')).toBe('null')
    const response = await post('{ me { role } }', { Origin: 'https://evil.example' })
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      403,
      'https://evil.example',
    ])
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('its own origin and the listed ones are allowed', async () => {
    await using other = await startTestApi({ db: database.db, allowedOrigins: ['https://app.example'] })
    expect(await preflight('https://app.example', other.url)).toBe('https://app.example')
    expect(await preflight(other.url, other.url)).toBe(other.url)
  })
})
