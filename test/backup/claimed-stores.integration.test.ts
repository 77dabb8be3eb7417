import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Destination, openDestination } from '../../src/backup/destination.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { restoreInto } from '../../src/cli/restore-context.ts'
import { readConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test('a restore fills only stores that are empty or that it has marked itself, and one that is refused leaves nothing', async () => {
  await using folder = await temporaryDirectory('backup-claimed')
  await using target = await temporaryDirectory('backup-claimed-target')
  await using empty = await createEmptyDatabase()
  await using used = await createTestDatabase()
  await seed(used.db).fullChannels(3)
  let filesRead = 0
  const place = openDestination(folder.path, '/', undefined)
  const destination: Destination = {
    ...place,
    fingerprint(key) {
      filesRead++
      return place.fingerprint(key)
    },
  }
  const { signal } = new AbortController()
  const backup = async () => {
    await using saved = await openSavedSystem()
    return (await runBackup({ system: saved.system, destination, signal })).manifest
  }
  const manifest = await backup()
  const restore = (url: string, { of = manifest, stop = signal, onStep = (_: string): unknown => undefined } = {}) => {
    const config = readConfig({ DATABASE_URL: url, DATA_DIR: target.path })
    const options = { config, log: silentLog, destination, manifest: of, passphrase: undefined }
    return restoreInto({ ...options, signal: stop, onStep })
  }
  const full = used.urlOfPublic
  const found = async () => (await fs.readdir(target.path)).filter((name) => !/^(format|lock\.sqlite.*)$/.test(name))
  filesRead = 0

  // Whatever is in the folder, also what is none of ours: it is left as it is, without a file of ours beside it.
  for (const name of ['config-keys', 'photo', 'objects/chat']) {
    await fs.mkdir(path.dirname(path.join(target.path, name)), { recursive: true })
    await fs.writeFile(path.join(target.path, name), 'the only ones')
    await expect(restore(empty.url)).rejects.toThrow(
      `DATA_DIR ${target.path} is not empty (${path.join(target.path, name.split('/')[0]!)}): restore into an empty folder, or move it away.`,
    )
    expect(await fs.readFile(path.join(target.path, name), 'utf8')).toBe('the only ones')
    expect(await fs.readdir(target.path)).toEqual([name.split('/')[0]])
    await fs.rm(path.join(target.path, name.split('/')[0]!), { recursive: true })
  }
  await expect(restore(full)).rejects.toThrow('is not empty')
  expect(await found()).toEqual([])
  await fs.writeFile(path.join(target.path, 'photo'), 'the only one')
  await expect(restore(empty.url)).rejects.toThrow(/is not empty .*photo/)
  await fs.rm(path.join(target.path, 'photo'))
  {
    using _ = holdDataDirectory(target.path)
    await expect(restore(empty.url)).rejects.toThrow(`is in use by process ${process.pid}`)
  }
  await expect(restore(Object.assign(new URL(full), { port: '9' }).href)).rejects.toThrow(
    'DATABASE_URL can not be used: ECONNREFUSED.',
  )
  expect(await found()).toEqual([])
  expect(filesRead, 'a place is refused before the backup is read').toBe(0)

  // Stopped on its way: what it has marked is no reason to take another store.
  const stopping = new AbortController()
  const interrupted = restore(empty.url, {
    stop: stopping.signal,
    onStep: (step) => step === 'clickhouse' && stopping.abort(),
  })
  await expect(interrupted).rejects.toThrow()
  expect(await found()).toContain('restoring')
  await expect(restore(full)).rejects.toThrow('is not empty')
  const { rows } = await used.db.pool.query('SELECT count(*)::int AS count FROM dm.streamer_channel')
  expect(rows).toEqual([{ count: 3 }])
  const other = { ...manifest, id: '20260101T000000000Z-aaaaaa' }
  await expect(restore(empty.url, { of: other })).rejects.toThrow(`go on with --backup ${manifest.id}`)
  {
    await using elsewhere = await temporaryDirectory('backup-claimed-elsewhere')
    const config = readConfig({ DATABASE_URL: empty.url, DATA_DIR: elsewhere.path })
    const options = { config, log: silentLog, destination, manifest, passphrase: undefined, signal, onStep: () => {} }
    await expect(restoreInto(options)).rejects.toThrow('holds another restore')
  }
  expect(await restore(empty.url)).toBe(false)
  expect(await found()).not.toContain('restoring')
  await expect(restore(empty.url)).rejects.toThrow('is not empty')
})
