import { expect, test } from 'vitest'
import { type Destination, openDestination } from '../../src/backup/destination.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { readTableParts } from '../../src/backup/telemetry-statements.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test('parts that would be merged while a backup is made stay as the manifest names them', async () => {
  await using folder = await temporaryDirectory('backup-merged')
  const place = openDestination(folder.path, '/', undefined)
  await using saved = await openSavedSystem()
  const { system, store, probe, shipper } = saved
  const table = 'kick_streamer_probe'
  await store.command(`SYSTEM STOP MERGES ${store.database}.${table}`)
  for (const numbers of [
    [1, 2, 3],
    [4, 5, 6],
  ]) {
    await probe(numbers)
    await shipper.flush(60_000)
  }
  const merged: Promise<unknown>[] = []
  const destination: Destination = {
    ...place,
    async fingerprint(key) {
      // By now the engine has written all of it.
      const clone = /^clickhouse\/([\w-]+)\//.exec(key)?.[1]?.replaceAll('-', '_')
      if (clone !== undefined && merged.length === 0) {
        merged.push(store.command(`OPTIMIZE TABLE ${store.database}_backup_${clone}.${table} FINAL`))
        await Promise.allSettled(merged)
      }
      return place.fingerprint(key)
    },
  }
  const { manifest } = await runBackup({ system, destination, signal: new AbortController().signal })
  expect(merged).toHaveLength(1)
  const parts = await readTableParts(store, store.database, [table])
  expect(parts[0]!.parts.length).toBeGreaterThan(1)
  expect(manifest.telemetry.tables.filter(({ name }) => name === table)).toEqual(parts)
})
