import { hash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { backlogNotices, readBacklog } from '../../src/alerts/backlog.ts'
import { restoredText } from '../../src/alerts/hold-restored.ts'
import { type Destination, openDestination } from '../../src/backup/destination.ts'
import { chunkKey, listBackups } from '../../src/backup/manifest.ts'
import type { Manifest } from '../../src/backup/manifest-shape.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { requireKnown } from '../../src/backup/run-restore.ts'
import { requireWhole, verifyBackup } from '../../src/backup/verify-backup.ts'
import { restoreInto } from '../../src/cli/restore-context.ts'
import { readConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readJournalState } from '../../src/live/journal.ts'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { makeTarget } from '../support/alerts/alert-rows.ts'
import { s3Credentials, startS3Server } from '../support/archive/s3-server.ts'
import { storedProbes, waitingProbes } from '../support/backup/saved-probes.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { insertProbes } from '../support/stores/clickhouse.ts'
import { createEmptyDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { tableRows } from '../support/stores/table-rows.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const { signal } = new AbortController()
const passphrase = 'what only operators know'

const summedProbes = namedQuery({
  name: 'test_summed_probes',
  sql: 'SELECT toFloat64(sum(probes)) AS count FROM kick_streamer_probe_15m',
  row: { count: number },
})

const epochOf = async (db: Postgres): Promise<string> =>
  (await readJournalState((query, values) => db.query(query, values))).epoch

/** Has the engine keep each column in a file of its own, as it does where there is much. Their names have characters that others lack. */
const keepWide = (store: ClickHouse): Promise<void> =>
  store.command('ALTER TABLE kick_streamer_probe_15m MODIFY SETTING min_bytes_for_wide_part = 0')

const oddFiles = ({ telemetry }: Manifest): string[] =>
  telemetry.files.flatMap(({ key }) => (key.includes('%2E') ? [key] : []))

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

/** The journal is another one, the ledger is written by migrating, and what waited for targets of alerts is held. */
const comparable = (rows: Record<string, string[]>) => {
  const others = { ...rows }
  for (const name of ['status_journal', '_prisma_migrations', 'alert_target', 'alert_delivery', 'alert_attempt'])
    delete others[name]
  return others
}

/** An alert that was delivered and one that waits, at a target that takes them. */
const storeAlert = async (db: Postgres): Promise<void> => {
  const targetId = await makeTarget(db, 'http://127.0.0.1:18999/', 'Discord')
  await db.pool.query(
    `WITH alert AS (INSERT INTO public.alert (happening, kind, happened_at, recorded_at, message)
       VALUES ('test', 'job-failed', now(), now(), '{}') RETURNING id)
     INSERT INTO public.alert_delivery (message_id, alert_id, target_id, strand, state, ended_at)
     SELECT 'dlv_' || md5(state), alert.id, $1, 0, state, CASE WHEN state <> 'waiting' THEN now() END
     FROM alert, unnest('{waiting,delivered}'::text[]) AS state`,
    [targetId],
  )
}

const spoil = async (destination: Destination, key: string): Promise<() => Promise<void>> => {
  const before = (await destination.objects.get(key))!
  const after = Buffer.from(before)
  after[after.length >> 1]! ^= 1
  await destination.objects.put(key, after, hash('sha256', after))
  return () => destination.objects.put(key, before, hash('sha256', before))
}

test('a backup that is made while everybody writes has every acknowledged row once, and a place that is restored gives the same answers', async () => {
  await using folder = await temporaryDirectory('backup-place')
  await using target = await temporaryDirectory('backup-target')
  await using empty = await createEmptyDatabase()
  const destination = openDestination(folder.path, '/', undefined)
  const backup = (system: Parameters<typeof runBackup>[0]['system'], keep?: number) =>
    runBackup({ system, destination, passphrase, keep, signal })

  let first: Manifest
  let second: Manifest
  let acknowledged = 0
  let before: { epoch: string; dm: Record<string, string[]>; public: Record<string, string[]> }
  {
    await using saved = await openSavedSystem()
    const { system, db, store, probe, shipper, objects } = saved
    await keepWide(store)
    await seed(db).fullChannels(300)
    const archived = Buffer.from('an hour of chat')
    const manifest = {
      version: 1,
      env: 'test',
      windowFrom: '2026-11-01T00:00:00.000Z',
      windowTo: '2026-11-01T01:00:00.000Z',
      rows: 1,
      objects: [
        { key: 'chat/part-1', rows: 1, bytes: archived.length, sha256: hash('sha256', archived), rowsHash: '1' },
      ],
    }
    await objects.put('chat/part-1', archived, hash('sha256', archived))
    await db.pool.query(
      `INSERT INTO dm.chat_archive_log (env, window_from, window_to, rows_exported, files_written, success, manifest)
       VALUES ('test', $1, $2, 1, 1, true, $3)`,
      [manifest.windowFrom, manifest.windowTo, JSON.stringify(manifest)],
    )
    const listed = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
    await objects.put('chat/v1/env=test/2026/11/01/00/manifest.json', listed, hash('sha256', listed))
    await probe(upTo(3_000))
    await shipper.flush(60_000)
    first = (await backup(system)).manifest
    expect(await verifyBackup(destination, first, signal)).toEqual([])
    expect(oddFiles(first)).not.toEqual([])

    await storeAlert(db)
    // The next one builds on it: what did not change is not written again.
    await db.pool.query(
      `UPDATE dm.streamer_channel SET bio = 'changed' WHERE id = (SELECT max(id) FROM dm.streamer_channel)`,
    )
    await using publicDb = openPostgres({ url: system.databases.at(-1)!.url, log: silentLog })
    before = { epoch: await epochOf(db), dm: await tableRows(db, 'dm'), public: await tableRows(publicDb, 'public') }
    const writing = new AbortController()
    let next = 3_000
    const writer = (async () => {
      while (!writing.signal.aborted) {
        await probe([next])
        next++
      }
    })()
    const report = await runBackup({
      system,
      destination,
      passphrase,
      signal,
      onProgress: ({ step }) => {
        if (step === 'snapshot') acknowledged = Math.max(acknowledged, next)
      },
    })
    writing.abort()
    await writer
    second = report.manifest
    expect(second.telemetry.base).toBe(first.id)
    const chunksOf = ({ tables }: Manifest) =>
      new Set(tables.flatMap(({ chunks }) => chunks.map(({ sha256 }) => sha256)))
    const [old, now] = [chunksOf(first), chunksOf(second)]
    expect([...now].filter((one) => !old.has(one)).length).toBeLessThan(5)
    expect(second.telemetry.files.map(({ key }) => key)).not.toEqual(first.telemetry.files.map(({ key }) => key))
  }

  // What is damaged is told, and nobody restores it.
  const chunk = chunkKey(second.tables.find(({ name }) => name === 'streamer_channel')!.chunks[0]!.sha256)
  const part = first.telemetry.files.find(({ key }) => key.endsWith('.bin'))!.key
  for (const key of [chunk, part, second.spools[0]!.key]) {
    const mend = await spoil(destination, key)
    const damaged = await verifyBackup(destination, second, signal)
    expect(damaged).toEqual([expect.stringContaining('damaged')])
    expect(() => requireWhole(second, damaged)).toThrow(/is damaged: .*Restore another one/)
    await destination.objects.remove(key)
    expect(await verifyBackup(destination, second, signal)).toEqual([expect.stringContaining('missing')])
    await mend()
  }
  requireWhole(second, await verifyBackup(destination, second, signal))
  const newer = { ...second, version: '9.9.9', migrations: { postgres: ['20991231000000_dm_x'], clickHouse: [] } }
  expect(() => requireKnown(newer, { postgres: new Set(), clickHouse: new Set(), historyTables: new Set() })).toThrow(
    'newer than this one',
  )

  const config = readConfig({ DATABASE_URL: empty.url, DATA_DIR: target.path })
  const restore = (words: string) =>
    restoreInto({ config, log: silentLog, destination, manifest: second, passphrase: words, signal, onStep: () => {} })
  await expect(restore('another passphrase')).rejects.toThrow('do not open with this passphrase')
  expect(await restore(passphrase)).toBe(true)
  await expect(restore(passphrase)).rejects.toThrow('is not empty')
  expect(await fs.readFile(path.join(target.path, 'config-keys'), 'utf8')).toBe('k1:of-the-secrets\n')
  expect((await fs.readdir(path.join(target.path, 'objects/chat'))).sort()).toEqual(['part-1', 'v1'])

  await using db = openPostgres({ url: empty.url, log: silentLog })
  const rows = await tableRows(db, 'dm')
  expect(comparable(rows)).toEqual(comparable(before.dm))
  expect(comparable(await tableRows(db, 'public'))).toEqual(comparable(before.public))
  expect(await epochOf(db)).not.toBe(before.epoch)
  // The system that was backed up may go on: what waited there is not told here as well, until somebody says so.
  const { rows: held } = await db.pool.query(
    `SELECT d.state, t.paused_reason AS reason, a.answer FROM public.alert_delivery d JOIN public.alert_target t ON t.id = d.target_id
     LEFT JOIN public.alert_attempt a ON a.delivery_id = d.id ORDER BY d.state`,
  )
  const reason = restoredText
  expect(held).toEqual([
    { state: 'dead', reason, answer: expect.stringContaining('replay it if not') },
    { state: 'delivered', reason, answer: null },
  ])
  expect(backlogNotices(await readBacklog(db))[0]).toContain('This system was restored')
  // Ids go on behind those that are there.
  await seed(db).channel()

  await using store = await openClickHouse({ directory: path.join(target.path, 'clickhouse') })
  const stored = (await store.query(storedProbes, {})).map(({ id }) => Number(id))
  const all = [...stored, ...waitingProbes(path.join(target.path, 'spool/spool.sqlite'))].sort((a, b) => a - b)
  expect(all).toEqual(upTo(all.length))
  expect(all.length).toBeGreaterThan(3_000)
  expect(all.length).toBeLessThanOrEqual(acknowledged + 1)
  // Nothing was summed up twice, and what comes is summed up as before.
  expect(await store.query(summedProbes, {})).toEqual([{ count: stored.length }])
  await insertProbes(store, [{ channel: 'next', at: 1_796_000_000 }])
  expect(await store.query(summedProbes, {})).toEqual([{ count: stored.length + 1 }])
})

test('a place whose restore was not finished is one that nobody starts on', async () => {
  await using target = await temporaryDirectory('backup-unfinished')
  await fs.writeFile(path.join(target.path, 'restoring'), '')
  expect(() => holdDataDirectory(target.path)).toThrow('holds a restore that was not finished')
})

test('old backups go with what nobody else needs, and what was left unfinished goes with the next one', async () => {
  await using folder = await temporaryDirectory('backup-pruned')
  const destination = openDestination(folder.path, '/', undefined)
  await using saved = await openSavedSystem()
  const { system, db, probe, shipper } = saved
  const backup = (keep?: number) => runBackup({ system, destination, keep, signal })
  await seed(db).fullChannels(50)
  await probe(upTo(500))
  const base = (await backup()).manifest
  await fs.mkdir(path.join(folder.path, 'clickhouse/20260101T000000000Z-aaaaaa'))
  await fs.writeFile(path.join(folder.path, 'clickhouse/20260101T000000000Z-aaaaaa/half'), 'x')
  const half = `chunks/ab/${'ab'.repeat(32)}.partial`
  await fs.mkdir(path.join(folder.path, 'chunks/ab'), { recursive: true })
  await fs.writeFile(path.join(folder.path, half), 'x')
  for (const foreign of ['chunks/photo', 'backups/diary', 'clickhouse/notes'])
    await fs.writeFile(path.join(folder.path, foreign), 'not ours')
  await system.clickHouse.command('CREATE DATABASE vf_backup_left')
  await db.pool.query(`UPDATE dm.streamer_channel SET bio = 'other'`)
  await backup()
  const third = await backup(1)
  // The one in the middle went; that on which the newest builds stays.
  expect(await listBackups(destination)).toEqual([base.id, third.manifest.id])
  expect(third.removed).toBe(1)
  expect(await fs.readdir(path.join(folder.path, 'clickhouse'))).toEqual([base.id, third.manifest.id, 'notes'])
  expect(await destination.objects.list('chunks/')).not.toContain(half)
  expect(await destination.objects.list('chunks/')).toContain('chunks/photo')
  expect(await fs.readdir(path.join(folder.path, 'backups'))).toContain('diary')
  expect(await verifyBackup(destination, third.manifest, signal)).toEqual([])
  const { rows } = await db.pool.query(`SELECT count(*)::int AS found FROM dm.streamer_channel`)
  expect(rows).toEqual([{ found: 50 }])
  await shipper.flush(0)

  // Two at once would take each other's files for leftovers.
  const both = await Promise.allSettled([backup(), backup()])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('a bucket holds backups as a folder does', async () => {
  await using bucket = await startS3Server()
  const destination = openDestination('s3://bucket/part', '/', { url: bucket.url, ...s3Credentials })
  await using saved = await openSavedSystem()
  const { system, store, probe, shipper } = saved
  await keepWide(store)
  await probe(upTo(20))
  await shipper.flush(60_000)
  const base = (await runBackup({ system, destination, signal })).manifest
  const { manifest } = await runBackup({ system, destination, keep: 1, signal })
  expect(manifest.telemetry.base).toBe(base.id)
  expect(oddFiles(base)).not.toEqual([])
  expect(await listBackups(destination)).toEqual([base.id, manifest.id])
  expect(await verifyBackup(destination, manifest, signal)).toEqual([])
  expect([...bucket.objects.keys()].filter((key) => !key.startsWith('part/'))).toEqual([])
  bucket.objects.delete(`part/${base.telemetry.files[0]!.key}`)
  expect(await verifyBackup(destination, manifest, signal)).toEqual([expect.stringContaining('missing')])
})
