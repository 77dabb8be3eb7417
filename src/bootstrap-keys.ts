import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export type BootstrapKeys = {
  admin: string
  operator: string
  /** Whether they were made just now and nobody has seen them. */
  created: boolean
}

const newKey = (role: string): string => `cs_${role}_${randomBytes(24).toString('base64url')}`

/** The keys of the environment, else those kept in the data directory, else new ones that are kept there, readable by the owner only. */
export const bootstrapKeys = (
  dataDir: string,
  given: { admin: string | undefined; operator: string | undefined },
): BootstrapKeys => {
  const file = path.join(dataDir, 'keys.json')
  const stored = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<BootstrapKeys>) : {}
  const admin = given.admin ?? stored.admin ?? newKey('admin')
  const operator = given.operator ?? stored.operator ?? newKey('operator')
  const kept = {
    admin: stored.admin ?? (given.admin ? undefined : admin),
    operator: stored.operator ?? (given.operator ? undefined : operator),
  }
  const created = kept.admin !== stored.admin || kept.operator !== stored.operator
  if (created) {
    // Written whole or not at all: a torn file would lock everybody out.
    fs.writeFileSync(`${file}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
    fs.renameSync(`${file}.new`, file)
  }
  return { admin, operator, created }
}
