import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { closeBookkeeping } from '../../src/adoption/close-bookkeeping.ts'
import { adoptionState } from '../../src/adoption/phases.ts'
import { kickUserIdToChannelId } from '../../src/channels/channel-lookup.ts'
import { upsertChannel } from '../../src/channels/upsert.ts'
import { claimChannel } from '../../src/claims/claim-channel.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createLegacySystem, type LegacySystem } from '../support/adoption/legacy-system.ts'
import { makeAwkward } from '../support/legacy/awkward.ts'

const author = { identity: { role: 'ADMIN' as const, name: 'test', subject: 'test' }, requestId: 'request' }

/** Everything that there is, but for what statistics and physical order say. */
const objectsOf = (system: LegacySystem) =>
  system.rows<{ object: string }>(`
    SELECT n.nspname || '.' || c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
      || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS object
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname !~ '^pg_|^information_schema$'
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$')
    UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname !~ '^pg_|^information_schema$'
    UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$'
    ORDER BY 1`)

const tables = [
  'public.streamers',
  'public.streamer_channels',
  'public.kick_stream_sessions',
  'public.kick_streamer_probe_schedule',
  'public.kick_event_subscriptions',
  'public.streamer_trust_scores',
  'public.kick_chat_messages',
  'webhooks.incoming',
]
const rowsOf = async (system: LegacySystem) =>
  Promise.all(tables.map((table) => system.rows(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)))

test('a rollback leaves the old system as it was', async () => {
  await using system = await createLegacySystem(makeAwkward({ at: new Date() }).rows)
  const before = { objects: await objectsOf(system), rows: await rowsOf(system) }
  await system.run('phase-a')
  await system.run('rollback')
  await closeBookkeeping('rollback', system.context)
  expect(await objectsOf(system)).toEqual(before.objects)
  expect(await rowsOf(system)).toEqual(before.rows)
  expect(await adoptionState(system.db)).toBe('legacy')
})

test('a rollback gives back what was written meanwhile, and names the file with the rest', async () => {
  await using system = await createLegacySystem()
  await system.run('phase-a')
  const [streamer] = await system.rows<{ id: number }>(
    `INSERT INTO public.streamers (name) VALUES ('meanwhile') RETURNING id`,
  )
  await upsertChannel(
    system.db,
    'kick',
    { platformUserId: '82000001', slug: 'meanwhile', displayName: 'Meanwhile', observedAt: new Date() },
    { log: silentLog },
  )
  const channelId = (await kickUserIdToChannelId(system.db, '82000001'))!
  await claimChannel(system.db, author, { streamerId: streamer!.id, channelId })
  await system.rows(
    `INSERT INTO dm.webhook_message_ids (source, message_id, receipt) VALUES ('kick', 'ours', gen_random_uuid())`,
  )
  await system.rows(
    'INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at) VALUES ($1, $2, now())',
    [channelId, '7'],
  )
  await system.run('rollback')
  const [finding] = await system.rows<{ file: string }>(
    `SELECT row_key AS file FROM adoption.finding WHERE kind = 'written-to-file'`,
  )
  const { report } = await closeBookkeeping('rollback', system.context)
  expect(
    await system.rows(
      'SELECT streamer_id, kick_user_id, channel_name, kick_display_name FROM public.streamer_channels',
    ),
  ).toEqual([
    { streamer_id: streamer!.id, kick_user_id: '82000001', channel_name: 'meanwhile', kick_display_name: 'Meanwhile' },
  ])
  expect(await system.rows('SELECT message_id, processed FROM webhooks.incoming')).toEqual([
    { message_id: 'ours', processed: true },
  ])
  const rest = (await fs.readFile(finding!.file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(rest.filter(({ table }) => table === 'dm.kick_follow_event')).toMatchObject([
    { row: { follower_platform_user_id: '7' } },
  ])
  expect(path.dirname(report)).toBe(system.context.dataDir)
})

test('a rollback that is refused because a node runs has not begun', async () => {
  await using system = await createLegacySystem()
  await system.run('phase-a')
  const state = await adoptionState(system.db)
  await system.rows(
    `INSERT INTO dm.spool_backlog (env, node, target, oldest_at) VALUES ('production', 'a node', 'a table', now())`,
  )
  await expect(system.run('rollback')).rejects.toThrow('The node a node of Channelscope runs on this database')
  expect(await adoptionState(system.db)).toBe(state)
  await system.rows('DELETE FROM dm.spool_backlog')
  await system.run('rollback')
})
