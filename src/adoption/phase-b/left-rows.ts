import fs from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { makeFolders } from '../../stores/make-folders.ts'

const pack = promisify(gzip)

/** The folder for rows that no store takes. */
const leftFolder = (dataDir: string): string => path.join(dataDir, 'adoption-left')

/**
 * Writes rows to a file below the data directory, a JSON object a line, and returns its path. Its name follows from the range, so a repetition
 * writes the same file; a kill leaves the whole file or none. Without rows there is no file.
 */
export const keepRows = async (
  dataDir: string,
  { table, what, from, to }: { table: string; what: string; from: string; to: string },
  rows: readonly object[],
): Promise<string | null> => {
  if (rows.length === 0) return null
  const folder = path.join(leftFolder(dataDir), table)
  await makeFolders(folder, 0o700)
  const file = path.join(folder, `${what}-${from}-${to}.ndjson.gz`)
  const body = await pack(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const handle = await fs.open(`${file}.part`, 'w', 0o600)
  try {
    await handle.writeFile(body)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await fs.rename(`${file}.part`, file)
  return file
}
