import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { migratePostgres } from '../../src/stores/postgres/migrate.ts'
import type { TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { goLive } from '../support/live/live-changes.ts'
import { connectLive, type LiveClient } from '../support/live/live-client.ts'
import { tellViewers } from '../support/live/viewer-notices.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { copyProject, documentedEdits } from '../support/stores/project-copy.ts'
import { driftSql } from '../support/stores/schema-engine.ts'

type Upsert = typeof import('../../src/channels/upsert.ts')
type Seen = Parameters<Upsert['upsertChannels']>[2][number]

const edits = documentedEdits(readFileSync('docs/add-a-fact.md', 'utf8'))
const opened = new AsyncDisposableStack()
const written: string[] = []
let databaseUrl: string
let copy: Awaited<ReturnType<typeof copyProject>>
let api: TestApi
let readChannels: typeof import('../../src/platforms/kick/read-channel.ts')['readChannels']
let observe: (seen: Seen, by?: 'upsertChannels' | 'upsertChangedChannels') => Promise<string[]>
let channelId: bigint

beforeAll(async () => {
  const database = opened.use(await createTestDatabase())
  databaseUrl = database.url
  copy = opened.use(await copyProject(edits))
  const directory = path.join(copy.root, 'prisma', 'migrations')
  await migratePostgres({ url: database.url, directory, sides: ['dm', 'public'], log: silentLog })
  const { openPostgres } = await copy.load<typeof import('../../src/stores/postgres/postgres.ts')>(
    'src/stores/postgres/postgres.ts',
  )
  const db = opened.use(openPostgres({ url: database.url, log: silentLog, max: 4, connectTimeoutMs: 60_000 }))
  db.onStatement((name) => written.push(statementName(name)))
  const { startTestApi } = await copy.load<typeof import('../support/http/api.ts')>('test/support/http/api.ts')
  api = opened.use(await startTestApi({ db }))
  await api.services.cursors.known()
  const reader = await copy.load<typeof import('../../src/platforms/kick/read-channel.ts')>(
    'src/platforms/kick/read-channel.ts',
  )
  readChannels = reader.readChannels
  const upsert = await copy.load<Upsert>('src/channels/upsert.ts')
  observe = async (seen, by = 'upsertChannels') => {
    written.length = 0
    const channels = await upsert[by](db, 'kick', [seen], { log: silentLog })
    if (channels) channelId = channels.get(seen.platformUserId)!.id
    return written.filter((name) => name !== '')
  }
})
afterAll(() => opened.disposeAsync())

/** What the edited reader makes of an answer of the platform, a second later each time. */
let second = 0
const seenIn = (country: string | undefined): Seen => {
  const body = { data: [{ broadcaster_user_id: 1, slug: 'one', channel_description: 'text', country }] }
  const reading = readChannels(body, new Set(['1']))
  if (!reading.ok) throw new Error(reading.message)
  return { ...reading.value.get('1')!, observedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second++)) }
}

const documents: [way: string, document: string][] = [
  ['by its slug', '{ channel(slug: "one") { country } }'],
  ['in the list', '{ channels { nodes { country } } }'],
  ['as a node', 'query ($id: ID!) { node(id: $id) { ... on Channel { country } } }'],
  ['of its events', '{ statusEvents { nodes { channel { country } } } }'],
  ['of its sessions', '{ channels { nodes { sessions { nodes { channel { country } } } } } }'],
]

/** The countries in a value, wherever they are. */
const countriesIn = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => (key === 'country' ? [inner] : countriesIn(inner)))
    : []

/** Which countries each way of reading answers. */
const readEveryWay = async (): Promise<Record<string, unknown[]>> => {
  const id = Buffer.from(`Channel:${channelId}`).toString('base64')
  const answers: Record<string, unknown[]> = {}
  for (const [way, document] of documents) {
    for (const ask of ['ask', 'execute'] as const) {
      written.length = 0
      const { data, errors } = await api[ask](document, { id })
      expect(errors).toBeUndefined()
      // What is compiled is one statement, and what is executed has none of that name.
      expect(written.includes('compiled')).toBe(ask === 'ask')
      answers[`${way}, ${ask}`] = countriesIn(data)
    }
  }
  return answers
}

const subscribe = async (): Promise<LiveClient> => {
  const client = await connectLive(`${api.url.replace('http', 'ws')}/graphql`)
  const channel = 'channel { country }'
  client.subscribe(
    'status',
    `subscription { channelStatus(slugs: ["one"]) {
      __typename ... on StatusSnapshot { ${channel} } ... on StatusChange { ${channel} } } }`,
  )
  return client
}

const messageOf = async (client: LiveClient) => (await client.data()).data.channelStatus

test('at most six edits by hand add a fact', () => {
  expect(edits.length).toBeGreaterThan(0)
  expect(edits.length).toBeLessThanOrEqual(6)
})

test('the migration and the model of the document describe the same column', async () => {
  const drift = await driftSql(databaseUrl, path.join(copy.root, 'prisma', 'schema'), [
    'dm._prisma_migrations',
    'public._prisma_migrations',
  ])
  expect(drift).not.toContain('streamer_channel"')
})

test('a fact that was added is written once for each change, and every way of reading carries it', async () => {
  expect(await observe(seenIn('DE'))).toContain('channels_insert')
  await goLive(api.services.databases.dm, [channelId])
  await using client = await subscribe()
  expect(await messageOf(client)).toEqual({ __typename: 'StatusSnapshot', channel: { country: 'DE' } })
  for (const [way, countries] of Object.entries(await readEveryWay())) expect([way, countries]).toEqual([way, ['DE']])

  // What is as it was costs the poller one statement, what differs is written by it, and what is unknown changes nothing.
  expect(await observe(seenIn('DE'), 'upsertChangedChannels')).toEqual(['channels_change_facts'])
  const changed = seenIn('FR')
  expect(await observe(changed, 'upsertChangedChannels')).toEqual(['channels_change_facts'])
  expect(await observe(changed, 'upsertChangedChannels')).toEqual(['channels_change_facts'])
  expect(await observe(seenIn(undefined), 'upsertChangedChannels')).toEqual(['channels_change_facts'])
  await observe({ ...seenIn('DE'), observedAt: new Date(Date.UTC(2025, 0, 1)) })

  await goLive(api.services.databases.dm, [channelId])
  for (const _ of ['the end', 'the start'])
    expect(await messageOf(client)).toEqual({ __typename: 'StatusChange', channel: { country: 'FR' } })
  for (const [way, countries] of Object.entries(await readEveryWay()))
    expect([way, new Set(countries)]).toEqual([way, new Set(['FR'])])

  client.subscribe('viewers', 'subscription { viewerCount(slugs: ["one"]) { channel { country } } }')
  await expect.poll(() => api.services.live.stats().subscribers.viewers).toBe(1)
  await tellViewers(api.services.databases.dm, { observedAt: new Date(), samples: [[channelId, 7]] })
  expect((await client.data()).data.viewerCount).toEqual({ channel: { country: 'FR' } })
})
