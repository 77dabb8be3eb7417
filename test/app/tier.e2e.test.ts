import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schedule } from '../../src/channels/schedule.ts'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { newKeyText } from '../../src/config/key-ring.ts'
import { type KickServer, startKickServer } from '../../src/demo/kick-server.ts'
import { createWorld, type World } from '../../src/demo/world.ts'
import { commandPath } from '../../src/http/routes/command-route.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { chatFormat } from '../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { runProgram, secretsSaid } from '../support/app/program.ts'
import { startS3Server } from '../support/archive/s3-server.ts'
import { arrivedColumns, chatRow, insertRows } from '../support/erasing/erasing-fixture.ts'
import { ask, isReady } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { connectLive, type LiveClient } from '../support/live/live-client.ts'
import { type ClusterNode, clusterKeys, startCluster } from '../support/stores/cluster.ts'
import { createEmptyDatabase } from '../support/stores/postgres.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const hour = 3_600_000
const resources = new AsyncDisposableStack()
let world: World
let kick: KickServer
let bucket: Awaited<ReturnType<typeof startS3Server>>
let cluster: Awaited<ReturnType<typeof startCluster>>
/** The databases: that of the tier, and those of the two environments. */
const databases = {} as Record<'dm' | 'north' | 'south', Postgres>
const nodes = {} as Record<'tier' | 'north' | 'south', ClusterNode>
const clients = {} as Record<'north' | 'south', LiveClient>
/** The ids of the channels, by their numbers. */
let channels: Map<string, bigint>

const rows = async (db: Postgres, sql: string) => (await db.pool.query(sql)).rows as Record<string, unknown>[]

const asAdmin = async (node: ClusterNode, document: string, variables: object = {}) => {
  const { data, errors } = await ask(node.url, document, variables, clusterKeys.ADMIN_KEY)
  expect(errors).toBeUndefined()
  return data
}

const environments = ['north', 'south'] as const

beforeAll(async () => {
  world = createWorld({ clock: systemClock, seed: 7 })
  kick = resources.use(await startKickServer({ world, seed: 7 }))
  bucket = resources.use(await startS3Server(() => bucketKey))
  const numbers = [1, 2, 3].map((id) => world.add({ id, slug: `streamer-${id}` }).id)
  const urls = {} as Record<keyof typeof databases, string>
  for (const name of ['dm', 'north', 'south'] as const) {
    const database = resources.use(await createEmptyDatabase())
    urls[name] = database.url
    databases[name] = resources.use(openPostgres({ url: database.url, log: silentLog, max: 2 }))
  }
  cluster = resources.use(
    await startCluster({
      DM_DATABASE_URL: urls.dm,
      TIER: 'test',
      CONFIG_KEYS: newKeyText(),
      KICK_API_URL: kick.url,
      KICK_ID_URL: kick.url,
      KICK_REQUESTS_PER_SECOND: '50',
      POLL_INTERVAL_SECONDS: '2',
    }),
  )
  const { clientId, clientSecret } = kick.credentials
  const app = { KICK_CLIENT_ID: clientId, KICK_CLIENT_SECRET: clientSecret }
  const north = { ENVIRONMENT: 'north', DATABASE_URL: urls.north, ...app }
  const south = { ENVIRONMENT: 'south', DATABASE_URL: urls.south, WORKERS: 'environment-jobs' }
  nodes.tier = await cluster.start('tier', { ...north, WORKERS: 'poller,jobs', ...bucketVariables() })
  kick.webhooks.url = `${nodes.tier.url}/webhooks/kick`
  const seen = numbers.map((id) => ({ platformUserId: `${id}`, slug: `streamer-${id}`, observedAt: new Date() }))
  const upserted = await upsertChannels(databases.dm, 'kick', seen, { log: silentLog })
  channels = new Map([...upserted].map(([user, { id }]) => [user, id]))
  await schedule(databases.dm, [...channels.values()])
  for (const [name, env] of [
    ['north', north],
    ['south', south],
  ] as const)
    nodes[name] = await cluster.start(name, env)
  for (const node of Object.values(nodes)) await eventually(`${node.name} is ready`, () => isReady(node.url))
  for (const name of environments) {
    const client = resources.use(await connectLive(`${nodes[name].url.replace('http', 'ws')}/graphql`))
    client.subscribe('1', 'subscription { channelStatus { __typename ... on StatusChange { channel { slug } } } }')
    clients[name] = client
  }
}, 240_000)
afterAll(() => resources.disposeAsync())

const bucketKey = { accessKeyId: 'AKTIER', secretAccessKey: 'of-the-bucket-of-the-tier' }
const bucketVariables = () => ({
  S3_URL: bucket.url,
  S3_ACCESS_KEY_ID: bucketKey.accessKeyId,
  S3_SECRET_ACCESS_KEY: bucketKey.secretAccessKey,
})

/** What is in the database of an environment, but for its ledger and its queue. */
const contentOf = async (name: 'north' | 'south') => {
  const tables = ['streamers', 'streamer_channel_link', 'link_tickets', 'configuration', 'api_keys', 'audit_log']
  const found = await Promise.all(
    tables.map((table) => rows(databases[name], `SELECT * FROM public.${table} ORDER BY 1`)),
  )
  return Object.fromEntries(tables.map((table, n) => [table, found[n]]))
}

const streamers = {} as Record<'north' | 'south', string>

const counted = namedQuery({
  name: 'test_tier_counted',
  // Each table is read once: rows that come between two readings would count in one of them.
  sql: `SELECT * FROM
    (SELECT toUInt32(count()) AS probes,
       toUInt32(uniqExactIf((platform_user_id, ts, elapsed_seconds), env = 'test')) AS differentProbes FROM kick_streamer_probe) AS p,
    (SELECT toUInt32(countIf(repeat_of = '')) AS deliveries,
       toUInt32(uniqExactIf(message_id, env = 'test')) AS differentDeliveries FROM webhook_inbox) AS d,
    (SELECT toUInt32(count()) AS scores,
       toUInt32(uniqExactIf((platform_user_id, computed_at), env = 'test')) AS differentScores FROM streamer_trust_score_history) AS s`,
  row: {
    probes: number,
    differentProbes: number,
    deliveries: number,
    differentDeliveries: number,
    scores: number,
    differentScores: number,
  },
})

test('an environment that would do the work of the tier as well is refused in one line', async () => {
  await using second = cluster.spawn('second', {
    ENVIRONMENT: 'south',
    DATABASE_URL: databases.south.pool.options.connectionString!,
    WORKERS: 'jobs',
  })
  expect(await second.ended).toEqual({ code: 1, signal: null })
  expect(second.stderr()).toBe(
    'WORKERS: the environment north does the work of this tier: give the nodes of south WORKERS=environment-jobs or none, or stop those of north for two minutes.\n',
  )
})

test('a node of another TIER is refused with the one to set', async () => {
  await using second = cluster.spawn('second', {
    ENVIRONMENT: 'south',
    TIER: 'south',
    DATABASE_URL: databases.south.pool.options.connectionString!,
    WORKERS: '',
  })
  expect(await second.ended).toEqual({ code: 1, signal: null })
  expect(second.stderr()).toBe(
    'TIER is south, but this database belongs to the tier test: set TIER=test. Where it is not set, it is ENVIRONMENT.\n',
  )
})

/** The channel of the next change; what there was before comes first. */
const nextChange = async (client: LiveClient): Promise<unknown> => {
  for (;;) {
    const { __typename, channel } = (await client.data()).data.channelStatus
    if (__typename === 'StatusChange') return channel
  }
}

test('what happens is observed once, and told to the subscribers of both', async () => {
  world.goLive(1)
  for (const name of environments) expect(await nextChange(clients[name])).toEqual({ slug: 'streamer-1' })
  await eventually('deliveries come', async () => {
    kick.webhooks.advance()
    return (await rows(databases.dm, 'SELECT 1 FROM dm.webhook_message_ids')).length > 0
  })
  const seen = await eventually('all of it is in ClickHouse', async () => {
    const [found] = await cluster.clickHouse.query(counted, {})
    return found!.probes > 0 && found!.deliveries > 0 && found
  })
  expect(seen.differentProbes).toBe(seen.probes)
  expect(seen.differentDeliveries).toBe(seen.deliveries)
})

test('claims, settings and keys of one are not seen in the other', async () => {
  for (const name of environments) {
    const { createStreamer } = await asAdmin(
      nodes[name],
      `mutation { createStreamer(name: "Streamer of ${name}") { ... on CreateStreamerSuccess { streamer { id } } } }`,
    )
    streamers[name] = createStreamer.streamer.id
    await asAdmin(
      nodes[name],
      'mutation ($channel: ID!, $streamer: ID!) { claimChannel(channel: $channel, streamer: $streamer) { __typename } }',
      {
        channel: String(channels.get('1')),
        streamer: streamers[name],
      },
    )
  }
  await asAdmin(
    nodes.north,
    'mutation { setConfiguration(category: SYSTEM, key: "of.the.north", value: "cold") { __typename } }',
  )
  const { createApiKey } = await asAdmin(
    nodes.north,
    'mutation { createApiKey(name: "north", role: OPERATOR) { ... on CreateApiKeySuccess { secret } } }',
  )
  expect((await ask(nodes.north.url, '{ me { role } }', {}, createApiKey.secret)).data.me.role).toBe('OPERATOR')
  expect((await ask(nodes.south.url, '{ me { role } }', {}, createApiKey.secret)).errors).toBeDefined()
  for (const name of environments) {
    expect(await rows(databases[name], 'SELECT name FROM public.streamers')).toEqual([{ name: `Streamer of ${name}` }])
    expect(await rows(databases[name], 'SELECT key FROM public.configuration')).toEqual(
      name === 'north' ? [{ key: 'of.the.north' }] : [],
    )
  }
})

const runJob = (node: ClusterNode, name: string) =>
  ask(
    node.url,
    'mutation ($name: String!) { runJob(name: $name) { __typename ... on RunJobSuccess { hasEnded } ... on JobFailed { message } } }',
    { name },
    clusterKeys.ADMIN_KEY,
  )
const done = { data: { runJob: { __typename: 'RunJobSuccess', hasEnded: true } } }

test('the tier scores and archives once, and each environment has a leaderboard of its own', async () => {
  const arrivedAt = new Date(Math.floor(Date.now() / hour) * hour - 3 * hour)
  const lines = ['a', 'b', 'c'].map((id) =>
    chatRow({ id, channel: Number(channels.get('1')), by: '9', sentAt: arrivedAt, arrivedAt }),
  )
  await insertRows(cluster.clickHouse, chatFormat, lines, arrivedColumns)
  expect(await runJob(nodes.south, 'trust-scores')).toMatchObject({
    errors: [{ message: 'The job trust-scores is work of the tier, which the environment north does: run it there.' }],
  })
  const answer = await fetch(`${nodes.south.url}${commandPath}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${clusterKeys.ADMIN_KEY}` },
    body: JSON.stringify({ command: 'job', args: ['trust-scores'] }),
  })
  expect(await answer.json()).toEqual({
    ok: false,
    error: 'The job trust-scores is work of the tier, which the environment north does: run it there.',
  })
  for (const job of ['trust-scores', 'chat-export']) expect(await runJob(nodes.tier, job)).toMatchObject(done)
  expect(await runJob(nodes.south, 'trust-leaderboard')).toMatchObject(done)
  const scores = (db: Postgres, table: string) =>
    rows(db, `SELECT channel_id, score, algorithm, factors FROM ${table} ORDER BY 1`)
  const ofTier = await scores(databases.dm, 'dm.channel_trust_score')
  expect(ofTier).toHaveLength(1)
  for (const name of environments) expect(await scores(databases[name], 'public.streamer_trust_scores')).toEqual(ofTier)
  const history = await eventually('the scores are in ClickHouse', async () => {
    const [found] = await cluster.clickHouse.query(counted, {})
    return found!.scores > 0 && found
  })
  expect(history.differentScores).toBe(history.scores)
  expect(
    await rows(
      databases.dm,
      'SELECT env, sum(rows_exported)::integer AS rows FROM dm.chat_archive_log WHERE rows_exported > 0 GROUP BY env',
    ),
  ).toEqual([{ env: 'test', rows: 3 }])
})

test('jobs are queued where they belong', async () => {
  const queues = (db: Postgres, schema: string) =>
    rows(db, `SELECT name FROM ${schema}.queue WHERE name NOT LIKE '\\_\\_pgboss%' ORDER BY 1`)
  const own = [{ name: 'alert-retention' }, { name: 'deleted-channels' }, { name: 'trust-leaderboard' }]
  for (const name of environments) {
    expect(await queues(databases[name], 'public_jobs')).toEqual(own)
    expect(await rows(databases[name], `SELECT to_regnamespace('dm_jobs') AS other`)).toEqual([{ other: null }])
  }
  expect(await queues(databases.dm, 'dm_jobs')).toHaveLength(11)
  for (const db of Object.values(databases))
    expect(await rows(db, `SELECT to_regnamespace('pgboss') AS before`)).toEqual([{ before: null }])
})

test('a backup by one node has the rows on the disks of all', async () => {
  await using folder = await sharedDirectory('tier-backup')
  const command = async (args: readonly string[], env: Record<string, string>) => {
    await using program = runProgram({ args, env: { ...bucketVariables(), ...clusterKeys, ...env } })
    expect(await program.ended, program.stderr()).toEqual({ code: 0, signal: null })
  }
  await command(['backup', 's3://bucket/backups'], { DATA_DIR: cluster.dataDirOf('tier') })
  const spools = [...bucket.objects.keys()].filter((key) => key.endsWith('.sqlite'))
  expect(spools).toHaveLength(3)
  await command(['restore', 's3://bucket/backups', '--check'], { DATA_DIR: path.join(folder.path, 'none') })
})

test('deleting a streamer in one touches nothing of the other', async () => {
  const before = await contentOf('north')
  const channel = () =>
    rows(databases.dm, `SELECT id, slug_observed_at FROM dm.streamer_channel WHERE id = ${channels.get('1')}`)
  expect(await channel()).toHaveLength(1)
  const { deleteStreamer } = await asAdmin(
    nodes.south,
    'mutation ($id: ID!) { deleteStreamer(id: $id) { __typename } }',
    {
      id: streamers.south,
    },
  )
  expect(deleteStreamer).toEqual({ __typename: 'DeleteStreamerSuccess' })
  expect(await rows(databases.south, 'SELECT * FROM public.streamer_channel_link')).toEqual([])
  expect(await contentOf('north')).toEqual(before)
  expect(await channel()).toHaveLength(1)
})

test('a channel that one deletes is gone from both when its erasure has finished', async () => {
  const channel = String(channels.get('1'))
  const { deleteChannel } = await asAdmin(
    nodes.south,
    'mutation ($channel: ID!) { deleteChannel(channel: $channel, confirm: "streamer-1") { __typename } }',
    { channel },
  )
  expect(deleteChannel).toEqual({ __typename: 'DeleteChannelSuccess' })
  await eventually(
    'the erasure has finished',
    async () => (await rows(databases.dm, 'SELECT 1 FROM dm.erasure WHERE finished_at IS NULL')).length === 0,
    60_000,
  )
  expect(await rows(databases.dm, 'SELECT channel_id::text, cleaned_in FROM dm.deleted_channel')).toEqual([
    { channel_id: channel, cleaned_in: expect.arrayContaining(['north', 'south']) },
  ])
  for (const name of environments)
    for (const table of ['streamer_channel_link', 'streamer_trust_scores'])
      expect(await rows(databases[name], `SELECT 1 FROM public.${table} WHERE channel_id = ${channel}`)).toEqual([])
  expect(await rows(databases.north, 'SELECT name FROM public.streamers')).toEqual([{ name: 'Streamer of north' }])
})

test('no secret was said aloud', () => {
  expect(secretsSaid()).toEqual([])
})
