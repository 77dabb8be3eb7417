import { hash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Destination, openDestination } from '../../src/backup/destination.ts'
import { readManifest } from '../../src/backup/manifest.ts'
import type { Manifest } from '../../src/backup/manifest-shape.ts'
import { baseFor } from '../../src/backup/place-jobs.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { tryKeys, verifyBackup } from '../../src/backup/verify-backup.ts'
import { restoreInto } from '../../src/cli/restore-context.ts'
import { readConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { createEmptyDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const { signal } = new AbortController()
const passphrase = 'what only operators know'
const day = 86_400_000

type Change = (manifest: Manifest) => Manifest

const evil = `DEFAULT; DROP SCHEMA public CASCADE; --`
const file = { key: '../outside', bytes: 1, sha256: 'ab'.repeat(32) }

/** What nobody but an attacker writes: each text would come to stand in a statement or a path. */
const changes: Record<string, Change> = {
  'a bound that is more than one': (m) => ({
    ...m,
    partitions: [{ table: 'status_event', name: 'status_event_default', bound: evil }],
  }),
  'a bound with a function in it': (m) => ({
    ...m,
    partitions: [
      { table: 'status_event', name: 'status_event_x', bound: `FOR VALUES FROM (pg_sleep(9)::text) TO ('2027-01-01')` },
    ],
  }),
  'a partition that is called like another table': (m) => ({
    ...m,
    partitions: [{ table: 'status_event', name: 'streamer_channel', bound: 'DEFAULT' }],
  }),
  'a database of ClickHouse': (m) => ({ ...m, telemetry: { ...m.telemetry, database: 'x.y AS z, TABLE q' } }),
  'a table of ClickHouse': (m) => ({
    ...m,
    telemetry: { ...m.telemetry, tables: [{ name: 'a FROM Disk()', rows: 1, parts: [] }] },
  }),
  'a base': (m) => ({ ...m, telemetry: { ...m.telemetry, base: '../../etc' } }),
  'a file of ClickHouse elsewhere': (m) => ({ ...m, telemetry: { ...m.telemetry, files: [file] } }),
  'a file of ClickHouse of another backup': (m) => ({
    ...m,
    telemetry: { ...m.telemetry, files: [{ ...file, key: 'clickhouse/20260101T000000000Z-aaaaaa/x' }] },
  }),
  'a spool elsewhere': (m) => ({ ...m, spools: [{ ...file, key: 'channelscope-backups.json' }] }),
  'keys elsewhere': (m) => ({ ...m, keys: { ...file, key: 'backups/x/keys.sealed' } }),
  'an object outside of the folder of objects': (m) => ({ ...m, objects: [file] }),
  'a schema': (m) => ({ ...m, sequences: [{ schema: 'pg_catalog' as 'dm', name: 'x', last: '1' }] }),
  'a number that is none': (m) => ({ ...m, sequences: [{ schema: 'dm', name: 'x', last: '1); --' }] }),
  'a field that nobody knows': (m) => ({ ...m, more: 1 }),
}

/** The text of a manifest with the hash that fits, as whoever changes it can write it. */
const withHash = (manifest: object): Buffer =>
  Buffer.from(JSON.stringify({ ...manifest, sha256: hash('sha256', JSON.stringify(manifest)) }))

const opened = new AsyncDisposableStack()
let destination: Destination
let manifest: Manifest
const key = () => `backups/${manifest.id}/manifest.json`
const write = (body: Buffer) => destination.objects.put(key(), body, hash('sha256', body))
const restore = async (of: Manifest, words?: string) => {
  await using target = await temporaryDirectory('backup-manifest-target')
  await using empty = await createEmptyDatabase()
  const config = readConfig({ DATABASE_URL: empty.url, DATA_DIR: target.path })
  return await restoreInto({
    config,
    log: silentLog,
    destination,
    manifest: of,
    passphrase: words,
    signal,
    onStep: () => {},
  })
}

beforeAll(async () => {
  const folder = opened.use(await temporaryDirectory('backup-manifest'))
  destination = openDestination(folder.path, '/', undefined)
  await using saved = await openSavedSystem()
  await seed(saved.db).fullChannels(30)
  manifest = (await runBackup({ system: saved.system, destination, passphrase, signal })).manifest
})
afterAll(() => opened[Symbol.asyncDispose]())

test('a manifest is read as it was written, and any byte that changes shows', async () => {
  expect(await readManifest(destination, manifest.id)).toEqual(manifest)
  const whole = (await destination.objects.get(key()))!
  expect(withHash(manifest).toString()).toBe(whole.toString().trimEnd())
  const cut = whole.subarray(0, -10)
  const other = Buffer.from(whole.toString().replace('"rows":"30"', '"rows":"31"'))
  expect(other.equals(whole)).toBe(false)
  for (const body of [cut, other, Buffer.from('null'), Buffer.from('[]')]) {
    await write(body)
    await expect(readManifest(destination, manifest.id)).rejects.toThrow('is damaged')
  }
  await write(whole)
})

test.each(Object.entries(changes))('%s is refused, also with the hash that fits', async (_, change) => {
  await write(withHash(change(manifest)))
  await expect(readManifest(destination, manifest.id)).rejects.toThrow('is damaged')
  await write(withHash(manifest))
  expect(await readManifest(destination, manifest.id)).toEqual(manifest)
})

test('a change that has the right form shows where there is a passphrase', async () => {
  const fewer = { ...manifest, objects: [], leftOut: ['Nothing is amiss.'] }
  expect(await tryKeys(destination, manifest, passphrase)).toEqual({ keys: 'OPEN' })
  expect(await tryKeys(destination, fewer, passphrase)).toMatchObject({ keys: 'WRONG_PASSPHRASE' })
  await expect(restore(fewer, passphrase)).rejects.toThrow('somebody has changed the manifest')
})

test('a wrong passphrase is told as one, and keys that are damaged are damage', async () => {
  const wrong = `The keys of backup ${manifest.id} do not open with this passphrase: give the one that they were saved with (if this is it, somebody has changed the manifest).`
  expect(await tryKeys(destination, manifest, 'not that passphrase')).toEqual({
    keys: 'WRONG_PASSPHRASE',
    sentence: wrong,
  })
  await expect(restore(manifest, 'not that passphrase')).rejects.toThrow(wrong)
  expect(await verifyBackup(destination, manifest, signal)).toEqual([])
  expect(await tryKeys(destination, manifest, undefined)).toEqual({ keys: 'NOT_TRIED' })
  expect(await tryKeys(destination, { ...manifest, keys: null }, passphrase)).toEqual({ keys: 'NONE' })

  const place = manifest.keys!.key
  const whole = (await destination.objects.get(place))!
  const cut = whole.subarray(0, -1)
  await destination.objects.put(place, cut, hash('sha256', cut))
  const damaged = `Backup ${manifest.id} is damaged: ${place} is damaged. Restore another one with --backup.`
  for (const words of [passphrase, 'not that passphrase'])
    expect(await tryKeys(destination, manifest, words)).toEqual({ keys: 'DAMAGED', sentence: damaged })
  await expect(restore(manifest, passphrase)).rejects.toThrow(damaged)
  await destination.objects.remove(place)
  expect((await tryKeys(destination, manifest, passphrase)).sentence).toContain(`${place} is missing`)
  expect(await verifyBackup(destination, manifest, signal)).toEqual([`${place} is missing`])
  await destination.objects.put(place, whole, hash('sha256', whole))
})

test('tables that are not those of the version are refused, and so are tables of ClickHouse that nobody knows', async () => {
  const [first, ...others] = manifest.tables
  for (const tables of [others, [...manifest.tables, first!], [{ ...first!, name: 'another' }, ...others]])
    await expect(restore({ ...manifest, tables })).rejects.toThrow('its tables are not those of its version')
  const telemetry = { ...manifest.telemetry, tables: [{ name: 'another', rows: 0, parts: [] }] }
  await expect(restore({ ...manifest, telemetry })).rejects.toThrow('the table another')
})

test('a backup builds on a base of the last seven days', async () => {
  const at = Date.parse(manifest.at)
  expect(await baseFor(destination, manifest, at + 6.9 * day)).toBe(manifest.id)
  expect(await baseFor(destination, manifest, at + 7.1 * day)).toBe(null)
  const next = { ...manifest, telemetry: { ...manifest.telemetry, base: manifest.id, files: [] } }
  expect(await baseFor(destination, next, at + 6.9 * day)).toBe(manifest.id)
  expect(await baseFor(destination, next, at + 7.1 * day)).toBe(null)
  expect(await baseFor(destination, null)).toBe(null)
})
