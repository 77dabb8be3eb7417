import { once } from 'node:events'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminKey, startTestApi, type TestApi } from '../../support/http/api.ts'
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

const json = { 'Content-Type': 'application/json' }

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json): Promise<Response> =>
  fetch(`${api.url}/graphql`, { method: 'POST', headers, body })

const postQuery = (query: string, rest: object = {}, headers: Record<string, string> = {}) =>
  post(JSON.stringify({ query, ...rest }), { ...json, ...headers })

/** Writes bytes to a connection and reads until the server closes it. */
const raw = async (text: string): Promise<string> => {
  const socket = net.connect(Number(new URL(api.url).port), '127.0.0.1')
  socket.end(text)
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return answer
}

const codesOf = async (response: Response): Promise<string[]> => {
  const { errors = [] } = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] }
  for (const { message } of errors) {
    expect(message).toMatch(/^[A-Z$"a-z].*[^ ]$/)
    expect(message).not.toMatch(/Did you mean|SyntaxError|node_modules|at position/)
  }
  return errors.map(({ extensions }) => extensions.code)
}

describe('a parameter of a URL that has to be JSON', () => {
  test.each([
    ['cut', 'variables={"a":1'],
    ['of another kind', 'variables=a%3D1'],
    ['of the extensions', 'extensions=[['],
  ])('%s is 400 BAD_USER_INPUT', async (_, parameter) => {
    const response = await fetch(`${api.url}/graphql?query={me{role}}&${parameter}`)
    expect(response.status).toBe(400)
    expect(await codesOf(response)).toEqual(['BAD_USER_INPUT'])
  })
})

test.each([
  ['two words', 'a b'],
  ['half an address', '['],
  ['a sign of a URL', '%'],
  ['a long one', 'x'.repeat(5_000)],
  ['colons', ':::'],
])('a host that no URL can have changes no answer to a caller with a key: %s', async (_, host) => {
  for (const accept of ['application/json', 'text/event-stream', '*/*']) {
    const head = ['GET /graphql?query={nothing} HTTP/1.1', `Host: ${host}`, `Authorization: Bearer ${adminKey}`]
    const answer = await raw([...head, `Accept: ${accept}`, 'Connection: close', '', ''].join('\r\n'))
    expect(answer).toContain('GRAPHQL_VALIDATION_FAILED')
    expect(answer).not.toMatch(/node_modules|Invalid URL| 500 /)
  }
})

describe('a body that is no request', () => {
  test.each([
    ['cut JSON', '{"query": "{me{role}}"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a string', '"x"'],
    ['a number', '42'],
    ['nothing', ''],
    ['no query', '{}'],
    ['query null', '{"query":null}'],
    ['query of another type', '{"query":1}'],
    ['an unknown key', '{"query":"{me{role}}","foo":1}'],
    ['variables of another type', '{"query":"{me{role}}","variables":"x"}'],
    ['variables as a list', '{"query":"{me{role}}","variables":[]}'],
    ['a batch', '[{"query":"{me{role}}"},{"query":"{me{role}}"}]'],
    ['two operations and no name', '{"query":"query A{me{role}} query B{me{role}}"}'],
    ['an unknown operationName', '{"query":"query A{me{role}}","operationName":"B"}'],
  ])('%s is 400 BAD_USER_INPUT', async (_, body) => {
    const response = await post(body)
    expect(response.status).toBe(400)
    expect(await codesOf(response)).toEqual(['BAD_USER_INPUT'])
  })

  test('bytes that are not UTF-8 are 400', async () => {
    expect((await post(Uint8Array.of(0xff, 0xfe))).status).toBe(400)
  })

  test.each(['', ' ', '#', '# only a comment\n# another', ',,,\n'])(
    'the query %o is 400 GRAPHQL_PARSE_FAILED',
    async (query) => {
      const response = await postQuery(query)
      expect(response.status).toBe(400)
      expect(await codesOf(response)).toEqual(['GRAPHQL_PARSE_FAILED'])
    },
  )
})

describe('a document that can not be executed', () => {
  test.each([
    ['{ me { rol } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ helo }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ channels(orderBy: SLUG_ASCC) { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{', 'GRAPHQL_PARSE_FAILED'],
    ['query A { ...B } fragment B on Query { ...C } fragment C on Query { ...B }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s is %s without suggestions', async (query, code) => {
    const strict = await postQuery(query, {}, { Accept: 'application/graphql-response+json' })
    expect(strict.status).toBe(400)
    expect(new Set(await codesOf(strict))).toEqual(new Set([code]))
  })

  test.each([
    ['31 aliases', `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: me { role }`).join(' ')} }`],
    ['200 aliases of __typename', `{ ${Array.from({ length: 200 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    ['50 levels', `{ channels { nodes { ${'currentSession { channel { '.repeat(25)} id ${'} }'.repeat(25)} } } }`],
    [
      '50 levels through fragments',
      `{ channels { nodes { ...F0 } } } ${Array.from({ length: 24 }, (_, i) => `fragment F${i} on Channel { currentSession { channel { ...F${i + 1} } } }`).join(' ')} fragment F24 on Channel { id }`,
    ],
    ['101 fields in one place', `{ ${'me { role } '.repeat(101)} }`],
    ['20 directives in one place', `{ me ${'@include(if: true) '.repeat(20)} { role } }`],
    ['10 unknown directives', `{ me ${'@aa'.repeat(10)} { role } }`],
    ['20000 tokens', `{ ${'me { role } '.repeat(5_000)} }`],
    ['800 nested brackets', `{ nodes(ids: ${'['.repeat(800)}${']'.repeat(800)}) { id } }`],
    [
      'a list in a list in a list',
      '{ channels(first: 100) { nodes { sessions(first: 100) { nodes { channel { sessions(first: 100) { nodes { id } } } } } } } }',
    ],
  ])('%s cost too much, and no statement is sent', async (_, query) => {
    const before = database.db.stats().statements
    const response = await postQuery(query)
    expect(await codesOf(response)).toEqual(['COST_LIMIT_EXCEEDED'])
    expect(database.db.stats().statements).toBe(before)
  })

  test('900 duplicate fields in several places are refused by the budget of the validation', async () => {
    const query = `{ ${`me { ${'role '.repeat(90)} } `.repeat(10)} }`
    expect(await codesOf(await postQuery(query))).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })
})

test('every answer says what the operation costs', async () => {
  expect((await api.ask('{ me { role } }')).extensions).toEqual({ cost: { requested: 2, maximum: 500_000 } })
  expect(
    (await api.ask('{ channels(first: 50) { nodes { sessions(first: 3) { nodes { id } } } } }')).extensions.cost
      .requested,
  ).toBe(1 + 50 * (1 + 1 + 3 * 2))
  for (const answer of [await api.ask('{'), await api.ask('{ nothing }'), await api.ask('{ channel { id } }')])
    expect(answer.extensions.cost.maximum).toBe(500_000)
})

describe('variables', () => {
  test('named like parts of every object change nothing', async () => {
    const { data } = (await (
      await post('{"query":"{me{role}}","variables":{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}}')
    ).json()) as {
      data: unknown
    }
    expect(data).toEqual({ me: { role: 'PUBLIC' } })
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  test('of the wrong type are BAD_USER_INPUT and name the variable', async () => {
    const { errors } = await api.ask(
      'query ($first: Int, $order: ChannelOrder) { channels(first: $first, orderBy: $order) { nodes { id } } }',
      { first: 'x', order: 'SLUG_ASCC' },
    )
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT'])
    expect(errors?.[0]?.message).toContain('"$first"')
  })

  test('50000 levels deep are no harm', async () => {
    const response = await post(`{"query":"{me{role}}","variables":{"a":${'['.repeat(45_000)}${']'.repeat(45_000)}}}`)
    expect(response.status).toBeLessThan(500)
  })

  test('null for an argument that may not be null is BAD_USER_INPUT', async () => {
    const { errors } = await api.ask('query ($id: ID = "x") { node(id: $id) { id } }', { id: null })
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})

describe('the size of a request', () => {
  const big = JSON.stringify({ query: `{ me { role } } # ${'x'.repeat(2_000_000)}` })

  test('a body of 2 MB is 413', async () => {
    expect((await post(big)).status).toBe(413)
  })

  test('a body of 2 MB in chunks is 413', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < big.length; i += 50_000)
          controller.enqueue(new TextEncoder().encode(big.slice(i, i + 50_000)))
        controller.close()
      },
    })
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: json,
      body,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
  })

  test('a Content-Length that lies or lists two lengths is 400', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    expect(await raw(`${head}Content-Length: 10\r\n\r\n${big.slice(0, 1_000)}`)).toMatch(/^HTTP\/1.1 400 /)
    expect(await raw(`${head}Content-Length: 1,2\r\n\r\n{}`)).toMatch(/^HTTP\/1.1 400 /)
  })
})

describe('methods and types', () => {
  test('a query by GET is answered', async () => {
    const response = await fetch(`${api.url}/graphql?query=${encodeURIComponent('{ me { role } }')}`)
    expect(await response.json()).toMatchObject({ data: { me: { role: 'PUBLIC' } } })
  })

  test('a mutation by GET is 405 and changes nothing', async () => {
    const query = encodeURIComponent('mutation { setMonitoring(channel: "1", active: true) { __typename } }')
    const response = await fetch(`${api.url}/graphql?query=${query}`, {
      headers: { Authorization: `Bearer ${adminKey}` },
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(await codesOf(response)).toEqual(['OPERATION_NOT_ALLOWED'])
  })

  test.each(['DELETE', 'PUT', 'PATCH'])('%s is 405', async (method) => {
    const response = await fetch(`${api.url}/graphql`, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toContain('POST')
  })

  test('TRACE is 405', async () => {
    expect(await raw('TRACE /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 405 /)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    '',
  ])('a body of type %o, which a foreign page could send, is 415', async (type) => {
    const response = await post('{"query":"{me{role}}"}', { 'Content-Type': type })
    expect(response.status).toBe(415)
  })

  test('an encoded body is 415', async () => {
    expect((await post('{"query":"{me{role}}"}', { ...json, 'Content-Encoding': 'gzip' })).status).toBe(415)
  })

  test('Accept: image/png is 406', async () => {
    expect((await postQuery('{ me { role } }', {}, { Accept: 'image/png' })).status).toBe(406)
  })

  test('a subscription without text/event-stream is 406', async () => {
    const response = await postQuery('subscription { viewerCount { at } }', {}, { Accept: 'application/json' })
    expect(response.status).toBe(406)
    expect(await codesOf(response)).toEqual(['OPERATION_NOT_ALLOWED'])
  })
})
