import fs from 'node:fs/promises'
import { SignJWT } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { runProgram, secretsSaid } from '../support/app/program.ts'
import { connectLive, openSocket } from '../support/live/live-client.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const directory = await temporaryDirectory('access')
await fs.chmod(directory.path, 0o755)
const env = {
  DATA_DIR: directory.path,
  DEMO: 'off',
  LOG_LEVEL: 'info',
  PUBLIC_ACCESS: 'none',
  INTROSPECTION: 'on',
  JWT_SECRET: 'canary-of-the-secret-that-signs-tokens',
  ADMIN_KEY: 'canary-of-the-admin-key',
  OPERATOR_KEY: 'canary-of-the-operator-key',
}
afterAll(() => directory[Symbol.asyncDispose]())

const command = async (...args: string[]) => {
  await using program = runProgram({ args, env })
  const { code } = await program.ended
  return { code, out: program.stdout(), err: program.stderr() }
}

const me = '{ me { role name } }'
const range = 'from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&username=somebody&format=csv'

test('where nobody is let in without a key, that holds on every route; keys and tokens are let in until they end', async () => {
  await using server = runProgram({ env })
  const url = await server.serving()
  const wsUrl = `${url.replace('http', 'ws')}/graphql`
  const get = (path: string, key?: string, accept = 'application/json') =>
    fetch(`${url}${path}`, { headers: { Accept: accept, ...(key && { Authorization: `Bearer ${key}` }) } })
  const post = (query: string, key?: string, accept = 'application/json') =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: accept, ...(key && { Authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ query }),
    })

  const everyWay: [string, (key?: string) => Promise<Response>][] = [
    ['a query by POST', (key) => post(me, key)],
    ['a query by GET', (key) => get(`/graphql?query=${encodeURIComponent(me)}`, key)],
    ['a query as events', (key) => post(me, key, 'text/event-stream')],
    [
      'a subscription',
      (key) => post('subscription { channelStatus(platform: KICK) { __typename } }', key, 'text/event-stream'),
    ],
    ['GraphiQL', (key) => get('/graphql', key, 'text/html')],
    ['metrics', (key) => get('/metrics', key)],
    ['commands', () => fetch(`${url}/commands`, { method: 'POST', body: '{}' })],
    ...['viewers', 'chat', 'sessions', 'follows'].map((kind): [string, (key?: string) => Promise<Response>] => [
      `the export of ${kind}`,
      (key) => get(`/export/${kind}?${range}`, key),
    ]),
  ]
  for (const [way, ask] of everyWay) {
    const answers = await Promise.all([ask(), ask('wrong'), ask(`cs_key_${'A'.repeat(43)}`)])
    const seen = await Promise.all(
      answers.map(async (answer) => [answer.status, /UNAUTHENTICATED/.test(await answer.text())]),
    )
    expect([way, ...seen]).toEqual([way, [401, true], [401, true], [401, true]])
  }
  for (const payload of [undefined, { authorization: 'Bearer wrong' }]) {
    await using client = await openSocket(wsUrl)
    client.send({ type: 'connection_init', payload })
    expect((await client.closed).code).toBe(4401)
  }

  const made = await command('key', 'create', '--name', 'The panel', '--role', 'operator', '--expires', '2200-01-01')
  const [, id, secret] = /^(\w{26}) {2}OPERATOR {2}The panel\n(cs_key_[\w-]{43})\nKeep it now/.exec(made.out)!
  expect(await (await post(me, secret)).json()).toMatchObject({ data: { me: { role: 'OPERATOR', name: 'The panel' } } })
  const listed = await command('key', 'list')
  expect(listed.out).toMatch(
    new RegExp(`^${id} {2}OPERATOR {2}valid until 2200-01-01T00:00Z {2}\\w.* {2}The panel\n1 API keys\n$`),
  )
  expect(listed.out).not.toContain(secret)

  await using client = await connectLive(wsUrl, { authorization: `Bearer ${secret}` })
  expect(await command('key', 'revoke', id!)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`${id}  The panel: revoked`),
  })
  expect((await client.closed).code).toBe(4403)
  expect((await post(me, secret)).status).toBe(401)
  expect(await command('key', 'revoke', 'nothing')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('There is no API key with this id: channelscope key list has them.'),
  })
  expect(await command('key', 'create', '--name', ' ', '--role', 'ADMIN')).toMatchObject({
    code: 2,
    err: '--name must be 1 to 100 characters, without control characters.\n',
  })

  const sign = (claims: object) =>
    new SignJWT({ sub: 'alice', role: 'ADMIN', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(env.JWT_SECRET))
  const addSomebody = 'mutation { createStreamer(name: "Somebody") { __typename } }'
  for (const [claims, status] of [
    [{ sub: 'ali\0ce' }, 401],
    [{ name: 'Ali\0ce' }, 401],
    [{ role: 'admin' }, 403],
  ] as const)
    expect([claims, (await post(addSomebody, await sign(claims))).status]).toEqual([claims, status])
  const token = await sign({})
  expect(await (await post(me, token)).json()).toMatchObject({ data: { me: { role: 'ADMIN', name: 'alice' } } })
  const audit = await (await post('{ auditLog(first: 2) { nodes { action name target } } }', token)).json()
  expect(audit).toMatchObject({
    data: {
      auditLog: {
        nodes: [
          { action: 'api-key.revoke', target: `api-key:${id}` },
          { action: 'api-key.create', target: `api-key:${id}` },
        ],
      },
    },
  })
  // The command that made the key is the one place that says it.
  expect(server.stdout() + server.stderr()).not.toContain(secret)
  expect(secretsSaid([token, env.JWT_SECRET])).toEqual([])
}, 180_000)
