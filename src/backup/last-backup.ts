import fs from 'node:fs'
import path from 'node:path'

const fileOf = (dataDir: string): string => path.join(dataDir, 'backup', 'last.json')

/** When the last good backup was made by whoever has this data directory, in milliseconds since the epoch; null where none is known. */
export const lastBackupAt = (dataDir: string): number | null => {
  try {
    const at = Date.parse(JSON.parse(fs.readFileSync(fileOf(dataDir), 'utf8')).at)
    return Number.isNaN(at) ? null : at
  } catch {
    return null
  }
}

/** Notes that a backup is whole. */
export const noteBackup = (dataDir: string, { id, at }: { id: string; at: string }): void => {
  const file = fileOf(dataDir)
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  fs.writeFileSync(`${file}.new`, `${JSON.stringify({ id, at })}\n`, { mode: 0o600, flush: true })
  fs.renameSync(`${file}.new`, file)
}
