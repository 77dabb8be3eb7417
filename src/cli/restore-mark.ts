import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'
import { type DataDirectory, holdDataDirectory, wasEverHeld } from '../stores/data-directory.ts'
import { dataDirectoryError, dataFolders, restoringMark } from '../stores/prepare-data-directory.ts'

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

/** What a hold of a directory makes there, and what a file system of its own has: nobody misses it. */
const madeByHolding = /^(format|holder\.json|lock\.sqlite(-journal)?|lost\+found)$/

/** Refuses a data directory that has anything in it, whatever that is: what is there may be the only one of its kind. */
const requireEmpty = (dataDir: string): void => {
  const isEmptyFolder = (name: string): boolean =>
    dataFolders.some((known) => known === name) && fs.readdirSync(path.join(dataDir, name)).length === 0
  const found = fs.readdirSync(dataDir).find((name) => !madeByHolding.test(name) && !isEmptyFolder(name))
  if (found !== undefined)
    throw new ConfigError(
      `DATA_DIR ${dataDir} is not empty (${path.join(dataDir, found)}): restore into an empty folder, or move it away.`,
    )
}

/** Takes a directory that was never taken only when it is empty: nothing is written to one that is refused. */
const holdEmpty = (dataDir: string): DataDirectory => {
  try {
    const isFolder = fs.statSync(dataDir, { throwIfNoEntry: false })?.isDirectory() === true
    if (isFolder && !wasEverHeld(dataDir)) requireEmpty(dataDir)
  } catch (error) {
    throw dataDirectoryError(dataDir, error)
  }
  return holdDataDirectory(dataDir, { isRestoring: true })
}

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
  const held = holdEmpty(dataDir)
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
    if (before === null) requireEmpty(dataDir)
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
