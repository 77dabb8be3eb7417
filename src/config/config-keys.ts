import fs from 'node:fs'
import path from 'node:path'
import { ConfigError } from '../lib/errors.ts'
import { type KeyRing, keyListForm, newKeyText, parseKeyRing } from './key-ring.ts'

const fileOf = (dataDir: string): string => path.join(dataDir, 'config-keys')

/** The keys that are kept in the data directory; undefined where there are none. A ConfigError where the file is damaged. */
export const keptConfigKeys = (dataDir: string): KeyRing | undefined => {
  const file = fileOf(dataDir)
  if (!fs.existsSync(file)) return undefined
  const ring = parseKeyRing(fs.readFileSync(file, 'utf8'))
  if (!ring) throw new ConfigError(`${file} must hold ${keyListForm}: restore the file.`)
  return ring
}

/** The keys of the environment, else those kept in the data directory, else a new one that is kept there, readable by the owner only. */
export const configKeys = (dataDir: string, given: KeyRing | undefined): KeyRing => {
  const known = given ?? keptConfigKeys(dataDir)
  if (known) return known
  const file = fileOf(dataDir)
  // Written whole or not at all: what is encrypted under a torn key is lost.
  fs.writeFileSync(`${file}.new`, `${newKeyText()}\n`, { mode: 0o600, flush: true })
  fs.renameSync(`${file}.new`, file)
  return keptConfigKeys(dataDir)!
}
