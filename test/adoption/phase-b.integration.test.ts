import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBookkeeping } from '../../src/adoption/close-bookkeeping.ts'
import { holdSettling } from '../../src/adoption/lock-adoption.ts'
import { compareStep } from '../../src/adoption/phase-b/compare.ts'
import { stepsOf } from '../../src/adoption/steps.ts'
import { archivesBetween } from '../../src/archive/archive-log.ts'
import { verifyArchive } from '../../src/archive/verify-archive.ts'
import { legacySettlingJob } from '../../src/workers/jobs/adoption-jobs.ts'
import { rowsAsText, tablesAsText, writeOldProbes } from '../support/adoption/legacy-history.ts'
import { createLegacySystem, type LegacySystem } from '../support/adoption/legacy-system.ts'
import { makeAwkward } from '../support/legacy/awkward.ts'
import { insertLegacyHistory, makeLegacyHistory } from '../support/legacy/legacy-database.ts'
import { migrateTestClickHouse } from '../support/stores/migrate-clickhouse.ts'

const awkward = makeAwkward({ at: new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 3_600_000) })
let system: LegacySystem
let before: Record<string, { keys: string[] }>

/** What a store may have lost or mixed up before anything is dropped. */
const faults = [
  `ALTER TABLE kick_streamer_probe DELETE WHERE provenance = 'legacy' AND (platform_user_id, ts) IN (
    SELECT platform_user_id, ts FROM adoption_probes_mirror WHERE ts > now() - toIntervalDay(5) ORDER BY ts DESC LIMIT 1)`,
  `ALTER TABLE streamer_trust_score_history DELETE WHERE (platform_user_id, computed_at) IN (
    SELECT platform_user_id, computed_at FROM adoption_scores_mirror ORDER BY computed_at DESC LIMIT 1)`,
  `ALTER TABLE kick_chat_message UPDATE content = 'other' WHERE message_id IN (
    SELECT message_id FROM adoption_chat_mirror ORDER BY created_at DESC LIMIT 1)`,
  `ALTER TABLE adoption_inbox_mirror UPDATE payload = '{}' WHERE message_id IN (
    SELECT message_id FROM adoption_inbox_mirror ORDER BY received_at DESC LIMIT 1)`,
]
const refusals: unknown[] = []
const settled: unknown[] = []
let compared: unknown[]

const keysOf = (sql: string) => async (): Promise<string[]> =>
  (await system.rows<{ key: string }>(`SELECT key FROM (${sql}) k GROUP BY 1 ORDER BY 1`)).map(({ key }) => key)

const readable = `lower(btrim(platform)) IN ('kick', 'twitch', 'x') AND btrim(platform_user_id) <> ''`
const facts = {
  probes:
    keysOf(`SELECT lower(btrim(platform)) || ' ' || btrim(platform_user_id) || ' ' || floor(extract(epoch FROM recorded_at)) AS key
    FROM public.kick_streamer_probe WHERE ${readable} AND coalesce(viewer_count, 0) >= 0 AND coalesce(follower_count, 0) >= 0
      AND recorded_at BETWEEN now() - interval '360 days' AND now() AND coalesce(stream_started_at, now()) BETWEEN '1970-01-01' AND '2106-01-01'`),
  scores:
    keysOf(`SELECT lower(btrim(platform)) || ' ' || btrim(platform_user_id) || ' ' || floor(extract(epoch FROM computed_at)) AS key
    FROM public.streamer_trust_score_history WHERE ${readable} AND computed_at BETWEEN now() - interval '700 days' AND now() AND score <> 'NaN'`),
  chat: keysOf(
    `SELECT message_id AS key FROM public.kick_chat_messages WHERE btrim(kick_user_id) <> '' AND message_id <> '' AND created_at BETWEEN '1980-01-01' AND now()`,
  ),
  deliveries: keysOf(
    `SELECT coalesce(message_id, 'legacy-' || id) AS key FROM webhooks.incoming WHERE source = 'kick' AND received_at > now() - interval '25 days'`,
  ),
}

beforeAll(async () => {
  system = await createLegacySystem(awkward.rows)
  const { clickHouse } = system.context
  await makeLegacyHistory(clickHouse)
  await insertLegacyHistory(clickHouse, awkward.rows)
  before = {}
  for (const [name, read] of Object.entries(facts)) before[name] = { keys: await read() }
  await system.run('phase-a')
  const { db } = system.context
  const job = legacySettlingJob({ db, clickHouse, retentionDays: () => system.context.retentionDays, clock: Date.now })
  const settle = async () => settled.push(await job.run(new AbortController().signal))
  const hourAgo = Math.floor(Date.now() / 1_000) - 3_600
  await writeOldProbes(
    clickHouse,
    [0, 60, 120].map((after) => ({ channel: '86000001', at: hourAgo + after, viewers: 5 + after, started: hourAgo })),
  )
  {
    await using _command = await holdSettling(db, new AbortController().signal)
    await settle()
  }
  await settle()
  await settle()
  const steps = stepsOf['phase-b']
  await system.run('phase-b', steps.slice(0, steps.indexOf(compareStep)))
  for (const fault of faults) {
    await clickHouse.command(`${fault} SETTINGS mutations_sync = 1`)
    refusals.push(await system.run('phase-b', [compareStep]).catch((error: Error) => error.message))
    await system.run('phase-b', steps.slice(0, steps.indexOf(compareStep)))
  }
  await system.run('phase-b')
  compared = await system.rows('SELECT table_name, sum(rows)::int AS rows FROM adoption.compared GROUP BY 1')
}, 300_000)
afterAll(() => system[Symbol.asyncDispose]())

const keys = async (select: string): Promise<string[]> =>
  (await rowsAsText(system.context.clickHouse, `SELECT DISTINCT ${select}`)).map((row) => row.slice(2, -2))

test('the job settles what an old writer wrote once, and leaves it to a command of the adoption while one runs', async () => {
  expect(settled).toEqual([
    { idle: 'no system from before writes here' },
    'settled 3 rows',
    { idle: 'nothing was written through an old table' },
  ])
  const rows = `SELECT viewer_count, interval_seconds, provenance FROM kick_streamer_probe WHERE platform_user_id = '86000001'`
  expect(await rowsAsText(system.context.clickHouse, rows)).toEqual(
    [`(5,60,'legacy')`, `(65,60,'legacy')`, `(125,60,'legacy')`].sort(),
  )
})

test('nothing is dropped while a day of a table differs from ClickHouse by count or checksum, and the refusal names both', () => {
  const day = String.raw`\d{4}-\d\d-\d\d`
  expect(refusals).toEqual([
    expect.stringMatching(`^public.kick_streamer_probe tells \\d+ of ${day}, and kick_streamer_probe lacks 1 `),
    expect.stringMatching(
      `^public.streamer_trust_score_history tells \\d+ of ${day}, and streamer_trust_score_history lacks 1 `,
    ),
    expect.stringMatching(
      `^public.kick_chat_messages tells \\d+ of ${day}, and kick_chat_message lacks 0 and has 1 otherwise`,
    ),
    expect.stringMatching(`^webhooks.incoming has (\\d+) rows of ${day}, and ClickHouse was brought \\d+, or others`),
  ])
  expect(compared).toHaveLength(4)
})

test('every probe and score that only Postgres had is in ClickHouse', async () => {
  const probes = await keys(
    `concat(platform, ' ', platform_user_id, ' ', toString(toUnixTimestamp(ts))) FROM kick_streamer_probe`,
  )
  expect(before.probes!.keys.filter((key) => !probes.includes(key))).toEqual([])
  const scores = await keys(
    `concat(platform, ' ', platform_user_id, ' ', toString(toUnixTimestamp(computed_at))) FROM streamer_trust_score_history`,
  )
  expect(before.scores!.keys.filter((key) => !scores.includes(key))).toEqual([])
})

test('every message is in ClickHouse or in an archive that can be read back', async () => {
  const { db, clickHouse, objects } = system.context
  const stored = await keys('message_id FROM kick_chat_message')
  const archives = await archivesBetween(
    db,
    'production',
    { from: new Date(0), to: new Date(Date.now() + 86_400_000) },
    1_000,
  )
  let archived = 0
  for (const archive of archives) {
    const verdict = await verifyArchive({ clickHouse, objects }, 'production', archive)
    expect(verdict.problems).toEqual([])
    archived += verdict.rows
  }
  expect(archived).toBeGreaterThan(0)
  expect(stored.filter((id) => before.chat!.keys.includes(id)).length + archived).toBe(before.chat!.keys.length)
})

test('deliveries are in the inbox, and follows in Postgres', async () => {
  const stored = await keys('message_id FROM webhook_inbox')
  expect(before.deliveries!.keys.filter((key) => !stored.includes(key))).toEqual([])
  expect(
    await system.rows('SELECT count(*)::int > 0 AS "has" FROM dm.kick_follow_event WHERE provenance = $1', ['legacy']),
  ).toEqual([{ has: true }])
})

test('what is left is an empty install and what is not ours', async () => {
  const { sumsub_webhooks, adoption_mark, ...tables } = await tablesAsText(system.context.clickHouse)
  await migrateTestClickHouse(system.context.clickHouse)
  expect(sumsub_webhooks).toBeDefined()
  // Until the books are closed.
  expect(adoption_mark).toBeDefined()
  expect(Object.keys(tables).sort()).toEqual([
    'kick_chat_message',
    'kick_streamer_probe',
    'kick_streamer_probe_15m',
    'kick_streamer_probe_15m_fill',
    'schema_migration',
    'streamer_trust_score_history',
    'webhook_inbox',
  ])
  expect(
    await system.rows(
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND (n.nspname IN ('scrape', 'webhooks') OR c.relname LIKE 'kick%' AND n.nspname = 'public' OR c.relname = 'streamer_channels') ORDER BY 1`,
    ),
  ).toEqual([{ name: 'webhooks.incoming' }])
  expect(await system.rows('SELECT DISTINCT source FROM webhooks.incoming')).toEqual([{ source: 'sumsub' }])
})

test('run again, nothing changes; its report names the files', async () => {
  const look = () =>
    rowsAsText(system.context.clickHouse, 'SELECT count(), sum(sample_seconds) FROM kick_streamer_probe')
  const seen = await look()
  await system.run('phase-b')
  expect(await look()).toEqual(seen)
  const unread = await system.rows<{ file: string | null }>(
    `SELECT details->>'file' AS file FROM adoption.finding WHERE kind = 'can-not-be-read'`,
  )
  expect(unread.length).toBeGreaterThan(0)
  for (const { file } of unread) expect(file).toContain('adoption-left')
  await closeBookkeeping('phase-b', system.context)
  expect((await tablesAsText(system.context.clickHouse)).adoption_mark).toBeUndefined()
  expect(await system.rows(`SELECT nspname FROM pg_namespace WHERE nspname = 'adoption'`)).toEqual([])
})
