import { expect, test } from 'vitest'
import { openObjectsOf } from '../../src/app/open-objects-of.ts'
import { startJobs } from '../../src/app/start-jobs.ts'
import { startSettings } from '../../src/app/start-settings.ts'
import { readConfig } from '../../src/config/config.ts'
import { createErasing } from '../../src/erasing/erasing.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { tableDefinitions } from '../../src/stores/clickhouse/table-definitions.ts'
import { eventually } from '../support/lib/eventually.ts'
import { knownSettings } from '../support/settings/known-settings.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const author = { identity: { role: 'ADMIN', name: 'test', subject: null }, requestId: 'test' }
const signal = new AbortController().signal

const probes = namedQuery({
  name: 'test_probes',
  sql: 'SELECT toUInt32(count()) AS count FROM kick_streamer_probe',
  row: { count: number },
})

test('a retention that is set while the system runs holds for the tables, the jobs and the alarm, and at the next start', async () => {
  await using directory = await temporaryDirectory('settings-retention')
  await using database = await createTestDatabase()
  await using clickHouse = await openTestClickHouse()
  const { db } = database
  const { store } = clickHouse
  const config = readConfig({ DATA_DIR: directory.path })
  const start = async () => {
    const opened = new AsyncDisposableStack()
    const settings = opened.use(
      await startSettings({ config, registry: builtInPlatforms, databases: sidesOf(db), log, signal }),
    )
    const jobs = opened.use(
      startJobs({
        config,
        ...settings,
        databases: sidesOf(db),
        clickHouse: store,
        objects: openObjectsOf(config, settings.settings),
        erasing: createErasing({ databases: sidesOf(db), ring: settings.ring }),
        append: async () => undefined,
        history: { completeThrough: () => new Date(0), lost: () => [] },
        registry: builtInPlatforms,
        platforms: new Map(),
        clock: systemClock,
        log,
        scheduling: new Set(['tier'] as const),
      }),
    )
    return { ...settings, jobs, [Symbol.asyncDispose]: () => opened.disposeAsync() }
  }
  const kept = async (table: string) =>
    Number(/toIntervalDay\((\d+)\)/.exec((await tableDefinitions(store)).get(table)!)?.[1])
  const countIds = async () => (await db.pool.query('SELECT FROM dm.webhook_message_ids')).rowCount
  const alarm = ({ jobs }: Awaited<ReturnType<typeof start>>) =>
    jobs.metrics.find(({ name }) => name === 'chat_archive_lag_alarm_seconds')?.read()
  const day = 86_400
  const now = Math.floor(Date.now() / 1_000)
  // Two months apart, so that the older part goes as a whole.
  await insertProbes(store, [{ channel: '1', at: now - 70 * day }])
  await insertProbes(store, [{ channel: '1', at: now }])
  await db.pool.query(
    `INSERT INTO dm.webhook_message_ids (source, message_id, received_at, receipt) VALUES ('kick', 'old', now() - interval '20 days', gen_random_uuid())`,
  )
  {
    await using running = await start()
    const { configuration, jobs } = running
    const set = async (key: string, value: string) => {
      const outcome = await configuration.set({ key, value, category: knownSettings.get(key)!.category }, author)
      expect(outcome.kind).toBe('set')
    }
    expect(alarm(running)).toBe(day)
    expect(await store.query(probes, {})).toEqual([{ count: 2 }])
    expect(await jobs.runner.run('webhook-id-retention', signal)).toEqual({ ok: true, text: 'forgot 0 ids' })
    expect(await countIds()).toBe(1)
    await set('retention.chat.days', '2')
    await set('retention.probes.days', '40')
    await set('retention.webhooks.days', '5')
    await eventually('the tables are told', async () => (await kept('webhook_inbox')) === 5)
    expect(await kept('kick_chat_message')).toBe(2)
    expect(await kept('kick_streamer_probe')).toBe(40)
    expect(await kept('kick_streamer_probe_15m')).toBe(40)
    expect(alarm(running)).toBe(day / 2)
    // Once in an hour the job is also due by itself: a run that began before may be joined, or have done it already.
    await eventually('the id is forgotten', async () => {
      expect(await jobs.runner.run('webhook-id-retention', signal)).toMatchObject({ ok: true })
      return (await countIds()) === 0
    })
    await store.command('OPTIMIZE TABLE kick_streamer_probe FINAL')
    await eventually('the old month is gone', async () => (await store.query(probes, {}))[0]!.count === 1)
  }
  {
    await using running = await start()
    expect(running.settings.get('retention.chat.days')).toBe(2)
    expect(await running.jobs.runner.run('history-retention', signal)).toEqual({ ok: true, text: 'nothing to change' })
    await running.configuration.remove('retention.chat.days', author)
    await eventually('the environment holds again', async () => (await kept('kick_chat_message')) === 30)
  }
}, 120_000)
