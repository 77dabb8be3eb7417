import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const commandOf = (pid: number): string => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  }
}

const lockFileOf = (cluster: string): string => path.join(cluster, 'postmaster.pid')

const readLock = (cluster: string): string[] => {
  try {
    return fs.readFileSync(lockFileOf(cluster), 'utf8').split('\n')
  } catch {
    return []
  }
}

/** Whether a server runs in a cluster; a path with symbolic links is none that a server was started with. */
const runsIn = (cluster: string): boolean => {
  const [pid = ''] = readLock(cluster)
  return /^\d+$/.test(pid) && commandOf(Number(pid)).includes(cluster)
}

/** Whether the embedded Postgres of a directory runs. Where nobody holds the data directory, a killed process left it behind. */
export const embeddedServerRuns = (directory: string): boolean =>
  fs.existsSync(directory) && runsIn(path.join(fs.realpathSync(directory), 'cluster'))

/** Clears the lock file of a killed server, after `stop` where it runs; only for who alone may use the cluster. */
export const clearLeftoverServer = async (cluster: string, stop: () => Promise<void>): Promise<void> => {
  if (runsIn(cluster)) return stop()
  const [pid = '', ...others] = readLock(cluster)
  if (!/^\d+$/.test(pid)) return fs.rmSync(lockFileOf(cluster), { force: true })
  // By now the number may be that of any process, for which Postgres would refuse to start. It makes an exception for the
  // one that starts it, and goes on to check with the rest of the file that no session of the dead server lives on.
  fs.writeFileSync(lockFileOf(cluster), [process.pid, ...others].join('\n'))
}
