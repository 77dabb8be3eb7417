import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'
import { holdDataDirectory } from '../stores/data-directory.ts'
import { dataFolders, restoringMark } from '../stores/prepare-data-directory.ts'

const markShape = z.object({
  backup: z.string(),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** Nothing but empty stores is there, or some of it is filled, or all of it. */
  state: z.enum(['looking', 'begun', 'loaded']),
})
type Mark = z.infer<typeof markShape>

/** The data directory of a restore, which nobody else may start on. Disposing it before anything was begun leaves it as it was found. */
export type RestoredDirectory = Disposable & {
  /** What marks the stores that this restore fills. */
  readonly claim: string
  /** Whether a call before this one has filled everything. */
  readonly isLoaded: boolean
  begin(): void
  loaded(): void
  /** From then on it is a system. */
  finish(): void
}

const isFilled = (place: string): boolean => fs.existsSync(place) && fs.readdirSync(place).length > 0

const readMark = (file: string): Mark | null => {
  if (!fs.existsSync(file)) return null
  try {
    return markShape.parse(JSON.parse(fs.readFileSync(file, 'utf8')))
  } catch {
    throw new ConfigError(`${file} is damaged: restore into an empty DATA_DIR.`)
  }
}

/** Takes the data directory for a restore: an empty one, or one that a restore of the same backup has begun to fill, which is emptied. */
export const claimDirectory = (dataDir: string, backup: string): RestoredDirectory => {
  const held = holdDataDirectory(dataDir, { isRestoring: true })
  const file = path.join(dataDir, restoringMark)
  const folders = dataFolders.map((name) => path.join(dataDir, name))
  const empty = (): void => {
    for (const place of folders) fs.rmSync(place, { recursive: true, force: true })
  }
  try {
    const before = readMark(file)
    if (before !== null && before.state !== 'looking' && before.backup !== backup)
      throw new ConfigError(
        `DATA_DIR ${dataDir} holds a restore of ${before.backup} that was not finished: go on with --backup ${before.backup}, or choose an empty place.`,
      )
    if (before !== null && before.state !== 'loaded') empty()
    const keys = ['config-keys', 'keys.json'].map((name) => path.join(dataDir, name)).find((one) => fs.existsSync(one))
    const filled = before === null ? (folders.find(isFilled) ?? keys) : undefined
    if (filled !== undefined)
      throw new ConfigError(
        `DATA_DIR ${dataDir} is not empty (${filled}): restore into an empty folder, or move it away.`,
      )
    const mark: Mark =
      before?.backup === backup ? before : { backup, nonce: randomBytes(16).toString('hex'), state: 'looking' }
    const isLoaded = mark.state === 'loaded'
    const write = (state: Mark['state']): void => {
      mark.state = state
      fs.writeFileSync(`${file}.new`, JSON.stringify(mark), { mode: 0o600, flush: true })
      fs.renameSync(`${file}.new`, file)
    }
    write(mark.state)
    return {
      claim: `${backup}-${mark.nonce}`,
      isLoaded,
      begin: () => write('begun'),
      loaded: () => write('loaded'),
      finish: () => fs.rmSync(file),
      [Symbol.dispose]() {
        if (mark.state === 'looking') {
          empty()
          fs.rmSync(file, { force: true })
        }
        held[Symbol.dispose]()
      },
    }
  } catch (error) {
    held[Symbol.dispose]()
    throw error
  }
}
