import { globSync, truncateSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openDestination, tellingWhy } from '../../src/backup/destination.ts'
import { listBackups } from '../../src/backup/manifest.ts'
import { requireOutside } from '../../src/backup/outside-data.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { verifyBackup } from '../../src/backup/verify-backup.ts'
import { readPassphrase } from '../../src/commands/backup-command.ts'
import { s3Credentials, startS3Server } from '../support/archive/s3-server.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const { signal } = new AbortController()

test('a folder of backups is neither in DATA_DIR nor around it, by whatever name', async () => {
  await using directory = await temporaryDirectory('backup-outside')
  const at = (...names: string[]): string => path.join(directory.path, ...names)
  await fs.mkdir(at('around/data/postgres'), { recursive: true })
  await fs.mkdir(at('disk'))
  await fs.symlink(at('around/data'), at('link'))
  await fs.symlink(at('nowhere'), at('dangling'))
  await fs.symlink(at('disk'), at('around/data/objects'))
  const refused = (place: string) => expect(requireOutside(at(place), at('around/data')), place).rejects
  for (const inner of ['around/data', 'around/data/..foo', 'link', 'link/deep/er', 'disk', 'disk/below'])
    await refused(inner).toThrow('must not lie in DATA_DIR')
  for (const outer of ['around', '.', 'link/..']) await refused(outer).toThrow('must not have DATA_DIR in it')
  await expect(requireOutside(at('link'), at('link'))).rejects.toThrow('must not lie')
  await refused('dangling').toThrow('leads nowhere')
  for (const good of ['backups', 'around/backups', 'around/data2', 'around/..data'])
    await requireOutside(at(good), at('around/data'))
})

test('a place that has other things, or the backups of another system, is refused and stays as it is', async () => {
  await using folder = await temporaryDirectory('backup-foreign')
  await using bucket = await startS3Server()
  const s3 = { url: bucket.url, ...s3Credentials }
  await using saved = await openSavedSystem()
  const { system, db } = saved
  const backup = (place: string, of = system) =>
    runBackup({ system: of, destination: openDestination(place, '/', s3), keep: 1, signal })
  bucket.objects.set('part/objects/photo', Buffer.from('x'))
  await fs.mkdir(path.join(folder.path, 'mine/objects'), { recursive: true })
  await fs.writeFile(path.join(folder.path, 'mine/objects/photo'), 'x')
  for (const place of [path.join(folder.path, 'mine'), folder.path, 's3://bucket/part'])
    await expect(backup(place)).rejects.toThrow('is not empty and has no backups')
  expect(await fs.readdir(folder.path, { recursive: true })).toEqual(['mine', 'mine/objects', 'mine/objects/photo'])
  expect([...bucket.objects.keys()]).toEqual(['part/objects/photo'])
  expect(() => openDestination('s3://bucket', '/', s3)).toThrow('s3://bucket/prefix')

  const good = path.join(folder.path, 'good')
  const ids: string[] = []
  for (const place of [good, 's3://bucket/good']) ids.push((await backup(place)).manifest.id)
  await expect(backup(good, { ...system, environment: 'other' })).rejects.toThrow('of another system')
  await db.pool.query('UPDATE dm.status_journal SET system_id = gen_random_uuid()')
  for (const place of [good, 's3://bucket/good']) await expect(backup(place)).rejects.toThrow('of another system')
  expect(await listBackups(openDestination(good, '/', s3))).toEqual([ids[0]])
  expect(await listBackups(openDestination('s3://bucket/good', '/', s3))).toEqual([ids[1]])
})

test('a place in which nothing can be made is refused in a sentence, and not waited for', async () => {
  await using saved = await openSavedSystem()
  const backup = (place: string) => {
    const destination = openDestination(place, '/', undefined)
    return tellingWhy(destination, () => runBackup({ system: saved.system, destination, signal }))
  }
  for (const place of ['/proc/backups', '/proc/deep/er'])
    await expect(backup(place)).rejects.toThrow(
      `${place} can not be used: channelscope-backups.json can not be written (ENOENT).`,
    )
  await expect(backup('/dev/null')).rejects.toThrow('/dev/null can not be read as a folder (ENOTDIR).')
})

test('what the engine wrote only in part is no backup', async () => {
  await using folder = await temporaryDirectory('backup-cut')
  await using saved = await openSavedSystem()
  const destination = openDestination(folder.path, '/', undefined)
  const backup = runBackup({
    system: saved.system,
    destination,
    signal,
    onProgress({ step }) {
      if (step !== 'clickhouse') return
      // As a full disk leaves it, which the engine does not tell.
      const [written] = globSync('clickhouse/*/.backup', { cwd: folder.path })
      truncateSync(path.join(folder.path, written!))
    },
  })
  await expect(backup).rejects.toThrow(/has \d+ of the \d+ bytes that ClickHouse wrote: make room there\.$/)
  expect(await listBackups(destination)).toEqual([])
})

test('a manifest that can not be read ends no later backup, and nothing that it may need goes', async () => {
  await using folder = await temporaryDirectory('backup-unreadable')
  const destination = openDestination(folder.path, '/', undefined)
  await using saved = await openSavedSystem()
  const backup = () => runBackup({ system: saved.system, destination, keep: 1, signal })
  const first = (await backup()).manifest.id
  const file = path.join(folder.path, 'backups', first, 'manifest.json')
  for (const text of ['{', '{"format":2}']) {
    await fs.writeFile(file, text)
    const { manifest, unreadable, removed } = await backup()
    expect({ unreadable, removed, base: manifest.telemetry.base === first }).toEqual({
      unreadable: [first],
      removed: 0,
      base: false,
    })
  }
  expect(await listBackups(destination)).toHaveLength(3)
})

test.each(['ftp://host/a', 'file:///tmp/a', 'gs://bucket/a', 'https://bucket/a', '~/backups'])(
  '%s is no place of backups, and no folder of that name is made',
  (place) => {
    expect(() => openDestination(place, '/', undefined)).toThrow('must be a folder or s3://bucket/prefix')
  },
)

test('what was damaged in a folder is written anew by the next backup, which is whole', async () => {
  await using folder = await temporaryDirectory('backup-mended')
  await using saved = await openSavedSystem()
  const destination = openDestination(folder.path, '/', undefined)
  const backup = () => runBackup({ system: saved.system, destination, signal })
  await backup()
  const chunks = await destination.objects.list('chunks/')
  expect(chunks.length).toBeGreaterThan(1)
  await fs.truncate(path.join(folder.path, chunks[0]!))
  await fs.writeFile(path.join(folder.path, chunks[1]!), 'changed', { flag: 'r+' })
  const { manifest } = await backup()
  expect(await verifyBackup(destination, manifest, signal)).toEqual([])
})

test('a server reads a passphrase from a file, and from no pipe of its own', async () => {
  await using folder = await temporaryDirectory('backup-passphrase')
  const file = path.join(folder.path, 'passphrase')
  await fs.writeFile(file, 'correct horse battery\n')
  expect(await readPassphrase(file, { isByServer: true })).toBe('correct horse battery')
  for (const other of ['/dev/null', '/proc/self/io', folder.path])
    await expect(readPassphrase(other, { isByServer: true })).rejects.toThrow('in a file of its own')
  await expect(readPassphrase(`${file}.none`, { isByServer: true })).rejects.toThrow('can not be read')
})
