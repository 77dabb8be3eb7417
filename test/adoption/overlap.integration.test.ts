import { afterAll, beforeAll, expect, test } from 'vitest'
import { summarizeFindings, writeFindings } from '../../src/adoption/bookkeeping.ts'
import { readParity } from '../../src/adoption/parity.ts'
import { repairStep } from '../../src/adoption/phase-a/repair.ts'
import { channelIdByPlatformUserId, kickUserIdToChannelId } from '../../src/channels/channel-lookup.ts'
import { setMonitoring } from '../../src/channels/schedule.ts'
import { upsertChannel } from '../../src/channels/upsert.ts'
import { claimChannel, releaseClaim } from '../../src/claims/claim-channel.ts'
import { silentLog } from '../../src/lib/log.ts'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import { createLegacySystem, type LegacySystem } from '../support/adoption/legacy-system.ts'
import { makeAwkward } from '../support/legacy/awkward.ts'

const author = { identity: { role: 'ADMIN' as const, name: 'test', subject: 'test' }, requestId: 'request' }
const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000)

let system: LegacySystem
let streamers: number[]

beforeAll(async () => {
  system = await createLegacySystem(makeAwkward({ at: new Date() }).rows)
  await system.run('phase-a')
  const made = await system.rows<{ id: number }>(
    `INSERT INTO public.streamers (name) VALUES ('one'), ('two'), ('three') RETURNING id`,
  )
  streamers = made.map(({ id }) => id)
})
afterAll(() => system[Symbol.asyncDispose]())

const channelOf = async (user: string): Promise<bigint> => (await kickUserIdToChannelId(system.db, user))!
const notInStep = () => system.rows(`SELECT * FROM adoption.finding WHERE kind = 'not-in-step'`)

test('Phase A leaves nothing that differs', async () => {
  const { isClean, tables, withoutChannel, lastWrites } = await readParity(system.db)
  expect(tables.filter(({ differences }) => differences > 0)).toEqual([])
  expect(withoutChannel.filter(({ rows }) => rows > 0)).toEqual([])
  expect({ isClean, lastWrites }).toEqual({ isClean: true, lastWrites: [] })
})

test('a claim that an old writer makes, verifies and removes is a claim here', async () => {
  await system.rows(
    `INSERT INTO public.streamer_channels (streamer_id, kick_user_id, channel_name, kick_display_name, kick_synced_at)
     VALUES ($1, '81000001', 'Old_Writer', 'Old Writer', now())`,
    [streamers[0]],
  )
  const id = await channelOf('81000001')
  const stored = () =>
    system.rows('SELECT current_slug AS slug, display_name AS name FROM dm.streamer_channel WHERE id = $1', [id])
  const links = () =>
    system.rows('SELECT streamer_id, verified FROM public.streamer_channel_link WHERE channel_id = $1', [id])
  expect(await stored()).toEqual([{ slug: 'old_writer', name: 'Old Writer' }])
  expect(await links()).toEqual([{ streamer_id: streamers[0], verified: false }])
  await system.rows(
    `UPDATE public.streamer_channels SET verified = true, channel_name = 'Renamed_There', kick_synced_at = clock_timestamp() WHERE kick_user_id = '81000001'`,
  )
  expect(await stored()).toEqual([{ slug: 'renamed_there', name: 'Old Writer' }])
  expect(await links()).toEqual([{ streamer_id: streamers[0], verified: true }])
  await system.rows(`DELETE FROM public.streamer_channels WHERE kick_user_id = '81000001'`)
  expect(await links()).toEqual([])
  expect(await stored()).toHaveLength(1)
})

test('what Channelscope learns and claims is in the old table', async () => {
  await upsertChannel(
    system.db,
    'kick',
    { platformUserId: '81000002', slug: 'ours', observedAt: ago(5) },
    { log: silentLog },
  )
  const id = await channelOf('81000002')
  await claimChannel(system.db, author, { streamerId: streamers[1]!, channelId: id })
  await upsertChannel(
    system.db,
    'kick',
    { platformUserId: '81000002', slug: 'ours_renamed', displayName: 'Ours', observedAt: ago(1) },
    { log: silentLog },
  )
  const old = () =>
    system.rows(
      `SELECT streamer_id, channel_name, kick_display_name, kick_user_id, verified FROM public.streamer_channels WHERE kick_user_id = '81000002'`,
    )
  expect(await old()).toEqual([
    {
      streamer_id: streamers[1],
      channel_name: 'ours_renamed',
      kick_display_name: 'Ours',
      kick_user_id: '81000002',
      verified: false,
    },
  ])
  await releaseClaim(system.db, author, { streamerId: streamers[1]!, channelId: id })
  expect(await old()).toEqual([])
})

test('of a channel with two rows the older one is never taken for newer, once Channelscope has written to both', async () => {
  await system.rows(
    `INSERT INTO public.streamer_channels (streamer_id, kick_user_id, channel_name, kick_avatar_url, kick_synced_at)
     VALUES ($1, '81000020', 'newer_name', 'https://new', $3), ($2, '81000020', 'older_name', 'https://old', $4)`,
    [streamers[0], streamers[1], ago(10), ago(20)],
  )
  await upsertChannel(
    system.db,
    'kick',
    { platformUserId: '81000020', followerCount: 5, observedAt: ago(1) },
    { log: silentLog },
  )
  await system.rows(
    `UPDATE public.streamer_channels SET verified = true WHERE kick_user_id = '81000020' AND streamer_id = $1`,
    [streamers[1]],
  )
  expect(
    await system.rows(
      'SELECT current_slug AS slug, avatar_url AS avatar, follower_count AS followers FROM dm.streamer_channel WHERE id = $1',
      [await channelOf('81000020')],
    ),
  ).toEqual([{ slug: 'newer_name', avatar: 'https://new', followers: 5 }])
})

test('a session of an old writer begins and ends here, and a newer one ends it', async () => {
  const started = ago(100)
  await system.rows(
    `INSERT INTO public.kick_stream_sessions (kick_user_id, channel_name, stream_started_at, title) VALUES ('81000003', 'streams', $1, 'one')
     ON CONFLICT (kick_user_id, stream_started_at) DO UPDATE SET last_probe_at = now()`,
    [started],
  )
  const sessions = async () =>
    system.rows(
      `SELECT s.title, s.ended_at IS NULL AS open, s.peak_viewers AS peak, s.provenance FROM dm.stream_session s WHERE channel_id = $1 ORDER BY started_at`,
      [await channelOf('81000003')],
    )
  expect(await sessions()).toEqual([{ title: 'one', open: true, peak: null, provenance: 'legacy' }])
  await system.rows(
    `UPDATE public.kick_stream_sessions SET stream_ended_at = $1, peak_viewers = 40, avg_viewers = 20.5 WHERE kick_user_id = '81000003'`,
    [ago(50)],
  )
  expect(await sessions()).toEqual([{ title: 'one', open: false, peak: 40, provenance: 'legacy' }])
  await system.rows(
    `INSERT INTO public.kick_stream_sessions (kick_user_id, stream_started_at, title) VALUES ('81000003', $1, 'two'), ('81000003', $2, 'three')`,
    [ago(40), ago(20)],
  )
  expect(await sessions()).toMatchObject([
    { open: false },
    { title: 'two', open: false },
    { title: 'three', open: true },
  ])
  await system.rows(`DELETE FROM public.kick_stream_sessions WHERE kick_user_id = '81000003' AND title = 'two'`)
  expect(await sessions()).toMatchObject([{ title: 'one' }, { title: 'three', open: true }])
})

test('a column that only one side has changed is told with both values, and with the reason where there is one', async () => {
  const sessions = async () => {
    const { isClean, tables } = await readParity(system.db)
    const { differences, explained, examples } = tables.find(({ source }) => source === 'public.kick_stream_sessions')!
    return { isClean, differences, explained, examples: examples.filter((one) => one.startsWith('81000003 ')) }
  }
  // As where a trigger gave up.
  const behindTriggers = (sql: string) => system.rows(`SET LOCAL adoption.syncing = 'on'; ${sql}`)
  await behindTriggers(
    `UPDATE public.kick_stream_sessions SET title = 'other' WHERE kick_user_id = '81000003' AND title = 'one'`,
  )
  expect(await sessions()).toEqual({
    isClean: false,
    differences: 1,
    explained: 0,
    examples: [expect.stringMatching(/^81000003 \S+ has title "other" there, "one" here$/)],
  })
  await system.run('phase-a', [repairStep])
  expect(await sessions()).toEqual({ isClean: true, differences: 0, explained: 0, examples: [] })
  await behindTriggers(
    `UPDATE dm.stream_session SET title = 'newer', details_observed_at = now() WHERE title = 'other' AND provenance = 'legacy'`,
  )
  expect(await sessions()).toEqual({
    isClean: true,
    differences: 0,
    explained: 1,
    examples: [expect.stringMatching(/has title "other" there, "newer" here: this program observed it later$/)],
  })
})

test('a session that Channelscope observes is in the old table', async () => {
  const startedAt = ago(30)
  await upsertChannel(
    system.db,
    'kick',
    { platformUserId: '81000004', slug: 'seen_here', observedAt: ago(30) },
    { log: silentLog },
  )
  const channelId = await channelOf('81000004')
  await system.db.transaction((tx) =>
    applyStatus(tx, [
      {
        kind: 'live',
        channelId,
        at: ago(29),
        startedAt,
        source: 'webhook',
        receivedAt: ago(29),
        reportedAt: ago(29),
        details: { title: 'here' },
        evidence: { kind: 'answer', endpoint: 'test' },
      } as never,
    ]),
  )
  const old = () =>
    system.rows(
      `SELECT title, stream_ended_at IS NULL AS open FROM public.kick_stream_sessions WHERE kick_user_id = '81000004'`,
    )
  expect(await old()).toEqual([{ title: 'here', open: true }])
  await system.db.transaction((tx) =>
    applyStatus(tx, [
      {
        kind: 'ended',
        details: {},
        channelId,
        at: ago(1),
        startedAt,
        endedAt: ago(2),
        source: 'webhook',
        receivedAt: ago(1),
        evidence: { kind: 'answer', endpoint: 'test' },
      } as never,
    ]),
  )
  expect(await old()).toEqual([{ title: 'here', open: false }])
})

test('a session of before that ends here keeps the peak that was counted there', async () => {
  await system.rows(
    `INSERT INTO public.kick_stream_sessions (kick_user_id, stream_started_at, peak_viewers) VALUES ('81000021', $1, 70)`,
    [ago(30)],
  )
  const ended = await system.rows(
    `UPDATE dm.stream_session SET ended_at = now(), end_source = 'poll' WHERE channel_id = $1 RETURNING channel_id`,
    [await channelOf('81000021')],
  )
  expect(ended).toHaveLength(1)
  expect(
    await system.rows('SELECT peak_viewers AS peak FROM dm.stream_session WHERE channel_id = $1', [
      await channelOf('81000021'),
    ]),
  ).toEqual([{ peak: 70 }])
})

test('both systems poll whom either of them tracks', async () => {
  await system.rows(`INSERT INTO public.kick_streamer_probe_schedule (kick_user_id) VALUES ('81000005')`)
  const id = await channelOf('81000005')
  const active = async () =>
    (await system.rows<{ active: boolean }>('SELECT active FROM dm.probe_schedule WHERE channel_id = $1', [id]))[0]
      ?.active
  const old = async () =>
    (await system.rows(`SELECT 1 FROM public.kick_streamer_probe_schedule WHERE kick_user_id = '81000005'`)).length
  expect(await active()).toBe(true)
  await system.db.transaction((tx) => setMonitoring(tx, id, false))
  expect(await old()).toBe(0)
  await system.db.transaction((tx) => setMonitoring(tx, id, true))
  expect(await old()).toBe(1)
  await system.rows(`DELETE FROM public.kick_streamer_probe_schedule WHERE kick_user_id = '81000005'`)
  expect(await active()).toBe(false)
})

test('a subscription, a call, an export and a delivery of before are here', async () => {
  await system.rows(
    `INSERT INTO public.kick_event_subscriptions (kick_user_id, event_type, subscription_id) VALUES ('81000006', 'channel.followed', 'sub-1')`,
  )
  await system.rows(
    `INSERT INTO scrape.kick_raw (kick_user_id, url, status) VALUES ('81000006', 'https://kick.com/api/x?token=secret', 500)`,
  )
  await system.rows(
    `INSERT INTO public.kick_chat_s3_archive_log (rows_exported, files_written, success) VALUES (5, 1, true)`,
  )
  await system.rows(
    `INSERT INTO webhooks.incoming (source, message_id, payload, verified, processed) VALUES ('kick', 'm-1', '{"broadcaster": {"user_id": 81000007}}', true, false)`,
  )
  const id = await channelOf('81000006')
  expect(
    await system.rows(
      'SELECT event, platform_subscription_id AS sub, status FROM dm.event_subscription WHERE channel_id = $1',
      [id],
    ),
  ).toEqual([{ event: 'channel.followed', sub: 'sub-1', status: 'active' }])
  expect(await system.rows('SELECT endpoint, error FROM dm.scrape_log WHERE channel_id = $1', [id])).toEqual([
    { endpoint: 'https://kick.com/api/x', error: 'HTTP 500' },
  ])
  expect(await channelOf('81000007')).not.toBeNull()
  const known = () => system.rows(`SELECT 1 FROM dm.webhook_message_ids WHERE message_id = 'm-1'`)
  expect(await known()).toHaveLength(0)
  await system.rows(`UPDATE webhooks.incoming SET processed = true WHERE message_id = 'm-1'`)
  expect(await known()).toHaveLength(1)
})

test('both systems write scores into one table', async () => {
  const old = (user: string, score: number) =>
    system.rows(
      `INSERT INTO public.streamer_trust_scores (platform, platform_user_id, score, factors, computed_at) VALUES ('kick', $1, $2, '{"age": 0.5}', now())
       ON CONFLICT (platform, platform_user_id) DO UPDATE SET score = EXCLUDED.score, factors = EXCLUDED.factors, computed_at = EXCLUDED.computed_at`,
      [user, score],
    )
  const ours = (channelId: bigint, score: number) =>
    system.rows(
      `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, factors, computed_at) VALUES ($1, $2, 'v9', '[]', now())
       ON CONFLICT (channel_id) DO UPDATE SET score = EXCLUDED.score, algorithm = EXCLUDED.algorithm, factors = EXCLUDED.factors`,
      [channelId, score],
    )
  await old('81000008', 61.25)
  const id = await channelOf('81000008')
  const stored = () =>
    system.rows(
      `SELECT platform_user_id AS user, score, algorithm, jsonb_array_length(factors) AS factors FROM public.streamer_trust_scores WHERE channel_id = $1`,
      [id],
    )
  expect(await stored()).toEqual([{ user: '81000008', score: 61.25, algorithm: 'legacy', factors: 1 }])
  await ours(id, 70)
  expect(await stored()).toEqual([{ user: '81000008', score: 70, algorithm: 'v9', factors: 0 }])
  await old('81000008', 50)
  expect(await stored()).toEqual([{ user: '81000008', score: 50, algorithm: 'legacy', factors: 1 }])
})

test('a row of an unknown user makes its channel, whatever the table', async () => {
  await system.rows(
    `INSERT INTO public.kick_streamer_probe (platform_user_id, viewer_count) VALUES ('81000010', 1), ('81000010', 2), ('81000011', 3)`,
  )
  await system.rows(
    `INSERT INTO public.kick_chat_messages (message_id, kick_user_id, channel_slug, sender_user_id, content, created_at) VALUES ('new', '81000012', 'x', '1', 'hi', now())`,
  )
  await system.rows(
    `INSERT INTO public.streamer_trust_score_history (platform, platform_user_id, score, computed_at) VALUES ('twitch', '81000013', 1, now())`,
  )
  for (const user of ['81000010', '81000011', '81000012'])
    expect(await kickUserIdToChannelId(system.db, user), user).not.toBeNull()
  expect(await channelIdByPlatformUserId(system.db, 'twitch', '81000013')).not.toBeNull()
})

test('what makes no sense is written down and never refused', async () => {
  await system.rows(
    `INSERT INTO public.streamer_channels (streamer_id, platform, kick_user_id) VALUES ($1, 'nowhere', ''), (NULL, 'kick', NULL)`,
    [streamers[2]],
  )
  await system.rows(
    `INSERT INTO public.kick_stream_sessions (kick_user_id, stream_started_at, stream_ended_at) VALUES ('', now(), now()), ('81000014', 'infinity', '-infinity'), ('81000014', '0001-01-01', NULL)`,
  )
  await system.rows(
    `INSERT INTO public.kick_streamer_probe (platform, platform_user_id, recorded_at) VALUES ('', '', '-infinity'), ('kick', '81000015', 'infinity')`,
  )
  await system.rows(
    `INSERT INTO public.kick_streamer_probe_schedule (kick_user_id, interval_seconds) VALUES ('81000016', -5)`,
  )
  await system.rows(
    `INSERT INTO public.streamer_trust_scores (platform, platform_user_id, score, factors, computed_at) VALUES ('kick', '81000017', 'NaN', '7', 'infinity')`,
  )
  await system.rows(
    `INSERT INTO webhooks.incoming (source, payload, verified) VALUES ('kick', '{', true), ('kick', NULL, true), ('sumsub', '{}', true)`,
  )
  expect(await notInStep()).toEqual([])
})

test('the last write through an old table is known, and none of ours counts', async () => {
  await system.rows('DELETE FROM adoption.last_write')
  const id = await channelOf('81000004')
  await claimChannel(system.db, author, { streamerId: streamers[2]!, channelId: id })
  const written = async () => (await readParity(system.db)).lastWrites.map(({ table, column }) => `${table} ${column}`)
  expect(await written()).toEqual([])
  await system.rows(`UPDATE public.kick_chat_messages SET exported = true WHERE message_id = 'new'`)
  await system.rows(
    `UPDATE public.streamer_trust_scores SET score = 3, factors = '{"a": 1}' WHERE platform_user_id = '81000008'`,
  )
  expect((await written()).sort()).toEqual([
    'public.kick_chat_messages kick_user_id',
    'public.streamer_trust_scores platform_user_id',
  ])
})

test('a channel that is deleted here leaves nothing behind there', async () => {
  const id = await channelOf('81000003')
  await system.rows('DELETE FROM dm.streamer_channel WHERE id = $1', [id])
  expect(await system.rows(`SELECT 1 FROM public.kick_stream_sessions WHERE kick_user_id = '81000003'`)).toEqual([])
  expect(await kickUserIdToChannelId(system.db, '81000003')).toBeNull()
})

test('everything is in step in the end', async () => {
  expect(await notInStep()).toEqual([])
  const { tables } = await readParity(system.db)
  expect(tables.filter(({ differences }) => differences > 0)).toEqual([])
})

test('findings of one kind and table that were handled differently are told apart', async () => {
  const finding = { kind: 'told-apart', table: 'vf.table', details: {} }
  await writeFindings(system.db, [
    { ...finding, key: 'production', done: 'taken over' },
    { ...finding, key: 'stage', done: 'kept' },
  ])
  const told = (await summarizeFindings(system.db)).filter(({ kind }) => kind === 'told-apart')
  expect(told.map(({ done, count, examples }) => ({ done, count, examples }))).toEqual([
    { done: 'kept', count: 1, examples: ['stage {}'] },
    { done: 'taken over', count: 1, examples: ['production {}'] },
  ])
})
