import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { ConfigError } from '../lib/errors.ts'

const roles = ['admin', 'operator'] as const
type Role = (typeof roles)[number]

export type BootstrapKeys = Record<Role, string> & {
  /** Those that were made just now and that nobody has seen. */
  created: readonly Role[]
}

const newKey = (role: string): string => `cs_${role}_${randomBytes(24).toString('base64url')}`

const readKept = (file: string): Partial<Record<Role, string>> => {
  if (!fs.existsSync(file)) return {}
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConfigError(
      `The keys in ${file} can not be read (${(error as NodeJS.ErrnoException).code ?? 'no JSON'}): repair or remove the file.`,
    )
  }
}

/** The admin key of the environment, else the one kept in the data directory; undefined where there is neither. Nothing is made. */
export const knownAdminKey = (dataDir: string, given: Record<Role, string | undefined>): string | undefined =>
  given.admin ?? readKept(path.join(dataDir, 'keys.json')).admin

/** The keys of the environment, else those kept in the data directory, else new ones that are kept there, readable by the owner only. */
export const bootstrapKeys = (dataDir: string, given: Record<Role, string | undefined>): BootstrapKeys => {
  const file = path.join(dataDir, 'keys.json')
  const kept = readKept(file)
  const created = roles.filter((role) => given[role] === undefined && typeof kept[role] !== 'string')
  for (const role of created) kept[role] = newKey(role)
  if (created.length > 0) {
    // Written whole or not at all: a torn file would lock everybody out.
    fs.writeFileSync(`${file}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flush: true })
    fs.renameSync(`${file}.new`, file)
  }
  return { admin: (given.admin ?? kept.admin)!, operator: (given.operator ?? kept.operator)!, created }
}
