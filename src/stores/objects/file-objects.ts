import { hash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { makeFolders } from '../make-folders.ts'
import { checkKey, checkPrefix, type ObjectStore, ObjectStoreError } from './object-store.ts'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const isAbsent = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'

/** Makes what was renamed, made or removed in a folder survive a loss of power. */
const syncFolder = async (folder: string): Promise<void> => {
  await using handle = await fs.open(folder, 'r')
  await handle.sync()
}

const writeDurably = async (file: string, body: Buffer): Promise<void> => {
  const folder = path.dirname(file)
  const made = await makeFolders(folder)
  // One name for every attempt, so that what a killed one left behind is overwritten.
  const partial = `${file}.partial`
  {
    await using handle = await fs.open(partial, 'w')
    await handle.writeFile(body)
    await handle.sync()
    const { size } = await handle.stat()
    if (size !== body.length) throw new ObjectStoreError(`${file} has ${size} bytes instead of ${body.length}.`)
  }
  await fs.rename(partial, file)
  await syncFolder(folder)
  if (made === undefined) return
  for (let child = folder; child.length >= made.length; child = path.dirname(child))
    await syncFolder(path.dirname(child))
}

/** Objects as files below a folder, made when the first is put. A key's file is complete whenever it is there. */
export const openFileObjects = (root: string): ObjectStore => {
  const fileOf = (key: string): string => {
    checkKey(key)
    return path.join(root, key)
  }
  return {
    place: root,
    async put(key, body, sha256, signal) {
      const file = fileOf(key)
      if (hash('sha256', body) !== sha256) throw new ObjectStoreError(`${key} has other bytes than its SHA-256 says.`)
      signal?.throwIfAborted()
      try {
        await writeDurably(file, body)
      } catch (error) {
        throw error instanceof ObjectStoreError
          ? error
          : new ObjectStoreError(`${key} can not be written (${codeOf(error)}).`, error)
      }
    },
    async get(key, signal) {
      const file = fileOf(key)
      try {
        return await fs.readFile(file, { signal })
      } catch (error) {
        signal?.throwIfAborted()
        if (isAbsent(error)) return null
        throw new ObjectStoreError(`${key} can not be read (${codeOf(error)}).`, error)
      }
    },
    async list(prefix) {
      checkPrefix(prefix)
      try {
        const entries = await fs.readdir(path.join(root, prefix), { recursive: true, withFileTypes: true })
        return entries
          .filter((entry) => entry.isFile())
          .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
          .sort()
      } catch (error) {
        if (isAbsent(error)) return []
        throw new ObjectStoreError(`${prefix} can not be listed (${codeOf(error)}).`, error)
      }
    },
    async remove(key) {
      const file = fileOf(key)
      try {
        await fs.rm(file)
        await syncFolder(path.dirname(file))
      } catch (error) {
        if (!isAbsent(error)) throw new ObjectStoreError(`${key} can not be removed (${codeOf(error)}).`, error)
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
