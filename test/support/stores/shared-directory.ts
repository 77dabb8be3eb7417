import { chmod } from 'node:fs/promises'
import { temporaryDirectory } from './temporary-directory.ts'

/** A new empty directory that every account may enter; Postgres needs that when the tests run as root. */
export const sharedDirectory = async (prefix: string): Promise<AsyncDisposable & { path: string }> => {
  const directory = await temporaryDirectory(prefix)
  await chmod(directory.path, 0o755)
  return directory
}
