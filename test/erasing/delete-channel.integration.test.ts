import { afterAll, beforeAll, expect, test } from 'vitest'
import { archivesBetween } from '../../src/archive/archive-log.ts'
import { verifyArchive } from '../../src/archive/verify-archive.ts'
import { channelIdByPlatformUserId } from '../../src/channels/channel-lookup.ts'
import { updateChannels, upsertChangedChannels, upsertChannel } from '../../src/channels/upsert.ts'
import { cleanEnvironment, cleanEnvironmentAgain, environmentsToClean } from '../../src/erasing/clean-environment.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readJournalState } from '../../src/live/journal.ts'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import { chatFormat } from '../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { tellEnvironment } from '../../src/stores/postgres/environments.ts'
import {
  arrivedColumns,
  author,
  chatRow,
  clickHouseText,
  type ErasingFixture,
  inboxRow,
  insertRows,
  openErasingFixture,
} from '../support/erasing/erasing-fixture.ts'
import { chatBody, followBody } from '../support/platforms/kick-bodies.ts'
import { insertProbes } from '../support/stores/clickhouse.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { tableRows } from '../support/stores/table-rows.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'

const hour = 3_600_000
const now = Math.floor(Date.now() / hour) * hour
const user = '888000888'
const log = silentLog
const always = { from: new Date(0), to: new Date('2200-01-01') }
let fixture: ErasingFixture
let channel: bigint
let other: bigint

const fill = statement(
  'test_fill',
  `WITH follow AS (INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at) VALUES ($1, '903', now())),
   calls AS (INSERT INTO dm.scrape_log (platform, endpoint, requested_at, duration_ms, error) VALUES
     ('kick', '/channels?slug=canary-slug', now(), 1, NULL), ('kick', '/channels?slug=else', now(), 1, NULL)),
   audit AS (INSERT INTO dm.audit_log (id, role, action, target, after, request_id)
     VALUES ('01KA0000000000000000000001', 'ADMIN', 'channel.track', 'channel:' || $1::text, '{"slug": "canary-slug"}', 'x'))
   SELECT 1`,
)
const fillEnvironment = statement(
  'test_fill_environment',
  `WITH streamer AS (INSERT INTO public.streamers (id, name) VALUES (1, 'Ada'))
   INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm) VALUES ($1, 1, 'test'), ($2, 1, 'test')`,
)
const ban = statement(
  'test_ban',
  'INSERT INTO dm.channel_ban (channel_id, observed_from, observed_until) SELECT unnest($1::bigint[]), $2, $3',
)
const claim = statement(
  'test_claim',
  'INSERT INTO public.streamer_channel_link (streamer_id, channel_id) VALUES (1, $1), (1, $2)',
)

beforeAll(async () => {
  fixture = await openErasingFixture()
  const { db, store } = fixture
  channel = await subscribedChannel(db, Number(user))
  other = await subscribedChannel(db, 501)
  for (const [slug, ago] of [
    ['canary-old', 3],
    ['canary-slug', 2],
  ] as const)
    await upsertChannel(
      db,
      'kick',
      { platformUserId: user, slug, displayName: 'Canary Channel', observedAt: new Date(now - ago * hour) },
      { log },
    )
  await db.query(fill, [channel])
  await db.query(fillEnvironment, [channel, other])
  await db.query(claim, [channel, other])
  await db.query(ban, [[channel, other], new Date(now - 2 * hour), new Date(now - hour)])
  for (const channelId of [other, channel])
    await db.transaction((tx) =>
      applyStatus(tx, [
        {
          kind: 'live',
          channelId,
          at: new Date(now),
          receivedAt: new Date(now),
          evidence: { kind: 'silence', since: null },
          source: 'poll',
          startedAt: new Date(now - hour),
          details: { title: 'A title' },
        },
      ]),
    )
  const at = new Date(now - 4 * hour)
  const lines = [channel, other].flatMap((id) =>
    Array.from({ length: 20 }, (_, index) =>
      chatRow({
        id: `c${id}-${index}`,
        channel: Number(id),
        by: '903',
        words: id === channel ? 'canary words' : 'kept',
        sentAt: at,
        arrivedAt: at,
      }),
    ),
  )
  await insertRows(store, chatFormat, lines, arrivedColumns)
  await insertRows(store, inboxFormat, [
    inboxRow('chat.message.sent', chatBody(Number(user), 'a'), at),
    inboxRow('chat.message.sent', chatBody(Number(user), 'a'), at, 'the one before'),
    inboxRow('channel.followed', followBody(501, 903), at),
    // It said something in another channel: that is chat of the other channel, and stays.
    inboxRow(
      'chat.message.sent',
      { ...chatBody(501, 'b'), sender: { user_id: Number(user), username: 'Visitor' } },
      at,
    ),
  ])
  await insertProbes(store, [
    { channel: user, at: now / 1000 },
    { channel: '501', at: now / 1000 },
  ])
  await fixture.archive()
})
afterAll(() => fixture[Symbol.asyncDispose]())

test('a channel is deleted only by its name', async () => {
  await using erasing = fixture.start()
  expect(await erasing.deleteChannel(author, { channelId: channel, confirm: 'else' })).toEqual({
    kind: 'not-confirmed',
  })
  expect(await erasing.deleteChannel(author, { channelId: 4_711n, confirm: user })).toEqual({ kind: 'no-channel' })
  expect(await channelIdByPlatformUserId(fixture.db, 'kick', user)).toBe(channel)
})

test('a channel goes with everything that is kept of it, and the others keep theirs', async () => {
  const { db, store, objects } = fixture
  const before = {
    clickHouse: await clickHouseText(store),
    dm: await tableRows(db, 'dm'),
    public: await tableRows(db, 'public'),
  }
  const head = (await readJournalState(db.query)).head
  await using erasing = fixture.start()
  const deletion = await erasing.deleteChannel(author, { channelId: channel, confirm: ' Canary-Slug ' })
  if (deletion.kind !== 'deleted') throw new Error(deletion.kind)
  expect(await channelIdByPlatformUserId(db, 'kick', user)).toBeNull()
  // What its subscribers have seen last is not ahead of the journal.
  expect((await readJournalState(db.query)).head).toBe(head)

  // A poll and a delivery that were under way bring nothing back.
  const seen = { platformUserId: user, slug: 'canary-slug', displayName: 'Canary Channel', observedAt: new Date(now) }
  await upsertChangedChannels(db, 'kick', [seen], { log })
  await updateChannels(db, 'kick', [seen], { log })
  expect(await channelIdByPlatformUserId(db, 'kick', user)).toBeNull()

  const { id } = deletion
  // No server is there to end what the platform has promised.
  const waiting = await erasing.settled(id, 1_000)
  expect(waiting.finishedAt).toBeNull()
  await erasing[Symbol.asyncDispose]()
  await using server = (await import('../../src/erasing/erasing.ts')).startErasing({
    ...fixture.options,
    platforms: new Map(),
  })
  await db.pool.query('UPDATE dm.erasure SET leased_until = NULL')
  expect((await server.settled(id, 60_000)).finishedAt).not.toBeNull()

  const isOurs = (row: string) => !/canary|888000888/i.test(row) || row.includes('Visitor')
  for (const [table, text] of await clickHouseText(store))
    expect([table, text]).toEqual([table, before.clickHouse.get(table)!.split('\n').filter(isOurs).join('\n')])
  const after = { dm: await tableRows(db, 'dm'), public: await tableRows(db, 'public') }
  expect(JSON.stringify(after)).not.toMatch(/canary|888000888/i)
  const { rows: scores } = await db.pool.query('SELECT channel_id::int FROM public.streamer_trust_scores')
  const { rows: claims } = await db.pool.query('SELECT channel_id::int FROM public.streamer_channel_link')
  expect([scores, claims]).toEqual([[{ channel_id: Number(other) }], [{ channel_id: Number(other) }]])
  for (const table of [
    'stream_session',
    'streamer_channel_slug_history',
    'channel_ban',
    'kick_follow_event',
    'event_subscription',
    'streamer_channel',
  ])
    expect([table, after.dm[table]]).toEqual([table, before.dm[table]!.filter((row) => !isOfChannel(table, row))])

  const archives = await archivesBetween(db, 'test', always, 10)
  expect(archives.map(({ manifest }) => manifest.rows)).toEqual([20])
  for (const archive of archives)
    expect((await verifyArchive({ clickHouse: store, objects }, 'test', archive)).problems).toEqual([])

  const { rows: audit } = await db.pool.query('SELECT action, target, after FROM dm.audit_log ORDER BY recorded_at, id')
  const target = `channel:${channel}`
  expect(audit).toEqual([
    { action: 'channel.track', target, after: { erased: true } },
    { action: 'channel.delete', target, after: { erasure: id } },
    { action: 'erasure.finish', target, after: { erasure: id, messages: '20', follows: '0' } },
  ])
  // Tracked again it is another channel.
  const again = await upsertChannel(db, 'kick', seen, { log })
  expect(again).toMatchObject({ created: true })
  expect(again.id).not.toBe(channel)
})

const isOfChannel = (table: string, row: string): boolean => {
  const columns = row.slice(1, -1).split(',')
  if (table === 'streamer_channel' || table === 'streamer_channel_slug_history') return columns[0] === String(channel)
  return columns[1] === String(channel)
}

test('an environment that was away removes what it has of a deleted channel when it is back, and nothing else', async () => {
  const { db } = fixture
  await using elsewhere = await createTestDatabase()
  const environment = { name: 'elsewhere' }
  const databases = { dm: db, public: elsewhere.db }
  await elsewhere.db.pool.query(
    'ALTER TABLE public.streamer_channel_link DROP CONSTRAINT IF EXISTS streamer_channel_link_channel_fkey',
  )
  const fillElsewhere = async () => {
    await elsewhere.db.pool.query(`INSERT INTO public.streamers (id, name) VALUES (7, 'Bo') ON CONFLICT DO NOTHING`)
    for (const id of [channel, other]) {
      await elsewhere.db.pool.query(
        `INSERT INTO public.streamer_channel_link (streamer_id, channel_id) VALUES (7, $1) ON CONFLICT DO NOTHING`,
        [id],
      )
      await elsewhere.db.pool.query(
        `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm) VALUES ($1, 1, 'test') ON CONFLICT DO NOTHING`,
        [id],
      )
      await elsewhere.db.pool.query(
        `INSERT INTO public.alert (happening, kind, channel_id, happened_at, recorded_at, message) VALUES ('t', 'ended', $1, now(), now(), '{}')`,
        [id],
      )
      await elsewhere.db.pool.query(
        `INSERT INTO public.happening (kind, channel_id, happened_at) VALUES ('claim-lost', $1, now())`,
        [id],
      )
    }
  }
  const left = async () =>
    (
      await elsewhere.db.pool.query(`SELECT channel_id::text AS id FROM public.streamer_channel_link
        UNION ALL SELECT channel_id::text FROM public.streamer_trust_scores
        UNION ALL SELECT DISTINCT channel_id::text FROM public.alert
        UNION ALL SELECT DISTINCT channel_id::text FROM public.happening`)
    ).rows.map(({ id }) => id)
  await fillElsewhere()
  expect(await environmentsToClean(db, channel)).toEqual([])
  await tellEnvironment(db, environment)
  expect(await environmentsToClean(db, channel)).toEqual(['elsewhere'])
  expect(await cleanEnvironment(databases, environment)).toBe(1)
  expect(await left()).toEqual(Array(4).fill(String(other)))
  expect(await environmentsToClean(db, channel)).toEqual([])
  expect(await cleanEnvironment(databases, environment)).toBe(0)

  // Who looked at the channel before it was deleted wrote of it afterwards.
  await fillElsewhere()
  expect(await cleanEnvironmentAgain(databases, new AbortController().signal)).toBe(1)
  expect(await left()).toEqual(Array(4).fill(String(other)))
})
