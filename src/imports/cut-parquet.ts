import type { FileHandle } from 'node:fs/promises'
import { endOfPages, groupRows, moveGroup, startOfPages } from '../exports/parquet-joiner.ts'
import { decodeThrift, encodeThrift, type ThriftList, type ThriftStruct } from '../exports/thrift-compact.ts'
import { ConfigError } from '../lib/errors.ts'
import type { Piece, Position } from './cut-text.ts'

// The ids of the fields of Parquet's metadata.
const file = { schema: 2, rows: 3, groups: 4 } as const
const element = { name: 4, children: 5 } as const

const mark = Buffer.from('PAR1')
const tailBytes = 8
const [maxMetadata, maxGroup] = [64 * 2 ** 20, 512 * 2 ** 20]
const rowsOfPiece = 200_000

const read = async (handle: FileHandle, from: number, to: number, fileName: string): Promise<Buffer> => {
  const bytes = Buffer.alloc(to - from)
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, from + done)
    if (bytesRead === 0) throw new ConfigError(`${fileName} became shorter while it was read.`)
    done += bytesRead
  }
  return bytes
}

/** What the end of a Parquet file says of it. */
export type ParquetFile = {
  metadata: ThriftStruct
  groups: readonly ThriftStruct[]
  columns: readonly string[]
  rows: number
}

/** Reads the metadata of a file; a ConfigError where it is none, or breaks off. */
export const openParquet = async (handle: FileHandle, size: number, fileName: string): Promise<ParquetFile> => {
  const broken = new ConfigError(
    `${fileName} is no whole Parquet file: its end is missing, so it was probably cut off.`,
  )
  if (size < 2 * mark.length + tailBytes) throw broken
  const tail = await read(handle, size - tailBytes, size, fileName)
  const length = tail.readUInt32LE(0)
  if (!tail.subarray(4).equals(mark) || length > maxMetadata || length > size - tailBytes) throw broken
  try {
    const metadata = decodeThrift(await read(handle, size - tailBytes - length, size - tailBytes, fileName))
    const schema = (metadata.get(file.schema)!.value as ThriftList).items as ThriftStruct[]
    const columns = schema
      .slice(1)
      .flatMap((one) =>
        one.has(element.children) ? [] : [Buffer.from(one.get(element.name)!.value as Uint8Array).toString()],
      )
    const groups = (metadata.get(file.groups)!.value as ThriftList).items as ThriftStruct[]
    return { metadata, groups, columns, rows: Number(metadata.get(file.rows)!.value) }
  } catch {
    throw broken
  }
}

/**
 * Cuts a Parquet file at its row groups into files of their own, a few groups each; the offset of a position counts groups. Only what describes
 * the groups is read here, their pages are passed on as they are.
 */
export const cutParquet = async function* (
  handle: FileHandle,
  { metadata, groups }: ParquetFile,
  from: Position,
  fileName: string,
): AsyncGenerator<Piece> {
  let [index, line] = [from.offset, from.line]
  do {
    const taken: ThriftStruct[] = []
    let rows = 0
    while (index < groups.length && (taken.length === 0 || rows + groupRows(groups[index]!) <= rowsOfPiece)) {
      rows += groupRows(groups[index]!)
      taken.push(groups[index]!)
      index += 1
    }
    const [begin, end] = taken.length === 0 ? [mark.length, mark.length] : [startOfPages(taken), endOfPages(taken)]
    if (end - begin > maxGroup)
      throw new ConfigError(`${fileName} has a row group of more than 512 MiB: write it with smaller ones.`)
    const pages = await read(handle, begin, end, fileName)
    const moved = taken.map((one) => moveGroup(structuredClone(one), mark.length - begin))
    const described = metadata.get(file.groups)!.value as ThriftList
    const footer = encodeThrift(
      new Map(metadata)
        .set(file.rows, { ...metadata.get(file.rows)!, value: BigInt(rows) })
        .set(file.groups, { ...metadata.get(file.groups)!, value: { ...described, items: moved } }),
    )
    const length = Buffer.alloc(4)
    length.writeUInt32LE(footer.length)
    const body = Buffer.concat([mark, pages, footer, length, mark])
    yield { body, rows, places: [{ row: 0, line }], refused: [], next: { offset: index, line: line + rows } }
    line += rows
  } while (index < groups.length)
}
