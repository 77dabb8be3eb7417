import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { isPackage, ownPlace } from '../lib/own-folder.ts'

const buildScript = ownPlace('admin/build.ts')

const patienceMs = 300_000

/**
 * Builds the panel where its sources are others than those of the last build, in a process of its own. Where that fails it
 * says so in the log, and what was built before stays. A package has it built in, and no sources of it.
 */
export const buildPanel = async (options: { log: Log; signal: AbortSignal; script?: string }): Promise<void> => {
  const { log, signal, script = buildScript } = options
  if (isPackage) return
  try {
    // Nothing of the environment belongs into a page.
    await promisify(execFile)(process.execPath, [script, '--if-stale'], { env: {}, signal, timeout: patienceMs })
  } catch (error) {
    if (signal.aborted) return
    const { stderr = '' } = error as { stderr?: string }
    log.error({ reason: stderr.trim() || reasonText(error) }, 'the panel could not be built: npm run build tries again')
  }
}
