import { expect, test } from 'vitest'
import { readParity } from '../../src/adoption/parity.ts'
import { kickUserIdToChannelId } from '../../src/channels/channel-lookup.ts'
import { createLegacySystem, type LegacySystem } from '../support/adoption/legacy-system.ts'
import { makeAwkward } from '../support/legacy/awkward.ts'

const failures = (system: LegacySystem) =>
  system.rows(`SELECT table_name, details FROM adoption.finding WHERE kind = 'not-in-step'`)

const isClean = async (system: LegacySystem): Promise<boolean> => (await readParity(system.db)).isClean

// As its own writers write.
const beginSession = (system: LegacySystem, user: string) =>
  system.rows(
    `INSERT INTO public.kick_stream_sessions (kick_user_id, channel_name, stream_started_at, title) VALUES ($1, 'begun', now() - interval '1 hour', 'Begun')`,
    [user],
  )

test('a system without calls, scores, chat, exports, subscriptions and deliveries is adopted, rolled back and adopted again', async () => {
  await using system = await createLegacySystem(makeAwkward({ at: new Date() }).rows)
  await system.rows('DROP SCHEMA scrape CASCADE')
  await system.rows('DROP SCHEMA webhooks CASCADE')
  await system.rows(`DROP TABLE public.streamer_trust_scores, public.streamer_trust_score_history, public.kick_chat_messages,
    public.kick_chat_s3_archive_log, public.kick_event_subscriptions, public.kick_streamer_probe_schedule CASCADE`)
  await system.run('phase-a')
  expect(await isClean(system)).toBe(true)
  await beginSession(system, '83000001')
  const channelId = (await kickUserIdToChannelId(system.db, '83000001'))!
  expect(await system.rows('SELECT title FROM dm.stream_session WHERE channel_id = $1', [channelId])).toEqual([
    { title: 'Begun' },
  ])
  // The table of scores is ours alone.
  await system.rows(
    `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, factors, computed_at) VALUES ($1, 50, 'v1', '[]', now())`,
    [channelId],
  )
  await system.rows('DELETE FROM dm.streamer_channel WHERE id = $1', [channelId])
  expect(await system.rows(`SELECT FROM public.kick_stream_sessions WHERE kick_user_id = '83000001'`)).toEqual([])
  expect(await isClean(system)).toBe(true)
  expect(await failures(system)).toEqual([])
  await system.run('rollback')
  expect(await system.rows(`SELECT to_regclass('public.streamer_trust_scores') AS scores`)).toEqual([{ scores: null }])
  await system.rows('DROP SCHEMA adoption CASCADE')
  await system.run('phase-a')
  expect(await isClean(system)).toBe(true)
})

test('a system without profiles is adopted, and its new sessions name their channels', async () => {
  await using system = await createLegacySystem()
  await system.rows('DROP TABLE public.streamer_channels CASCADE')
  await system.run('phase-a')
  await beginSession(system, '83000002')
  expect(await system.rows(`SELECT current_slug FROM dm.streamer_channel WHERE platform_user_id = '83000002'`)).toEqual(
    [{ current_slug: 'begun' }],
  )
  expect(await isClean(system)).toBe(true)
  expect(await failures(system)).toEqual([])
})
