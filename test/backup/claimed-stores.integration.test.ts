import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openDestination } from '../../src/backup/destination.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { restoreInto } from '../../src/cli/restore-context.ts'
import { readConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/lib/log.ts'
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
  const destination = openDestination(folder.path, '/', undefined)
  const { signal } = new AbortController()
  const backup = async () => {
    await using saved = await openSavedSystem()
    return (await runBackup({ system: saved.system, destination, signal })).manifest
  }
  const manifest = await backup()
  const restore = (url: string, { of = manifest, stop = signal, onStep = () => {} } = {}) => {
    const config = readConfig({ DATABASE_URL: url, DATA_DIR: target.path })
    const options = { config, log: silentLog, destination, manifest: of, passphrase: undefined }
    return restoreInto({ ...options, signal: stop, onStep })
  }
  const full = used.urlOfPublic
  const found = async () => (await fs.readdir(target.path)).filter((name) => !/^(format|lock\.sqlite.*)$/.test(name))

  await fs.writeFile(path.join(target.path, 'config-keys'), 'the only ones')
  await expect(restore(empty.url)).rejects.toThrow(/is not empty .*config-keys/)
  expect(await fs.readFile(path.join(target.path, 'config-keys'), 'utf8')).toBe('the only ones')
  await fs.rm(path.join(target.path, 'config-keys'))
  await expect(restore(full)).rejects.toThrow('is not empty')
  expect(await found()).toEqual([])

  // Stopped on its way: what it has marked is no reason to take another store.
  const stopping = new AbortController()
  const interrupted = restore(empty.url, { stop: stopping.signal, onStep: () => stopping.abort() })
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
