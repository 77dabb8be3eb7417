import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

let database: TestDatabase
/** Readable by everybody, and by nobody without a key; the schema is shown to none. */
const apis = {} as Record<'read' | 'none', TestApi>

beforeAll(async () => {
  database = await createTestDatabase()
  for (const publicAccess of ['read', 'none'] as const)
    apis[publicAccess] = await startTestApi({ db: database.db, publicAccess, introspection: 'off' })
})
afterAll(async () => {
  for (const api of Object.values(apis)) await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

describe('of the 61 audits of GraphQL over HTTP', () => {
  const failed = async (url: string, headers: Record<string, string> = {}): Promise<string[]> => {
    const fetchFn: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { ...headers, ...(init?.headers as Record<string, string>) } })
    const audits = serverAudits({ url: () => `${url}/graphql`, fetchFn })
    const results = await Promise.all(audits.map((audit) => audit.fn()))
    expect(results).toHaveLength(61)
    return results
      .filter(({ status }) => status !== 'ok')
      .map(({ id }) => id)
      .sort()
  }

  test('a server that shows no schema fails those that ask for it, and those by GET without a header', async () => {
    expect(await failed(apis.read.url)).toEqual(['28B9', '2EA1', '5A70', '6A70', 'D6D5'])
  })

  test('with a header that no page can send unasked, those that ask for the schema', async () => {
    const header = { 'GraphQL-Require-Preflight': 'true' }
    expect(await failed(apis.read.url, header)).toEqual(['28B9', '2EA1', '6A70', 'D6D5'])
  })

  test('with a key, where nothing is answered without one, those that ask for the schema', async () => {
    const key = { Authorization: `Bearer ${operatorKey}` }
    expect(await failed(apis.none.url, key)).toEqual(['28B9', '2EA1', '6A70', 'D6D5'])
  })
})

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the requests
type Body = any
type Found = { status: number; text: string; body: Body }
type Check = { name: string; ask(url: string): Promise<Response>; finds(found: Found): boolean }

const post = (body: unknown) => (url: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
const get = (query: string) => (url: string) => fetch(`${url}/graphql?${new URLSearchParams({ query })}`)
const repeat = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join(' ')

/** What a scanner of GraphQL servers sends, and when it reports what came back. */
const checks: Check[] = [
  {
    name: 'alias overloading',
    ask: post({ query: `query cop { ${repeat(101, (i) => `alias${i}: __typename`)} }` }),
    finds: ({ body }) => body.data?.alias100 !== undefined,
  },
  {
    name: 'array batching',
    ask: post(Array(10).fill({ query: 'query cop { __typename }' })),
    finds: ({ body }) => Array.isArray(body),
  },
  {
    name: 'directive overloading',
    ask: post({ query: `query cop { __typename ${'@aa'.repeat(10)} }` }),
    finds: ({ body }) => body.errors?.length === 10,
  },
  {
    name: 'circular introspection',
    ask: post({
      query:
        'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
    }),
    finds: ({ body }) => body.data?.__schema !== undefined,
  },
  {
    name: 'field duplication',
    ask: post({ query: `query cop { ${'__typename '.repeat(500)} }` }),
    finds: ({ body }) => body.data?.__typename !== undefined,
  },
  {
    name: 'introspection',
    ask: post({ query: 'query cop { __schema { types { name } } }' }),
    finds: ({ body }) => body.data?.__schema !== undefined,
  },
  {
    name: 'GraphiQL',
    ask: (url) => fetch(`${url}/graphql`, { headers: { Accept: 'text/html' } }),
    finds: ({ text }) => /graphi?ql|playground/i.test(text.replace(/There is no GraphiQL.*?\./, '')),
  },
  { name: 'queries by GET', ask: get('query cop { __typename }'), finds: ({ body }) => body.data !== undefined },
  { name: 'mutations by GET', ask: get('mutation cop { __typename }'), finds: ({ body }) => body.data !== undefined },
  {
    name: 'url-encoded POST',
    ask: (url) =>
      fetch(`${url}/graphql`, { method: 'POST', body: new URLSearchParams({ query: 'query cop { __typename }' }) }),
    finds: ({ body }) => body.data !== undefined,
  },
  {
    name: 'suggestions',
    ask: post({ query: 'query cop { __typename channelz { id } }' }),
    finds: ({ text }) => /did you mean/i.test(text),
  },
  {
    name: 'tracing',
    ask: post({ query: 'query cop { __typename }' }),
    finds: ({ body }) => body.extensions?.tracing !== undefined,
  },
  {
    name: 'unhandled errors',
    ask: post({ query: 'qwerty cop { abc }' }),
    finds: ({ status, text }) => status >= 500 || /exception|stack|node_modules|at Object\./i.test(text),
  },
]

const findingsOf = async (url: string): Promise<string[]> => {
  const found: string[] = []
  for (const { name, ask, finds } of checks) {
    const response = await ask(url)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    if (finds({ status: response.status, text, body: isJson ? JSON.parse(text) : {} })) found.push(name)
  }
  return found
}

describe('a scanner', () => {
  test.each(['read', 'none'] as const)(
    'finds nothing where public access is %s and the schema is shown to none',
    async (access) => {
      expect(await findingsOf(apis[access].url)).toEqual([])
    },
  )

  test('finds where the schema is shown what a developer needs, and nothing else', async () => {
    await using open = await startTestApi({ db: database.db })
    expect(await findingsOf(open.url)).toEqual(['introspection', 'GraphiQL', 'queries by GET'])
  })
})
