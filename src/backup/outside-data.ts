import fs from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from '../lib/errors.ts'
import { dataFolders } from '../stores/prepare-data-directory.ts'
import { patienceWith, usualSilentMs } from './patience.ts'

/** Where a place really is once all links are followed, also where its end is not made yet. */
const realPlace = async (place: string): Promise<string> => {
  const parent = path.dirname(place)
  const isThere = await fs.lstat(place).then(
    () => true,
    () => false,
  )
  if (!isThere) return parent === place ? place : path.join(await realPlace(parent), path.basename(place))
  try {
    return await fs.realpath(place)
  } catch (error) {
    throw new ConfigError(`${place} leads nowhere (${(error as NodeJS.ErrnoException).code}): choose another folder.`)
  }
}

const isWithin = (inner: string, outer: string): boolean => {
  const way = path.relative(outer, inner)
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way)
}

/** Refuses a folder of backups that lies in the data directory, or that has it, by whatever names. A ConfigError says so. */
export const requireOutside = async (folder: string, dataDir: string): Promise<void> => {
  const place = await patienceWith(folder, usualSilentMs)('the folder', () => realPlace(path.resolve(folder)))
  // A folder of the data directory may be a link to another disk.
  for (const name of ['', ...dataFolders]) {
    const data = await realPlace(path.resolve(dataDir, name))
    if (isWithin(place, data))
      throw new ConfigError('The backup must not lie in DATA_DIR: it would be lost with it. Choose another folder.')
    if (isWithin(data, place))
      throw new ConfigError('The folder of backups must not have DATA_DIR in it: choose another folder.')
  }
}
