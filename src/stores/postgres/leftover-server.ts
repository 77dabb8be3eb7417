import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import fsp from 'node:fs/promises'
import path from 'node:path'

const commandOf = (pid: number): string => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  }
}

/**
 * Deals with the lock file that a killed server or its killed owner left in a cluster; `stop` is called when the server
 * still runs and resolves when it does not. To be called only by who alone may use the cluster.
 */
export const clearLeftoverServer = async (cluster: string, stop: () => Promise<void>): Promise<void> => {
  const file = path.join(cluster, 'postmaster.pid')
  const [pid = '', ...others] = (await fsp.readFile(file, 'utf8').catch(() => '')).split('\n')
  if (!/^\d+$/.test(pid)) return fsp.rm(file, { force: true })
  if (commandOf(Number(pid)).includes(cluster)) return stop()
  // By now the number may be that of any process, for which Postgres would refuse to start. It makes an exception for the
  // one that starts it, and goes on to check with the rest of the file that no session of the dead server lives on.
  await fsp.writeFile(file, [process.pid, ...others].join('\n'))
}
