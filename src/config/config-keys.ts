import fs from 'node:fs'
import path from 'node:path'
import { ConfigError } from '../lib/errors.ts'
import { type KeyRing, keyListForm, newKeyText, parseKeyRing } from './key-ring.ts'

/** The keys of the environment, else those kept in the data directory, else a new one that is kept there, readable by the owner only. */
export const configKeys = (dataDir: string, given: KeyRing | undefined): KeyRing => {
  if (given) return given
  const file = path.join(dataDir, 'config-keys')
  if (!fs.existsSync(file)) {
    // Written whole or not at all: what is encrypted under a torn key is lost.
    fs.writeFileSync(`${file}.new`, `${newKeyText()}\n`, { mode: 0o600, flush: true })
    fs.renameSync(`${file}.new`, file)
  }
  const ring = parseKeyRing(fs.readFileSync(file, 'utf8'))
  if (!ring) throw new ConfigError(`${file} must hold ${keyListForm}: restore the file.`)
  return ring
}
