import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { mustBe } from '../lib/environment.ts'
import { isPackage } from '../lib/own-folder.ts'

/** Where the system wants programs to keep the data of an account. */
const folderOfAccount = (xdgDataHome: string | undefined, platform: NodeJS.Platform): string => {
  let home: string
  try {
    home = os.homedir()
  } catch {
    return mustBe('DATA_DIR', 'set where the account has no home folder')
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'channelscope')
  const xdg = xdgDataHome !== undefined && path.isAbsolute(xdgDataHome) ? xdgDataHome : undefined
  return path.join(xdg ?? path.join(home, '.local', 'share'), 'channelscope')
}

/**
 * The folder of the data. Without DATA_DIR a clone has it beside the folder that it is started in. A package is started in any folder,
 * and keeps its data in that of the account where there is none.
 */
export const dataFolderOf = (options: {
  given: string | undefined
  xdgDataHome: string | undefined
  installed?: boolean
  platform?: NodeJS.Platform
}): string => {
  const { given, xdgDataHome, installed = isPackage, platform = process.platform } = options
  // A slash at the end: only a folder is meant.
  if (given === undefined && installed && !existsSync('data/')) return folderOfAccount(xdgDataHome, platform)
  try {
    // What is relative is below the folder that the program is started in.
    return path.resolve(given ?? 'data')
  } catch {
    return mustBe('DATA_DIR', 'an absolute path where the folder that the program is started in is gone')
  }
}
