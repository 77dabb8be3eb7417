import { expect, test } from 'vitest'
import { openDestination } from '../../src/backup/destination.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { readTableParts } from '../../src/backup/telemetry-statements.ts'
import { reasonText } from '../../src/lib/errors.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test('parts that would be merged while a backup is made stay as the manifest names them', async () => {
  await using folder = await temporaryDirectory('backup-merged')
  const destination = openDestination(folder.path, '/', undefined)
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
  let clone = ''
  const { manifest } = await runBackup({
    system,
    destination,
    signal: new AbortController().signal,
    onProgress(step) {
      if (step.step === 'snapshot') clone = `${store.database}_backup_${step.id.replaceAll('-', '_')}`
      // One statement at a time writes: this one is before that which copies.
      if (step.step === 'objects')
        merged.push(store.command(`OPTIMIZE TABLE ${clone}.${table} FINAL`).catch(reasonText))
    },
  })
  expect(await Promise.all(merged)).toHaveLength(1)
  const parts = await readTableParts(store, store.database, [table])
  expect(parts[0]!.parts.length).toBeGreaterThan(1)
  expect(manifest.telemetry.tables.filter(({ name }) => name === table)).toEqual(parts)
})
