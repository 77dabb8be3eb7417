import { ConfigError, reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { ObjectStoreError } from '../stores/objects/object-store.ts'
import { totalsOf } from './manifest.ts'
import { type BackupOptions, type BackupReport, runBackup } from './run-backup.ts'

/** Makes a backup as `runBackup` does. The log tells that it begins, and what it came to, or why there is none. */
export const logBackup = async (options: BackupOptions, log: Log): Promise<BackupReport> => {
  const { destination, passphrase, keep, signal, onProgress } = options
  const { place } = destination.objects
  const begunAt = performance.now()
  let backup: string | undefined
  const soFar = () => ({ backup, place, durationMs: Math.round(performance.now() - begunAt) })
  log.info({ place, keep, hasKeys: passphrase !== undefined }, 'a backup begins')
  try {
    const report = await runBackup({
      ...options,
      onProgress(step) {
        if (step.step === 'snapshot') backup = step.id
        onProgress?.(step)
      },
    })
    const { manifest, pausedMs, bytes, lastWithKeys, removed, unreadable } = report
    const { at, leftOut, keys } = manifest
    const fields = { ...soFar(), at, bytes, ...totalsOf(manifest), pausedMs, removed, hasKeys: keys !== null }
    log.info(fields, 'a backup is made')
    if (leftOut.length > 0 || unreadable.length > 0)
      log.warn({ backup, leftOut, unreadable }, 'a backup lacks something')
    if (lastWithKeys !== null) log.warn({ backup, lastWithKeys }, 'a backup has no keys, and one before it has them')
    return report
  } catch (error) {
    if (signal.aborted) log.warn(soFar(), 'a backup was given up')
    // Of what an operator can mend the stack tells nothing.
    else if (error instanceof ConfigError || error instanceof ObjectStoreError)
      log.error({ ...soFar(), err: reasonText(error) }, 'a backup failed')
    else log.error({ ...soFar(), err: error }, 'a backup failed')
    throw error
  }
}
