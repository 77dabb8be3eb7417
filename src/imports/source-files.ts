import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { createGunzip } from 'node:zlib'
import { ConfigError } from '../lib/errors.ts'
import { cutParquet, openParquet } from './cut-parquet.ts'
import { cutText, type Piece, type PieceLimits, type Position, type TextForm } from './cut-text.ts'
import type { ImportFormat } from './kinds.ts'

/** A file to read. */
export type SourceFile = { path: string; name: string; format: ImportFormat; isZipped: boolean; size: number }

const edgeBytes = 65_536

const formatOf = (name: string): ImportFormat | null => {
  const [, ending] = /\.(csv|ndjson|jsonl|parquet)(?:\.gz)?$/i.exec(name) ?? []
  const lower = ending?.toLowerCase()
  return lower === 'jsonl' ? 'ndjson' : ((lower as ImportFormat | undefined) ?? null)
}

const unreadable = (file: string, error: unknown): ConfigError => {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  const why = { ENOENT: 'there is no such file', EACCES: 'the user of the server may not read it' }[code] ?? code
  return new ConfigError(`${file} can not be read where the stores are: ${why}.`)
}

const edgesOf = async (handle: FileHandle, size: number): Promise<[Buffer, Buffer]> => {
  const length = Math.min(size, edgeBytes)
  const [first, last] = [Buffer.alloc(length), Buffer.alloc(length)]
  await handle.read(first, 0, length, 0)
  await handle.read(last, 0, length, size - length)
  return [first, last]
}

const describe = async (file: string, format: ImportFormat | undefined) => {
  await using handle = await open(file)
  const { size } = await handle.stat()
  const [first, last] = await edgesOf(handle, size)
  const isZipped = first[0] === 0x1f && first[1] === 0x8b
  const known = format ?? formatOf(file)
  if (!known) throw new ConfigError(`${file}: say what it is by --format csv, ndjson or parquet, its name does not.`)
  if (isZipped && known === 'parquet')
    throw new ConfigError(`${file} is compressed once more: unpack it with gunzip, Parquet is compressed by itself.`)
  const text = `${path.basename(file)} ${size} ${createHash('sha256').update(first).update(last).digest('hex')}`
  return { file: { path: file, name: path.basename(file), format: known, isZipped, size }, text }
}

/** The file of a path, or all files of a folder by their names; and what tells this content from another. A ConfigError where one can not be read. */
export const findFiles = async (
  where: string,
  format: ImportFormat | undefined,
): Promise<{ files: SourceFile[]; fingerprint: string }> => {
  try {
    const isFolder = (await stat(where)).isDirectory()
    const names = isFolder ? (await readdir(where)).filter((name) => formatOf(name) !== null).sort() : []
    if (isFolder && names.length === 0) throw new ConfigError(`${where} holds no file of CSV, NDJSON or Parquet.`)
    const found: Awaited<ReturnType<typeof describe>>[] = []
    for (const file of isFolder ? names.map((name) => path.join(where, name)) : [where])
      found.push(await describe(file, format))
    const fingerprint = createHash('sha256')
      .update(found.map(({ text }) => text).join('\n'))
      .digest('hex')
    return { files: found.map(({ file }) => file), fingerprint }
  } catch (error) {
    throw error instanceof ConfigError ? error : unreadable(where, error)
  }
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

/** The names of a header, without the spaces around them: some write one after each comma. */
const namesOf = (header: string, delimiter: string): string[] =>
  header.split(delimiter).map((given) => {
    const name = given.trim()
    return (/^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name).trim()
  })

/** The header of these names: the engine has to read the same ones. */
const headerOf = (names: readonly string[], delimiter: string): Buffer =>
  Buffer.from(names.map((name) => `"${name.replaceAll('"', '""')}"`).join(delimiter))

/** A file that is being read: its columns (null where each row names its own), and its pieces from a position on. */
export type OpenSource = AsyncDisposable & {
  columns: readonly string[] | null
  /** How much of the file lies before a position, 0 to 1. */
  share(position: Position): number
  pieces(from: Position | null): AsyncGenerator<Piece>
}

const openText = async (file: SourceFile, delimiter: string, limits?: PieceLimits): Promise<OpenSource> => {
  const start = await startOf(file)
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff))
    throw new ConfigError(`${file.name} is UTF-16: save it as UTF-8.`)
  const mark = start.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
  const isCsv = file.format === 'csv'
  const end = isCsv ? start.indexOf(10) : mark
  if (isCsv && (end < 0 || start.subarray(mark, end).toString().trim() === ''))
    throw new ConfigError(`${file.name}: line 1 must name the columns, and it does not.`)
  const columns = isCsv ? namesOf(start.subarray(mark, end).toString().replace(/\r$/, ''), delimiter) : null
  const header = columns ? headerOf(columns, delimiter) : Buffer.alloc(0)
  const form: TextForm = { format: isCsv ? 'csv' : 'ndjson', delimiter, header, columns: columns?.length ?? 0 }
  const first = { offset: isCsv ? end + 1 : mark, line: isCsv ? 2 : 1 }
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
