import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInstantClamping } from '../../src/app/start-instant-clamping.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { clampedColumns, clampFutureInstants } from '../../src/workers/clamp-future-instants.ts'
import { startJobRunner } from '../../src/workers/jobs/job-runner.ts'
import { bringProbesForward, leaseProbes } from '../../src/workers/probe-queue.ts'
import { eventually } from '../support/lib/eventually.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { type PollerFixture, startPollerFixture } from '../support/workers/poller-fixture.ts'

let fixture: PollerFixture
beforeAll(async () => {
  fixture = await startPollerFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const sql = (text: string) => fixture.db.query(statement(`test_${hash('sha1', text)}`, text))
const databases = () => sidesOf(fixture.db)

/** As a clock of the database leaves its tables that was ahead by so much and is set back now. */
const setBack = async (by: string): Promise<void> => {
  const limit = 'chk_channel_last_seen_online'
  await sql(`ALTER TABLE dm.streamer_channel DROP CONSTRAINT ${limit}`)
  for (const [table, columns] of clampedColumns)
    await sql(`UPDATE ${table} SET ${columns.map((name) => `${name} = ${name} + interval '${by}'`).join(', ')}`)
  await sql(`UPDATE dm.probe_schedule SET next_probe_at = next_probe_at + interval '${by}'`)
  await sql(`ALTER TABLE dm.streamer_channel ADD CONSTRAINT ${limit}
    CHECK (last_seen_online_at <= now() + interval '5 minutes') NOT VALID`)
}

describe.each(['2 hours', '26 hours', '90 minutes'])('a clock of the database that is set back by %s', (by) => {
  test('stops no poller, keeps no lease, and the status of channels goes on', async () => {
    const { db, world, cycle, advance, track } = fixture
    const channels = await track(3)
    const [user, id] = [...channels][0]!
    world.goLive(Number(user))
    await cycle()
    await sql(`UPDATE dm.probe_schedule SET next_probe_at = now() WHERE active`)
    expect(await leaseProbes(db, 'kick', 100)).not.toHaveLength(0)
    await setBack(by)
    expect(await leaseProbes(db, 'kick', 100)).toHaveLength(0)
    await expect(sql(`UPDATE dm.streamer_channel SET updated_at = now() WHERE id = ${id}`)).rejects.toThrow(
      'chk_channel_last_seen_online',
    )

    expect(await clampFutureInstants(databases())).toBeGreaterThan(0)
    await bringProbesForward(db, 'kick', 60)
    expect(await clampFutureInstants(databases())).toBe(0)
    expect(await sql(`SELECT 1 FROM dm.probe_schedule WHERE next_probe_at > now() + interval '5 minutes'`)).toEqual([])
    expect(await sql(`SELECT 1 FROM dm.probe_schedule WHERE leased_until > now()`)).toEqual([])
    world.end(Number(user))
    // The observations of this platform are an hour old: they count once what was seen before is older.
    await sql(
      `UPDATE dm.probe_schedule SET last_live_at = now() - interval '3 hours', last_missed_at = NULL, missed_before_at = NULL`,
    )
    for (let n = 0; n < 3; n++) {
      advance(100)
      await cycle()
    }
    expect(await sql(`SELECT status FROM dm.streamer_channel WHERE id = ${id}`)).toEqual([{ status: 'offline' }])
  })

  test('stops no job', async () => {
    const { db } = fixture
    const ran = Promise.withResolvers<void>()
    const job = {
      scope: 'tier',
      name: `test-${by.replace(' ', '-')}`,
      cron: '0 0 1 1 *',
      description: 'A test.',
    } as const
    {
      await using runner = startJobRunner({
        db,
        scope: 'tier',
        jobs: [{ ...job, run: async () => 'done' }],
        clock: Date.now,
        log,
      })
      await runner.run(job.name, AbortSignal.timeout(60_000))
      await eventually('due times are looked for', async () => {
        const [row] = (await sql('SELECT cron_on FROM dm_jobs.version')) as { cron_on: Date | null }[]
        return row!.cron_on !== null
      })
    }
    await sql(`UPDATE dm_jobs.version SET cron_on = now() + interval '${by}'`)
    await sql(`UPDATE dm_jobs.queue SET monitor_on = now() + interval '${by}', maintain_on = now() + interval '${by}'`)
    await sql(
      `UPDATE dm_jobs.job SET singleton_on = (now() + interval '${by}') AT TIME ZONE 'UTC' WHERE name = '${job.name}'`,
    )
    await clampFutureInstants(databases())
    expect(await sql(`SELECT 1 FROM dm_jobs.version WHERE cron_on > now()`)).toEqual([])
    expect(await sql(`SELECT 1 FROM dm_jobs.queue WHERE monitor_on > now() OR maintain_on > now()`)).toEqual([])
    expect(await sql(`SELECT 1 FROM dm_jobs.job WHERE singleton_on > now() AT TIME ZONE 'UTC'`)).toEqual([])
    await using again = startJobRunner({
      db,
      scope: 'tier',
      jobs: [
        {
          ...job,
          run: async () => {
            ran.resolve()
            return 'done again'
          },
        },
      ],
      clock: Date.now,
      log,
    })
    expect(await again.run(job.name, AbortSignal.timeout(60_000))).toEqual({ ok: true, text: 'done again' })
    await ran.promise
  })
})

test('what was said in a future that was taken back keeps its order, and what is said next counts', async () => {
  const [id] = [...(await fixture.track(1)).values()]
  await sql(`INSERT INTO dm.stream_session (channel_id, started_at) VALUES (${id}, now() - interval '1 hour')`)
  const ahead = ['A', 'B', 'A', 'A'].map((title, n) => `(${id}, now() + interval '${n + 1} hours', 'poll', '${title}')`)
  await sql(`INSERT INTO dm.session_detail (channel_id, said_at, source, title) VALUES ${ahead.join(', ')}`)
  expect(await clampFutureInstants(databases())).toBe(4)
  await sql(`INSERT INTO dm.session_detail (channel_id, said_at, source, title) VALUES (${id}, now(), 'poll', 'C')`)
  const said = (await sql(
    `SELECT title FROM dm.session_detail WHERE channel_id = ${id} ORDER BY said_at, id`,
  )) as object[]
  expect(said).toEqual(['A', 'B', 'A', 'A', 'C'].map((title) => ({ title })))
  expect(await clampFutureInstants(databases())).toBe(0)
})

// Its end waits for no pull that is under way, so nothing after it expects to be the first that pulls.
test('what is pulled back at the start is pulled back again whenever the time is set back', async () => {
  let step = (_: number): void => undefined
  const time = {
    onStep: (listener: (stepMs: number) => void) => {
      step = listener
      return () => true
    },
  }
  const put = () => sql(`UPDATE dm.probe_schedule SET leased_until = now() + interval '2 hours'`)
  const held = () => sql(`SELECT 1 FROM dm.probe_schedule WHERE leased_until > now()`)
  const isFree = () => eventually('no lease holds', async () => (await held()).length === 0)
  let looks = 0
  const forget = fixture.db.onStatement((name) => {
    if (name === 'pull_back_has_dm_jobs') looks += 1
  })
  await put()
  await using _pulling = startInstantClamping({ databases: databases(), time, log, everyMs: 10 })
  await isFree()
  await eventually('all looks of the start are over', () => looks === 6)
  forget()
  await put()
  step(2 * 3_600_000)
  step(-2 * 3_600_000)
  await isFree()
})

/** What keeps the instant it was given: facts of the past, and instants from outside that nothing of ours is compared with. */
const kept = new Set([
  'dm.audit_log.recorded_at',
  'dm.backup_answer.stood_at',
  'dm.backup_call.called_at',
  'dm.chat_archive_log.created_at',
  'dm.chat_archive_log.window_from',
  'dm.chat_archive_log.window_to',
  'dm.chat_export_watermark.last_exported_at',
  'dm.demo_past.begun_at',
  'dm.demo_past.finished_at',
  'dm.erasure.archived_through',
  'dm.erasure.finished_at',
  'dm.erasure.requested_at',
  'dm.erasure_node.cleaned_at',
  'dm.event_subscription.created_at',
  'dm.event_subscription.updated_at',
  'dm.import_run.finished_at',
  'dm.import_run.started_at',
  'dm.import_run.updated_at',
  'dm.kick_follow_event.last_told_at',
  'dm.kick_follow_event.occurred_at',
  'dm.known_loss.accepted_at',
  'dm.known_loss.found_at',
  'dm.known_loss.from_at',
  'dm.known_loss.to_at',
  // Planned with the poll interval: brought forward by the pollers.
  'dm.channel_ban.observed_from',
  'dm.channel_ban.observed_until',
  'dm.probe_schedule.next_probe_at',
  'dm.probe_schedule.live_started_at',
  'dm.scrape_log.requested_at',
  'dm.session_detail.created_at',
  'dm.session_detail.session_started_at',
  'dm.status_event.event_timestamp',
  'dm.status_event.processed_timestamp',
  'dm.status_event.received_timestamp',
  'dm.status_event.session_started_at',
  'dm.stream_session.created_at',
  'dm.stream_session.started_at',
  'dm.stream_session.ended_at',
  'dm.stream_session.aggregated_at',
  'dm.stream_session.peak_at',
  'dm.streamer_channel.updated_at',
  'dm.streamer_channel_slug_history.observed_from',
  'dm.streamer_channel_slug_history.observed_until',
  'dm.told_end.ended_at',
  'dm.told_end.started_at',
  'dm.webhook_message_ids.received_at',
  'dm.happening.happened_at',
  'dm.happening.recorded_at',
  'public.alert.created_at',
  'public.alert.happened_at',
  'public.alert.recorded_at',
  'public.alert_attempt.at',
  'public.alert_delivery.created_at',
  'public.alert_delivery.ended_at',
  'public.alert_rule.created_at',
  'public.alert_rule.updated_at',
  'public.alert_target.created_at',
  'public.alert_target.paused_at',
  'public.alert_target.updated_at',
  'public.api_keys.created_at',
  'public.api_keys.expires_at',
  'public.api_keys.revoked_at',
  'public.audit_log.recorded_at',
  'public.configuration.updated_at',
  'public.happening.happened_at',
  'public.happening.recorded_at',
  'public.link_tickets.created_at',
  'public.link_tickets.used_at',
  'public.streamer_channel_link.claimed_at',
  'public.streamers.created_at',
])

test('every instant of the data model is either pulled back or known to be kept', async () => {
  const instants = statement(
    'test_instants',
    `SELECT c.table_schema || '.' || c.table_name || '.' || c.column_name AS name
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema IN ('dm', 'public') AND c.data_type LIKE 'timestamp%' AND t.table_type = 'BASE TABLE'
      AND c.table_name !~ '^status_event_' AND c.table_name <> '_prisma_migrations'`,
  )
  // Of both databases where they are two.
  const rows = await Promise.all(
    [...new Set(Object.values(databases()))].map((db) => db.query<{ name: string }>(instants)),
  )
  const pulled = new Set(
    [...clampedColumns].flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`)),
  )
  const found = rows.flat().map(({ name }) => name)
  expect(found.filter((name) => !pulled.has(name) && !kept.has(name))).toEqual([])
  expect([...pulled, ...kept].filter((name) => !found.includes(name))).toEqual([])
  expect([...pulled].filter((name) => kept.has(name))).toEqual([])
})
