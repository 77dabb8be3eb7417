import { afterAll, beforeAll, expect, test } from 'vitest'
import { diagnose } from '../../src/cli/doctor.ts'
import { newKeyText } from '../../src/config/key-ring.ts'
import { createLog } from '../../src/lib/log.ts'
import type { PlatformRegistry } from '../../src/platforms/platform-definition.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { nowhere, startWholeApp } from '../support/app/in-process-app.ts'
import { ask } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import type { ScriptedHttp } from '../support/platforms/scripted-http.ts'
import { stage } from '../support/platforms/stage/stage.ts'
import { startStageServer } from '../support/platforms/stage/stage-server.ts'
import { signatureHeader, signStage } from '../support/platforms/stage/stage-webhooks.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'

const registry: PlatformRegistry = [...builtInPlatforms, stage]
const key = 'canary-of-the-admin-key'
const since = '2026-01-01T00:00:00Z'
const secrets = ['canary-of-the-first-token', 'canary-of-the-second-token', 'canary-of-a-wrong-token'] as const
const [first, second, wrong] = secrets

const resources = new AsyncDisposableStack()
const lines: string[] = []
const log = createLog('debug', [], { write: (line) => void lines.push(line) })
/** The token that the platform knows. */
let accepted: string = first
let server: ScriptedHttp
let nodes: Awaited<ReturnType<typeof startWholeApp>>[]

beforeAll(async () => {
  server = resources.use(
    await startStageServer([{ id: '71', name: 'alice', broadcast: { since, viewers: 5 } }], () => accepted),
  )
  const database = resources.use(await createTestDatabase())
  const environment = {
    ...database.variables,
    CONFIG_KEYS: newKeyText(),
    STAGE_API_URL: server.url,
    STAGE_REQUESTS_PER_SECOND: '100',
    POLL_INTERVAL_SECONDS: '1',
  }
  nodes = []
  // A process can have one embedded ClickHouse; the second node works without any.
  for (const own of [{}, { CLICKHOUSE_URL: `${nowhere}/vf` }] as Record<string, string>[])
    nodes.push(resources.use(await startWholeApp({ ...environment, ...own }, { registry, log })))
})
afterAll(() => resources.disposeAsync())

const asked = async (node: number, query: string, variables?: object) => {
  const { data, errors } = await ask(nodes[node]!.url, query, variables, key)
  expect(errors).toBeUndefined()
  return data
}

const set = async (settingKey: string, value: string) => {
  const { setConfiguration } = await asked(
    0,
    `mutation ($key: String!, $value: String!) {
      setConfiguration(category: AUTH, key: $key, value: $value) { __typename ... on InvalidInput { message } }
    }`,
    { key: settingKey, value },
  )
  return setConfiguration
}

const unset = (settingKey: string) =>
  asked(0, 'mutation ($key: String!) { deleteConfiguration(key: $key) { __typename } }', { key: settingKey })

const setting = async (node: number, settingKey: string) => {
  const { settings } = await asked(
    node,
    '{ settings { key isKnown category type range variable default value source isSecret warnings version } }',
  )
  return settings.find((one: { key: string }) => one.key === settingKey)
}

const deliver = (node: number, token: string) => {
  const body = JSON.stringify({
    id: 'line',
    at: new Date().toISOString(),
    subscription: 's',
    channel: '71',
    from: '72',
    text: 'x',
  })
  return fetch(`${nodes[node]!.url}/webhooks/stage`, {
    method: 'POST',
    headers: { [signatureHeader]: signStage(token, body) },
    body,
  })
}

const tokensSeen = () => new Set(server.seen.map(({ headers }) => headers.authorization?.replace('Bearer ', '')))
const degraded = async (node: number): Promise<string> => (await fetch(`${nodes[node]!.url}/ready`)).text()
const bothNodes = [0, 1] as const

const eventuallyOnBoth = async (what: string, holds: (node: number) => Promise<boolean>) => {
  for (const node of bothNodes) await eventually(`${what} on node ${node}`, () => holds(node))
}

test('without credentials a platform is asked nothing and delivers nothing', async () => {
  expect(server.seen).toEqual([])
  for (const node of bothNodes) expect((await deliver(node, first)).status).toBe(404)
  expect(await setting(0, 'stage.token')).toEqual({
    key: 'stage.token',
    isKnown: true,
    category: 'AUTH',
    type: 'TEXT',
    range: 'a text',
    variable: 'STAGE_TOKEN',
    default: null,
    value: null,
    source: 'DEFAULT',
    isSecret: true,
    warnings: [],
    version: null,
  })
})

test('credentials that appear start the platform on every node: its calls, its webhooks and its poller', async () => {
  expect(await set('stage.token', first)).toEqual({ __typename: 'SetConfigurationSuccess' })
  await eventuallyOnBoth('deliveries are taken', async (node) => (await deliver(node, first)).status === 200)
  const { trackChannel } = await asked(1, 'mutation { trackChannel(platform: STAGE, slug: "alice") { __typename } }')
  expect(trackChannel.__typename).toBe('TrackChannelSuccess')
  await eventually('it is polled', () => server.seen.some(({ path }) => path === '/broadcasts'))
  expect(tokensSeen()).toEqual(new Set([first]))
  expect(await setting(1, 'stage.token')).toMatchObject({
    value: null,
    source: 'CONFIGURATION',
    version: 1,
    warnings: [],
  })
})

test('the next call of every node has a changed token, and none has the old one', async () => {
  accepted = second
  await set('stage.token', second)
  await eventuallyOnBoth(
    'deliveries with the new one are taken',
    async (node) => (await deliver(node, second)).status === 200,
  )
  for (const node of bothNodes) expect((await deliver(node, first)).status).toBe(401)
  const before = server.seen.length
  await eventually(
    'it is polled again',
    () => server.seen.slice(before).filter(({ path }) => path === '/broadcasts').length > 3,
  )
  expect(new Set(server.seen.slice(before).map(({ headers }) => headers.authorization))).toEqual(
    new Set([`Bearer ${second}`]),
  )
})

test('a wrong token is one sentence in /ready and in the listing, and is mended by the right one at once', async () => {
  await set('stage.token', wrong)
  const sentence = 'Stage refuses the credentials: answered 401.'
  await eventually('some node says so', async () => {
    const said = await Promise.all(bothNodes.map(degraded))
    return said.some((text) => text.includes(sentence))
  })
  const listed = await Promise.all(bothNodes.map((node) => setting(node, 'stage.token')))
  expect(listed.flatMap(({ warnings }) => warnings)).toContain(sentence)
  const before = server.seen.length
  await set('stage.token', second)
  await eventually('it is asked with the right one, although it had failed', () =>
    server.seen.slice(before).some(({ headers }) => headers.authorization === `Bearer ${second}`),
  )
  await eventuallyOnBoth('nothing is said any more', async (node) => !(await degraded(node)).includes('refuses'))
})

test('a platform whose credentials are removed is asked nothing more, on every node', async () => {
  await unset('stage.token')
  await eventuallyOnBoth('deliveries are refused', async (node) => (await deliver(node, second)).status === 404)
  const { trackChannel } = await asked(1, 'mutation { trackChannel(platform: STAGE, slug: "bob") { __typename } }')
  expect(trackChannel.__typename).not.toBe('TrackChannelSuccess')
  await eventuallyOnBoth('its poller has ended', async (node) => {
    const metrics = await (await fetch(`${nodes[node]!.url}/metrics`)).text()
    return (
      metrics.includes('poll_calls_total{platform="kick"}') && !metrics.includes('poll_calls_total{platform="stage"}')
    )
  })
})

test('an entry wins over the environment, and the listing says which one is used', async () => {
  expect(await setting(0, 'kick.client.id')).toMatchObject({ value: 'an-app', source: 'ENVIRONMENT', warnings: [] })
  await set('kick.client.id', 'another-app')
  await eventuallyOnBoth('it is used', async (node) => (await setting(node, 'kick.client.id')).value === 'another-app')
  expect(await setting(1, 'kick.client.id')).toMatchObject({
    source: 'CONFIGURATION',
    warnings: ['The entry is used; KICK_CLIENT_ID of the environment is not.'],
  })
  await unset('kick.client.id')
  await eventuallyOnBoth(
    'the environment holds',
    async (node) => (await setting(node, 'kick.client.id')).value === 'an-app',
  )
})

test('a part of the credentials is not enough: the platform is not asked, and one sentence says what is missing', async () => {
  await set('twitch.client.id', 'an-app')
  const sentence = 'Twitch is not asked: TWITCH_CLIENT_SECRET must be set together with TWITCH_CLIENT_ID: all or none.'
  await eventuallyOnBoth('it is said', async (node) => (await degraded(node)).includes(sentence))
  for (const one of ['twitch.client.id', 'twitch.client.secret'])
    expect((await setting(0, one)).warnings).toEqual([sentence])
  await unset('twitch.client.id')
  await eventuallyOnBoth('it is not said any more', async (node) => !(await degraded(node)).includes('Twitch'))
})

test('entries that the system does not know are marked', async () => {
  await set('team.motto', 'x')
  expect(await setting(0, 'team.motto')).toMatchObject({
    isKnown: false,
    value: 'x',
    source: 'CONFIGURATION',
    warnings: ['The system does not use this key.'],
  })
})

test('no secret was said', () => {
  expect(lines.length).toBeGreaterThan(0)
  for (const secret of secrets) expect(lines.join('')).not.toContain(secret)
})

test('doctor asks the running server for its variables, and which entries win over them', async () => {
  await set('kick.client.id', 'app-of-the-entry')
  const found = await diagnose({
    DATA_DIR: nodes[0]!.directory,
    PORT: '0',
    ADMIN_KEY: key,
    KICK_CLIENT_ID: 'an-app',
    KICK_CLIENT_SECRET: 'x',
  })
  expect(found).toContainEqual({
    ok: true,
    text: 'KICK_CLIENT_ID = app-of-the-entry, from the entry kick.client.id of the configuration.',
    variable: {
      name: 'KICK_CLIENT_ID',
      value: 'app-of-the-entry',
      source: 'CONFIGURATION',
      entry: 'kick.client.id',
    },
  })
  expect(found).toContainEqual({ ok: true, text: 'Kick: credentials are set, and the running server uses them.' })
  await unset('kick.client.id')
})
