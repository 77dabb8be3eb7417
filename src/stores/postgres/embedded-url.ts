import fs from 'node:fs'
import path from 'node:path'

const linesOf = (...parts: string[]): string[] => {
  try {
    return fs.readFileSync(path.join(...parts), 'utf8').split('\n')
  } catch {
    return []
  }
}

/** The name of the database that the program keeps in an embedded Postgres. */
export const embeddedDatabase = 'channelscope'

/** How to reach the embedded Postgres of a directory with the password that it has. */
export const embeddedUrl = (password: string, port: number | string, database = embeddedDatabase): string =>
  `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`

/** The connection string of the embedded Postgres that runs in a directory; undefined where none does, or where we may not look. */
export const runningEmbeddedUrl = (directory: string): string | undefined => {
  const [password] = linesOf(directory, 'password')
  // The server notes its port in the fourth line of its lock file.
  const port = linesOf(directory, 'cluster', 'postmaster.pid')[3]
  return password && port ? embeddedUrl(password, port) : undefined
}
