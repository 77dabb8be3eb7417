import { execFileSync } from 'node:child_process'
import fs, { createReadStream } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Destination, openDestination, tellingWhy } from '../../src/backup/destination.ts'
import { chunkKey, listBackups } from '../../src/backup/manifest.ts'
import type { Manifest } from '../../src/backup/manifest-shape.ts'
import { isStuck } from '../../src/backup/patience.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { eventually } from '../support/lib/eventually.ts'
import { seed } from '../support/stores/seed.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

// A pipe that nobody reads stands for a file system that hangs: whoever opens it to write waits for ever, in Node and in the engine.

const { signal } = new AbortController()
const silentMs = 3_000

const makePipe = (file: string): string => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  execFileSync('mkfifo', [file])
  return file
}

/** Makes the file hang to which the next backup writes the channels. */
const hangAtChannels = (folder: string, { tables }: Manifest): { pipe: string; key: string } => {
  const [chunk] = tables.find(({ name }) => name === 'streamer_channel')!.chunks
  const key = chunkKey(chunk!.sha256)
  const file = path.join(folder, key)
  fs.rmSync(file)
  return { pipe: makePipe(`${file}.partial`), key }
}

/** Lets whoever waits for the pipe go on. */
const readPipe = (file: string) => createReadStream(file).resume()

/** What the connections of backups to a database do. */
const sessions = async (db: Postgres): Promise<string[]> => {
  const { rows } = await db.pool.query<{ state: string }>(
    `SELECT state FROM pg_stat_activity WHERE application_name = 'channelscope backup' AND datname = current_database()`,
  )
  return rows.map(({ state }) => state)
}

const working = namedQuery({
  name: 'test_working_backups',
  sql: `SELECT id FROM system.backups WHERE status = 'CREATING_BACKUP'`,
  row: { id: text },
})
const clones = namedQuery({
  name: 'test_clones',
  sql: `SELECT name FROM system.databases WHERE name LIKE '%_backup_%'`,
  row: { name: text },
})

test('a file that can not be written to its end ends the backup, and lets its transactions and its lock go', async () => {
  await using folder = await temporaryDirectory('backup-hangs')
  await using other = await temporaryDirectory('backup-elsewhere')
  await using saved = await openSavedSystem()
  const { system, db } = saved
  await seed(db).fullChannels(20)
  const place = openDestination(folder.path, '/', undefined)
  const { manifest } = await runBackup({ system, destination: place, signal })
  const { pipe, key } = hangAtChannels(folder.path, manifest)

  const destination = openDestination(folder.path, '/', undefined, silentMs)
  const backup = () => tellingWhy(destination, () => runBackup({ system, destination, signal }))
  await expect(backup()).rejects.toThrow(
    `${folder.path} can not be used: the file system hangs: nothing came from ${key} for 3 s.`,
  )
  await eventually('no session is left', async () => (await sessions(db)).length === 0)
  expect(isStuck()).toBe(true)
  // It is not asked again, so that no more threads hang. Another place is none of its business, and the lock is free.
  await expect(backup()).rejects.toThrow('a call of before has not come back')
  await runBackup({ system, destination: openDestination(other.path, '/', undefined), signal })
  readPipe(pipe)
  await eventually('the call comes back', () => !isStuck())
  expect(await listBackups(place)).toEqual([manifest.id])
})

test('a backup that is given up while a file hangs lets its transactions and its lock go', async () => {
  await using folder = await temporaryDirectory('backup-given-up')
  await using other = await temporaryDirectory('backup-elsewhere')
  await using saved = await openSavedSystem()
  const { system, db } = saved
  await seed(db).fullChannels(20)
  const { manifest } = await runBackup({ system, destination: openDestination(folder.path, '/', undefined), signal })
  const { pipe } = hangAtChannels(folder.path, manifest)

  const ending = new AbortController()
  const destination = openDestination(folder.path, '/', undefined, silentMs)
  const backup = runBackup({ system, destination, signal: ending.signal })
  setTimeout(() => ending.abort(new Error('nobody wants it')), silentMs / 2)
  await expect(backup).rejects.toThrow('nobody wants it')
  await eventually('no session is left', async () => (await sessions(db)).length === 0)
  await runBackup({ system, destination: openDestination(other.path, '/', undefined), signal })
  readPipe(pipe)
  await eventually('the call comes back', () => !isStuck())
})

test('an engine that hangs at the place ends the backup, and takes in rows as before', async () => {
  await using folder = await temporaryDirectory('backup-engine-hangs')
  await using saved = await openSavedSystem()
  const { system, db, store, probe, shipper } = saved
  await probe([1, 2, 3])
  let pipe: string | undefined
  const place = openDestination(folder.path, '/', undefined, silentMs)
  const destination: Destination = {
    ...place,
    engineFolder(key) {
      const id = path.basename(key).replaceAll('-', '_')
      pipe = makePipe(path.join(folder.path, key, 'metadata', `${store.database}_backup_${id}.sql`))
      return place.engineFolder(key)
    },
  }
  let during: Promise<string[]> | undefined
  await expect(
    runBackup({
      system,
      destination,
      signal,
      onProgress({ step }) {
        if (step === 'objects') during = sessions(db)
      },
    }),
  ).rejects.toThrow('ClickHouse has moved no byte for 3 s: the place hangs.')
  // While the engine wrote, Postgres had no snapshot to keep.
  expect(new Set(await during)).toEqual(new Set(['idle']))
  await eventually('no session is left', async () => (await sessions(db)).length === 0)
  expect(await store.query(working, {})).toHaveLength(1)
  expect(await store.query(clones, {})).toEqual([])
  await probe([4])
  expect(await shipper.flush(60_000)).toBe(true)
  readPipe(pipe!)
  await eventually('the engine goes on', async () => (await store.query(working, {})).length === 0)
  expect(await listBackups(place)).toEqual([])
})
