import { expect, test } from 'vitest'
import { closeBookkeeping } from '../../src/adoption/close-bookkeeping.ts'
import { legacyTables } from '../../src/adoption/legacy-tables.ts'
import { readParity } from '../../src/adoption/parity.ts'
import { columnTables, scores } from '../../src/adoption/phase-a/triggers.ts'
import { adoptionState, requirePhase } from '../../src/adoption/phases.ts'
import { legacyColumns } from '../../src/adoption/require-adoptable.ts'
import { dropColumnsStep, dropTriggersStep } from '../../src/adoption/rollback/undo.ts'
import { runSteps } from '../../src/adoption/run-steps.ts'
import type { Phase } from '../../src/adoption/step.ts'
import { stepsOf } from '../../src/adoption/steps.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { rowsAsText, tablesAsText } from '../support/adoption/legacy-history.ts'
import { createLegacySystem, type LegacySystem } from '../support/adoption/legacy-system.ts'
import { makeAwkward } from '../support/legacy/awkward.ts'
import { makeLegacyHistory } from '../support/legacy/legacy-database.ts'

const refusal = (system: LegacySystem): Promise<string | undefined> =>
  requirePhase(system.db, 'phase-a').then(
    () => undefined,
    (error: Error) => error.message,
  )

const failures = (system: LegacySystem) =>
  system.rows(`SELECT table_name, details FROM adoption.finding WHERE kind = 'not-in-step'`)

/** Puts an end to everything that a login was given in a database, and to the login. */
const dropLogin = (system: LegacySystem, login: string) =>
  system.rows(`REASSIGN OWNED BY ${login} TO CURRENT_USER; DROP OWNED BY ${login}; DROP ROLE ${login}`)

test('a login that owns the old tables and may create goes the whole way', { timeout: 240_000 }, async () => {
  await using system = await createLegacySystem(makeAwkward({ at: new Date() }).rows)
  await makeLegacyHistory(system.context.clickHouse)
  const database = new URL(system.url).pathname.slice(1)
  const login = `adopts_${database}`
  await system.rows(`CREATE ROLE ${login} LOGIN PASSWORD 'its-own'`)
  await using dropped = new AsyncDisposableStack()
  dropped.defer(async () => {
    await dropLogin(system, login)
  })
  for (const table of [...legacyTables, scores]) await system.rows(`ALTER TABLE ${table} OWNER TO ${login}`)
  await system.rows(`GRANT USAGE ON SCHEMA public, scrape, webhooks TO ${login}`)
  const url = Object.assign(new URL(system.url), { username: login, password: 'its-own' }).href
  await using db = openPostgres({ url, log: silentLog, max: 4, connectTimeoutMs: 60_000, statementTimeoutMs: 120_000 })
  const context = { ...system.context, db }
  const lacking = () =>
    requirePhase(db, 'phase-a').then(
      () => undefined,
      (error: Error) => /has to (.*): give/.exec(error.message)?.[1],
    )
  // Each is named as long as it is missing.
  for (const [right, given] of [
    [
      'own the function public.delete_streamer_cascade(integer)',
      `ALTER FUNCTION public.delete_streamer_cascade(integer) OWNER TO ${login}`,
    ],
    ['have CREATE on the database', `GRANT CREATE ON DATABASE ${database} TO ${login}`],
    ['have CREATE on the schema public', `GRANT CREATE ON SCHEMA public TO ${login}`],
    ['have CREATE on the schema scrape', `GRANT CREATE ON SCHEMA scrape TO ${login}`],
    ['have REFERENCES on public.streamers', `GRANT REFERENCES ON public.streamers TO ${login}`],
    ['have SELECT on public.streamers', `GRANT SELECT ON public.streamers TO ${login}`],
  ] as const) {
    expect(await lacking()).toBe(right)
    await system.rows(given)
  }
  expect(await lacking()).toBeUndefined()
  const run = (phase: Phase) => runSteps(phase, stepsOf[phase], context, () => undefined)
  const shared = async () => {
    expect(await failures(system)).toEqual([])
    const { tables, isClean } = await readParity(db)
    expect({ isClean, differences: tables.filter(({ differences }) => differences > 0) }).toEqual({
      isClean: true,
      differences: [],
    })
  }
  await run('phase-a')
  await shared()
  await run('rollback')
  await closeBookkeeping('rollback', context)
  expect(await adoptionState(db)).toBe('legacy')
  await run('phase-a')
  await shared()
  await run('phase-b')
  await closeBookkeeping('phase-b', context)
  expect(await adoptionState(db)).toBe('adopted')
})

test('what a trigger writes itself calls no other, and the next statement of the transaction is in step again', async () => {
  await using system = await createLegacySystem()
  await system.run('phase-a')
  const statements = [
    `INSERT INTO public.streamer_channels (platform, kick_user_id, channel_name) VALUES ('kick', '84000001', 'one')`,
    `UPDATE public.streamer_channels SET channel_name = 'two' WHERE kick_user_id = '84000001'`,
    `INSERT INTO public.kick_stream_sessions (kick_user_id, channel_name, stream_started_at) VALUES ('84000001', 'two', now() - interval '1 hour')`,
    `INSERT INTO public.kick_streamer_probe (platform_user_id) VALUES ('84000002')`,
    `INSERT INTO public.kick_streamer_probe_schedule (kick_user_id) VALUES ('84000003')`,
    `DELETE FROM public.kick_streamer_probe_schedule WHERE kick_user_id = '84000003'`,
    `INSERT INTO public.kick_event_subscriptions (kick_user_id, event_type, subscription_id) VALUES ('84000004', 'chat.message.sent', 's')`,
    `INSERT INTO scrape.kick_raw (kick_user_id, url) VALUES ('84000005', 'https://kick.example/')`,
    `INSERT INTO public.kick_chat_s3_archive_log (rows_exported, files_written, success) VALUES (1, 1, true)`,
    `INSERT INTO webhooks.incoming (source, message_id, verified, processed) VALUES ('kick', 'm', true, true)`,
    `INSERT INTO public.streamer_trust_scores (platform, platform_user_id, score, factors, computed_at) VALUES ('kick', '84000001', 5, '{}', now())`,
    `UPDATE dm.streamer_channel SET display_name = 'Two' WHERE platform_user_id = '84000001'`,
    `UPDATE dm.stream_session SET title = 'Told' WHERE ended_at IS NULL`,
    `INSERT INTO dm.probe_schedule (channel_id) SELECT id FROM dm.streamer_channel WHERE platform_user_id = '84000001' ON CONFLICT (channel_id) DO UPDATE SET active = true`,
    `DELETE FROM dm.event_subscription`,
    `DELETE FROM dm.streamer_channel WHERE platform_user_id = '84000005'`,
    `DELETE FROM public.kick_stream_sessions`,
    `DELETE FROM public.streamer_channels`,
  ]
  const client = await system.db.pool.connect()
  try {
    await client.query('BEGIN')
    for (const statement of statements) {
      await client.query(statement)
      const { rows } = await client.query(`SELECT current_setting('adoption.syncing', true) AS syncing`)
      expect({ statement, ...rows[0] }).toEqual({ statement, syncing: 'off' })
    }
    await client.query('COMMIT')
  } finally {
    client.release()
  }
  expect(await failures(system)).toEqual([])
  expect((await readParity(system.db)).isClean).toBe(true)
})

test('a column that has the name of one that Phase A adds is refused by its name, and no rollback drops it', async () => {
  await using system = await createLegacySystem()
  const columns = [
    ...columnTables.map((table) => [table, 'channel_id']),
    ...['channel_id', 'algorithm', 'legacy_factors'].map((column) => [scores, column]),
  ] as const
  for (const [table, column] of columns) {
    await system.rows(`ALTER TABLE ${table} ADD COLUMN ${column} text DEFAULT 'theirs'`)
    expect(await refusal(system)).toBe(
      `${table} has a column ${column}, which Phase A adds: rename that column, then try again.`,
    )
    await system.rows(`ALTER TABLE ${table} DROP COLUMN ${column}`)
  }
  expect(await refusal(system)).toBeUndefined()
  // One that was there when Phase A began all the same.
  await system.rows('ALTER TABLE public.kick_chat_messages ADD COLUMN channel_id bigint')
  await system.run('phase-a')
  await system.run('rollback', [dropTriggersStep, dropColumnsStep])
  expect(
    await system.rows(
      `SELECT attrelid::regclass::text AS name FROM pg_attribute WHERE attname = 'channel_id' AND NOT attisdropped AND attrelid = ANY ($1::regclass[])`,
      [[...columnTables, scores]],
    ),
  ).toEqual([{ name: 'kick_chat_messages' }])
})

test('a column that is missing or of another type is refused by its name', async () => {
  await using system = await createLegacySystem()
  expect(await refusal(system)).toBeUndefined()
  for (const [table, column] of [
    ['webhooks.incoming', 'processed'],
    ['public.kick_stream_sessions', 'avg_viewers'],
    ['public.streamer_channels', 'kick_is_live'],
  ]) {
    await system.rows(`ALTER TABLE ${table} RENAME COLUMN ${column} TO other`)
    expect(await refusal(system)).toMatch(new RegExp(`^${table} has no column ${column}, so it is not the table`))
    await system.rows(`ALTER TABLE ${table} RENAME COLUMN other TO ${column}`)
  }
  for (const [table, column, type] of [
    ['public.kick_streamer_probe', 'platform_user_id', 'bigint'],
    ['public.kick_streamer_probe', 'viewer_count', 'text'],
    ['public.kick_stream_sessions', 'stream_started_at', 'timestamp without time zone'],
  ]) {
    await system.rows(
      `ALTER TABLE ${table} RENAME COLUMN ${column} TO other; ALTER TABLE ${table} ADD COLUMN ${column} ${type}`,
    )
    expect(await refusal(system)).toMatch(
      new RegExp(`^${table}\\.${column} is ${type} and not [a-z]+, so it is not the table`),
    )
    await system.rows(
      `ALTER TABLE ${table} DROP COLUMN ${column}; ALTER TABLE ${table} RENAME COLUMN other TO ${column}`,
    )
  }
  await system.rows(
    'ALTER TABLE public.kick_streamer_probe ALTER COLUMN platform_user_id TYPE varchar(40), ALTER COLUMN viewer_count TYPE smallint',
  )
  expect(await refusal(system)).toBeUndefined()
})

test('every column of the old tables that the SQL names is looked for', { timeout: 120_000 }, async () => {
  await using system = await createLegacySystem(makeAwkward({ at: new Date() }).rows)
  await makeLegacyHistory(system.context.clickHouse)
  const tables = [...legacyTables, scores] as const
  const columns = await system.rows<{ table: (typeof tables)[number]; column: string }>(
    `SELECT t.name AS "table", attname AS "column" FROM unnest($1::text[]) t(name) JOIN pg_attribute ON attrelid = to_regclass(t.name) AND attnum > 0`,
    [tables],
  )
  const unlooked = columns.filter(
    ({ table, column }) => !Object.values(legacyColumns[table]).some((names) => names.split(' ').includes(column)),
  )
  expect(unlooked.map(({ table, column }) => `${table}.${column}`).sort()).toEqual([
    'public.kick_chat_messages.exported',
  ])
  // A system without them is adopted to the end, whatever is written meanwhile.
  for (const { table, column } of unlooked) await system.rows(`ALTER TABLE ${table} DROP COLUMN ${column}`)
  await system.run('phase-a')
  await system.rows(
    `INSERT INTO webhooks.incoming (source, message_id, verified, processed) VALUES ('kick', 'late', true, true)`,
  )
  await system.rows(`INSERT INTO public.kick_chat_messages (message_id, kick_user_id, channel_slug, sender_user_id, content, created_at)
    VALUES ('late', '84000009', 'late', '1', 'late', now())`)
  expect(await failures(system)).toEqual([])
  expect((await readParity(system.db)).isClean).toBe(true)
  await system.run('phase-b')
  expect(await system.rows('SELECT DISTINCT source FROM webhooks.incoming')).toEqual([{ source: 'sumsub' }])
})

test('a system that told Postgres alone is adopted to the end, with its probes and scores', {
  timeout: 120_000,
}, async () => {
  await using system = await createLegacySystem(makeAwkward({ at: new Date() }).rows)
  await system.run('phase-a')
  await system.run('phase-b')
  const { clickHouse } = system.context
  const probes = await rowsAsText(clickHouse, `SELECT ts FROM kick_streamer_probe WHERE provenance = 'legacy'`)
  expect(probes.length).toBeGreaterThan(40)
  expect((await rowsAsText(clickHouse, 'SELECT computed_at FROM streamer_trust_score_history')).length).toBeGreaterThan(
    3,
  )
  const tables = await tablesAsText(clickHouse)
  expect(Object.keys(tables).filter((name) => /_before$|_mirror$|_twice$|_copy$/.test(name))).toEqual([])
  expect(tables.kick_streamer_probe).not.toContain('slug')
})
