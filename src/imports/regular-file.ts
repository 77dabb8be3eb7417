import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { ConfigError } from '../lib/errors.ts'

const reasons: Record<string, string> = {
  ENOENT: 'there is nothing of that name',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'the user of the server may not read it',
}

/** The sentence for what could not be read at a path. */
export const unreadable = (place: string, error: unknown): ConfigError => {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  return new ConfigError(`${place} can not be read where the stores are: ${reasons[code] ?? code}.`)
}

const kindOf = (stats: Stats): string => {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  return stats.isSocket() ? 'a socket' : 'a device'
}

/** What is told of a file. A ConfigError where it is none: a pipe may be waited for without an end, and a device may have none. */
export const statFile = async (file: string): Promise<Stats> => {
  const stats = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  if (!stats.isFile()) throw new ConfigError(`${file} is ${kindOf(stats)}: name a file.`)
  return stats
}
