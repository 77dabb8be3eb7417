import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { createGunzip } from 'node:zlib'
import { ConfigError } from '../lib/errors.ts'
import { type CsvHeader, csvHeaderOf, readCsvHeader } from './csv-header.ts'
import { cutParquet, openParquet } from './cut-parquet.ts'
import { cutText, type Piece, type PieceLimits, type Position, type TextForm } from './cut-text.ts'
import type { ImportFormat } from './kinds.ts'
import { statFile, unreadable } from './regular-file.ts'

/** A file to read. */
export type SourceFile = {
  path: string
  name: string
  format: ImportFormat
  isZipped: boolean
  size: number
  /** When it was changed last, in milliseconds since 1970. */
  changedMs: number
}

const edgeBytes = 65_536

const formatOf = (name: string): ImportFormat | null => {
  const [, ending] = /\.(csv|ndjson|jsonl|parquet)(?:\.gz)?$/i.exec(name) ?? []
  const lower = ending?.toLowerCase()
  return lower === 'jsonl' ? 'ndjson' : ((lower as ImportFormat | undefined) ?? null)
}

/** The first and the last bytes of a file. */
const readEdges = async (file: string, size: number): Promise<[Buffer, Buffer]> => {
  const length = Math.min(size, edgeBytes)
  const [first, last] = [Buffer.alloc(length), Buffer.alloc(length)]
  try {
    await using handle = await open(file)
    await handle.read(first, 0, length, 0)
    await handle.read(last, 0, length, size - length)
    return [first, last]
  } catch (error) {
    throw unreadable(file, error)
  }
}

const describe = async (file: string, format: ImportFormat | undefined) => {
  const known = format ?? formatOf(file)
  if (!known) throw new ConfigError(`${file}: say what it is by --format csv, ndjson or parquet, its name does not.`)
  const { size, mtimeMs } = await statFile(file)
  const [first, last] = await readEdges(file, size)
  const isZipped = first[0] === 0x1f && first[1] === 0x8b
  if (isZipped && known === 'parquet')
    throw new ConfigError(`${file} is compressed once more: unpack it with gunzip, Parquet is compressed by itself.`)
  const name = path.basename(file)
  const text = `${name} ${size} ${mtimeMs} ${createHash('sha256').update(first).update(last).digest('hex')}`
  return { file: { path: file, name, format: known, isZipped, size, changedMs: mtimeMs }, text }
}

/** The names of the files of a folder; null where the path leads to none. */
const namesIn = async (where: string): Promise<string[] | null> => {
  try {
    if (!(await stat(where)).isDirectory()) return null
    return (await readdir(where)).filter((name) => formatOf(name) !== null).sort()
  } catch (error) {
    throw unreadable(where, error)
  }
}

/**
 * The file of a path, or all files of a folder by their names; and what tells this content from another: names, sizes, when they were changed, and
 * how they begin and end. A ConfigError where one can not be read.
 */
export const findFiles = async (
  where: string,
  format: ImportFormat | undefined,
): Promise<{ files: SourceFile[]; fingerprint: string }> => {
  const names = await namesIn(where)
  if (names?.length === 0)
    throw new ConfigError(`The folder ${where} holds no file whose name ends in .csv, .ndjson, .jsonl or .parquet.`)
  const found: Awaited<ReturnType<typeof describe>>[] = []
  for (const file of names === null ? [where] : names.map((name) => path.join(where, name)))
    found.push(await describe(file, format))
  const fingerprint = createHash('sha256')
    .update(found.map(({ text }) => text).join('\n'))
    .digest('hex')
  return { files: found.map(({ file }) => file), fingerprint }
}

/** Refuses a file that is not as it was found: what was read of it would be of two contents. */
export const requireUnchanged = async (file: SourceFile): Promise<void> => {
  const { size, mtimeMs } = await statFile(file.path)
  if (size !== file.size || mtimeMs !== file.changedMs)
    throw new ConfigError(`${file.path} was changed while it was read: bring it in when nobody writes it.`)
}

/** The bytes of a text file from an offset of its unpacked content on. */
const bytesFrom = async function* (file: SourceFile, offset: number): AsyncGenerator<Buffer> {
  if (!file.isZipped) {
    yield* createReadStream(file.path, { start: offset, highWaterMark: 4 * 2 ** 20 })
    return
  }
  let skip = offset
  const unpacked = createReadStream(file.path, { highWaterMark: 2 ** 20 }).pipe(createGunzip({ chunkSize: 2 ** 20 }))
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      if (skip >= chunk.length) skip -= chunk.length
      else {
        yield chunk.subarray(skip)
        skip = 0
      }
    }
  } catch {
    throw new ConfigError(`${file.name} is no whole gzip file: it was probably cut off.`)
  }
}

const startOf = async (file: SourceFile): Promise<Buffer> => {
  for await (const chunk of bytesFrom(file, 0)) return chunk
  return Buffer.alloc(0)
}

/** A file that is being read: its columns (null where each row names its own), and its pieces from a position on. */
export type OpenSource = AsyncDisposable & {
  columns: readonly string[] | null
  /** How much of the file lies before a position, 0 to 1. */
  share(position: Position): number
  pieces(from: Position | null): AsyncGenerator<Piece>
}

const requireHeader = (start: Buffer, from: number, delimiter: string, fileName: string): CsvHeader => {
  const header = readCsvHeader(start, from, delimiter)
  if (header === null && start.includes(10, from))
    throw new ConfigError(`${fileName}: line 1 must name the columns, and its quotes are not closed.`)
  if (header === null || header.names.every((name) => name === ''))
    throw new ConfigError(`${fileName}: line 1 must name the columns, and it does not.`)
  return header
}

const openText = async (file: SourceFile, delimiter: string, limits?: PieceLimits): Promise<OpenSource> => {
  const start = await startOf(file)
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff))
    throw new ConfigError(`${file.name} is UTF-16: save it as UTF-8.`)
  const mark = start.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
  const isCsv = file.format === 'csv'
  const names = isCsv ? requireHeader(start, mark, delimiter, file.name) : null
  const header = names ? csvHeaderOf(names.names, delimiter) : Buffer.alloc(0)
  const columns = names?.names ?? null
  const form: TextForm = { format: isCsv ? 'csv' : 'ndjson', delimiter, header, columns: columns?.length ?? 0 }
  const first = { offset: names?.end ?? mark, line: 1 + (names?.lines ?? 0) }
  return {
    columns,
    share: ({ offset }) => (file.isZipped ? Math.min(1, offset / (file.size * 6)) : offset / Math.max(1, file.size)),
    pieces: (from) => cutText(bytesFrom(file, (from ?? first).offset), form, from ?? first, file.name, limits),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** Opens a file. A ConfigError says in a sentence why it can not be read. */
export const openSource = async (file: SourceFile, delimiter: string, limits?: PieceLimits): Promise<OpenSource> => {
  if (file.size === 0) throw new ConfigError(`${file.name} is empty.`)
  if (file.format !== 'parquet') return openText(file, delimiter, limits)
  const handle = await open(file.path)
  try {
    const parquet = await openParquet(handle, file.size, file.name)
    return {
      columns: parquet.columns,
      share: ({ offset }) => offset / Math.max(1, parquet.groups.length),
      pieces: (from) => cutParquet(handle, parquet, from ?? { offset: 0, line: 1 }, file.name),
      [Symbol.asyncDispose]: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}
