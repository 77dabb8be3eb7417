import fs from 'node:fs/promises'
import path from 'node:path'

const isFolder = async (place: string): Promise<boolean> =>
  (await fs.stat(place).catch(() => undefined))?.isDirectory() ?? false

/**
 * Makes a folder and what is missing above it; resolves with the outermost one that it made. The system's own recursive way never returns where
 * nothing can be made in a folder that is there, as in /proc.
 */
export const makeFolders = async (folder: string, mode?: number): Promise<string | undefined> => {
  try {
    await fs.mkdir(folder, { mode })
    return folder
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await isFolder(folder))) return undefined
    const parent = path.dirname(folder)
    if (code !== 'ENOENT' || (await isFolder(parent))) throw error
    const outermost = await makeFolders(parent, mode)
    const made = await makeFolders(folder, mode)
    return outermost ?? made
  }
}
