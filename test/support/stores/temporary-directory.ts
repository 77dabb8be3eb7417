import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new empty directory that is removed with all it holds when disposed. */
export const temporaryDirectory = async (prefix: string): Promise<AsyncDisposable & { path: string }> => {
  const path = await mkdtemp(join(tmpdir(), `${prefix}-`))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
