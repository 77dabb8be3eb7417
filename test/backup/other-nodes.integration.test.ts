import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Destination, openDestination } from '../../src/backup/destination.ts'
import { listBackups } from '../../src/backup/manifest.ts'
import { runBackup, type System } from '../../src/backup/run-backup.ts'
import { verifyBackup } from '../../src/backup/verify-backup.ts'
import { restoreInto } from '../../src/cli/restore-context.ts'
import { readConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { openAnotherNode } from '../support/backup/another-node.ts'
import { storedProbes, waitingProbes } from '../support/backup/saved-probes.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { createEmptyDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const { signal } = new AbortController()

const withNodes = (system: System, ...nodes: string[]): System =>
  Object.defineProperties({} as System, {
    ...Object.getOwnPropertyDescriptors(system),
    otherNodes: { value: async () => ({ alive: nodes, silent: [] }) },
  })

/** Writes one probe after the other, from a number on, until it is stopped; answers the next number. */
const writeOn = (probe: (numbers: readonly number[]) => Promise<void>, first: number) => {
  let next = first
  let isStopped = false
  const writing = (async () => {
    while (!isStopped) {
      await probe([next])
      next++
    }
  })()
  return {
    acknowledged: () => next,
    async stop() {
      isStopped = true
      await writing
    },
  }
}

const calls = async ({ dm }: System): Promise<number> =>
  (await dm.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM dm.backup_call')).rows[0]!.count

/** Makes a backup of a system of three nodes while all of them write; answers what each had acknowledged before and after. */
const backUpThreeNodes = async (destination: Destination) => {
  await using saved = await openSavedSystem()
  const { probe } = saved
  await probe([0, 1, 2])
  // While it stands still it goes on to take in rows: those wait on its disk.
  await using _ = await openAnotherNode(saved, 'second', {
    change: (parts, append) => ({
      ...parts,
      gate: {
        async close(timeoutMs) {
          await append([10_000, 10_001, 10_002])
          return await parts.gate.close(timeoutMs)
        },
      },
    }),
  })
  await using third = await openAnotherNode(saved, 'third')
  const writers = [writeOn(probe, 3), writeOn(third.probe, 20_000)]
  const before = writers.map((writer) => writer.acknowledged())
  let after: number[] = []
  const { manifest } = await runBackup({
    system: withNodes(saved.system, 'second', 'third'),
    destination,
    signal,
    onProgress({ step }) {
      if (step === 'snapshot') after = writers.map((writer) => writer.acknowledged())
    },
  })
  for (const writer of writers) await writer.stop()
  expect(await calls(saved.system)).toBe(0)
  return { manifest, before: [before[0]!, 10_000, before[1]!], after: [after[0]!, 10_003, after[1]!] }
}

test('what two other nodes acknowledged before the instant is in the backup once, in one spool after a restore', async () => {
  await using folder = await temporaryDirectory('backup-nodes')
  await using target = await temporaryDirectory('backup-nodes-target')
  await using empty = await createEmptyDatabase()
  const destination = openDestination(folder.path, '/', undefined)
  const { manifest, before, after } = await backUpThreeNodes(destination)
  expect(manifest.spools).toHaveLength(3)
  expect(await verifyBackup(destination, manifest, signal)).toEqual([])
  const waiting = manifest.spools.flatMap(({ key }) => waitingProbes(path.join(folder.path, key)))
  expect(waiting).toEqual(expect.arrayContaining([10_000, 10_001, 10_002]))

  const config = readConfig({ DATABASE_URL: empty.url, DATA_DIR: target.path })
  await restoreInto({
    config,
    log: silentLog,
    destination,
    manifest,
    passphrase: undefined,
    signal,
    onStep: () => undefined,
  })
  expect((await fs.readdir(target.path)).filter((name) => name.startsWith('spool'))).toEqual(['spool'])
  await using store = await openClickHouse({ directory: path.join(target.path, 'clickhouse') })
  const stored = (await store.query(storedProbes, {})).map(({ id }) => Number(id))
  const restored = waitingProbes(path.join(target.path, 'spool/spool.sqlite'))
  expect(restored.toSorted((a, b) => a - b)).toEqual(waiting.toSorted((a, b) => a - b))
  const all = [...stored, ...restored].sort((a, b) => a - b)
  expect(new Set(all).size).toBe(all.length)
  for (const [index, first] of [0, 10_000, 20_000].entries()) {
    const own = all.filter((n) => n >= first && n < first + 10_000)
    // One after the other without a hole, so that the last one says all.
    expect(own).toEqual(own.map((_, n) => first + n))
    expect(first + own.length).toBeGreaterThanOrEqual(before[index]!)
    // One more may be stored, and not be acknowledged yet.
    expect(first + own.length).toBeLessThanOrEqual(after[index]! + 1)
  }
})

test('a node that can not stand still, does not answer, goes on too soon or comes meanwhile ends the backup with its name', async () => {
  await using folder = await temporaryDirectory('backup-nodes-refused')
  const destination = openDestination(folder.path, '/', undefined)
  await using saved = await openSavedSystem()
  const backup = (system: System) => runBackup({ system, destination, signal, patienceMs: 2_000 })
  {
    await using _ = await openAnotherNode(saved, 'silent', { holdMs: 60_000 })
    await expect(backup(withNodes(saved.system, 'silent', 'gone'))).rejects.toThrow(
      'Node gone did not stand still for the backup within 2 s.',
    )
  }
  {
    await using _ = await openAnotherNode(saved, 'busy', {
      change: (parts) => ({ ...parts, shipper: { ...parts.shipper, pause: async () => null } }),
    })
    await expect(backup(withNodes(saved.system, 'busy'))).rejects.toThrow(
      'Node busy can not take part in the backup: ClickHouse does not take rows now',
    )
  }
  {
    await using _ = await openAnotherNode(saved, 'hasty', { holdMs: 0 })
    await expect(backup(withNodes(saved.system, 'hasty'))).rejects.toThrow('Node hasty can not take part in the backup')
  }
  {
    let asked = 0
    const system = Object.defineProperties({} as System, {
      ...Object.getOwnPropertyDescriptors(saved.system),
      otherNodes: { value: async () => ({ alive: asked++ === 0 ? [] : ['new'], silent: [] }) },
    })
    await expect(backup(system)).rejects.toThrow('Node new started while the backup began')
  }
  expect(await calls(saved.system)).toBe(0)
  expect(await listBackups(destination)).toEqual([])

  // Nobody stands still any more, and the next one is whole.
  await using other = await openAnotherNode(saved, 'other')
  const { manifest } = await backup(withNodes(saved.system, 'other'))
  await other.probe([1])
  await other.shipper.flush(20_000)
  expect(other.spool.stats().bytes).toBe(0)
  expect(await verifyBackup(destination, manifest, signal)).toEqual([])
})
