import { expect, test } from 'vitest'
import { openDestination } from '../../src/backup/destination.ts'
import { logBackup } from '../../src/backup/log-backup.ts'
import type { BackupOptions } from '../../src/backup/run-backup.ts'
import { createLog } from '../../src/lib/log.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { seed } from '../support/stores/seed.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const infoLevel = 30
const warnLevel = 40
const errorLevel = 50

test('the log tells that a backup begins and what it came to, and says when keys are missing that backups before it have', async () => {
  await using folder = await temporaryDirectory('backup-logged')
  await using saved = await openSavedSystem()
  await seed(saved.db).fullChannels(3)
  const destination = openDestination(folder.path, '/', undefined)
  const logged = async (more: Partial<BackupOptions> = {}) => {
    const lines: Record<string, unknown>[] = []
    const log = createLog('info', [], { write: (line) => void lines.push(JSON.parse(line)) })
    const { signal } = new AbortController()
    const report = await logBackup({ system: saved.system, destination, signal, ...more }, log).catch(
      (error: Error) => error,
    )
    return { report, lines }
  }
  const ids: string[] = []
  const madeWith = async (passphrase?: string) => {
    const { report, lines } = await logged({ passphrase })
    if (report instanceof Error) throw report
    ids.push(report.manifest.id)
    return { ...report, lines }
  }

  const first = await madeWith()
  expect(first.lastWithKeys).toBe(null)
  expect(first.lines).toEqual([
    expect.objectContaining({ level: infoLevel, msg: 'a backup begins', place: folder.path, hasKeys: false }),
    expect.objectContaining({
      level: infoLevel,
      msg: 'a backup is made',
      backup: first.manifest.id,
      place: folder.path,
      at: first.manifest.at,
      bytes: first.bytes,
      postgresRows: first.manifest.tables.reduce((sum, { rows }) => sum + Number(rows), 0),
      clickHouseRows: expect.any(Number),
      objects: 0,
      pausedMs: first.pausedMs,
      durationMs: expect.any(Number),
      removed: 0,
      hasKeys: false,
    }),
  ])

  const withKeys = await madeWith('what only operators know')
  expect(withKeys.lastWithKeys).toBe(null)
  expect(withKeys.lines.map(({ msg }) => msg)).toEqual(['a backup begins', 'a backup is made'])
  for (const again of [await madeWith(), await madeWith()]) {
    expect(again.lastWithKeys).toBe(withKeys.manifest.id)
    expect(again.lines.at(-1)).toMatchObject({
      level: warnLevel,
      msg: 'a backup has no keys, and one before it has them',
      backup: again.manifest.id,
      lastWithKeys: withKeys.manifest.id,
    })
  }

  const failed = await logged({ system: { ...saved.system, environment: 'other' } })
  expect(failed.lines.at(-1)).toMatchObject({
    level: errorLevel,
    msg: 'a backup failed',
    place: folder.path,
    err: expect.stringContaining('of another system'),
    durationMs: expect.any(Number),
  })
  const stopping = new AbortController()
  const stopped = await logged({ signal: stopping.signal, onProgress: () => stopping.abort() })
  expect(stopped.lines.at(-1)).toMatchObject({ level: warnLevel, msg: 'a backup was given up' })
  expect(ids).not.toContain(stopped.lines.at(-1)!.backup)
})
