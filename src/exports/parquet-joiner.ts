import { decodeThrift, encodeThrift, listType, type ThriftList, type ThriftStruct } from './thrift-compact.ts'

// The ids of the fields of Parquet's metadata.
const file = { rows: 3, groups: 4 } as const
const group = { columns: 1, rows: 3, fileOffset: 5, ordinal: 7 } as const
const chunk = { fileOffset: 2, metadata: 3, offsetIndex: 4, columnIndexLength: 7 } as const
const column = { compressedSize: 7, dataPage: 9, indexPage: 10, dictionaryPage: 11, bloomFilter: 14, bloomLength: 15 }

const mark = Buffer.from('PAR1')
/** The length of the metadata and the mark, at the end of a file. */
const tailBytes = 8

const listOf = (fields: ThriftStruct, id: number): ThriftStruct[] =>
  (fields.get(id)!.value as ThriftList).items as ThriftStruct[]

const structOf = (fields: ThriftStruct, id: number): ThriftStruct => fields.get(id)!.value as ThriftStruct

const numberOf = (fields: ThriftStruct, id: number): number | undefined => {
  const field = fields.get(id)
  return field && Number(field.value)
}

const shift = (fields: ThriftStruct, ids: readonly number[], by: number): void => {
  for (const id of ids) {
    const field = fields.get(id)
    if (field && field.value !== 0n) field.value = (field.value as bigint) + BigInt(by)
  }
}

/** How many rows a row group has. */
export const groupRows = (one: ThriftStruct): number => numberOf(one, group.rows)!

const startOf = (metadata: ThriftStruct): number =>
  Math.min(...[column.dataPage, column.dictionaryPage].flatMap((id) => numberOf(metadata, id) || []))

/** Where the pages of the row groups begin. */
export const startOfPages = (groups: readonly ThriftStruct[]): number =>
  Math.min(
    ...groups.flatMap((one) =>
      listOf(one, group.columns).map((columnChunk) => startOf(structOf(columnChunk, chunk.metadata))),
    ),
  )

/** Where the pages of the row groups end. Indexes may follow; they hold offsets of their own and are left out. */
export const endOfPages = (groups: readonly ThriftStruct[]): number => {
  const ends = groups.flatMap((one) =>
    listOf(one, group.columns).map((columnChunk) => {
      const metadata = structOf(columnChunk, chunk.metadata)
      return startOf(metadata) + numberOf(metadata, column.compressedSize)!
    }),
  )
  return Math.max(mark.length, ...ends)
}

/** Moves the offsets of a row group by `by` bytes, and drops its references to indexes. */
export const moveGroup = (one: ThriftStruct, by: number): ThriftStruct => {
  shift(one, [group.fileOffset], by)
  // The ordinal is a small number that could overflow. Readers do not need it.
  one.delete(group.ordinal)
  for (const columnChunk of listOf(one, group.columns)) {
    shift(columnChunk, [chunk.fileOffset], by)
    for (let id: number = chunk.offsetIndex; id <= chunk.columnIndexLength; id++) columnChunk.delete(id)
    const metadata = structOf(columnChunk, chunk.metadata)
    shift(metadata, [column.dataPage, column.indexPage, column.dictionaryPage], by)
    metadata.delete(column.bloomFilter)
    metadata.delete(column.bloomLength)
  }
  return one
}

/** Joins Parquet files into one. */
type ParquetJoiner = {
  /** Adds a whole file; returns its bytes in the joined file and its rows. TypeError when it is no Parquet file. */
  add(file: Buffer): { bytes: Buffer; rows: number }
  /** Returns the end of the joined file. At least one file must have been added. */
  end(): Buffer
}

/**
 * Joins Parquet files of the same columns as they come. Their row groups follow each other, and only the descriptions of
 * these are kept until the end. The engine makes a Parquet file as a whole in memory, so only small files are made.
 */
export const createParquetJoiner = (): ParquetJoiner => {
  const groups: ThriftStruct[] = []
  let metadata: ThriftStruct | undefined
  let rows = 0
  let written = 0
  return {
    add(bytes) {
      if (bytes.length < 2 * mark.length + tailBytes || !bytes.subarray(-mark.length).equals(mark))
        throw new TypeError('The engine made a Parquet file without an end.')
      const end = bytes.length - tailBytes
      const added = decodeThrift(bytes.subarray(end - bytes.readUInt32LE(end), end))
      const addedGroups = listOf(added, file.groups)
      const pages = bytes.subarray(written === 0 ? 0 : mark.length, endOfPages(addedGroups))
      const by = written === 0 ? 0 : written - mark.length
      for (const one of addedGroups) groups.push(moveGroup(one, by))
      written += pages.length
      metadata ??= added
      const addedRows = numberOf(added, file.rows)!
      rows += addedRows
      return { bytes: pages, rows: addedRows }
    },
    end() {
      if (!metadata) throw new TypeError('Nothing was added.')
      metadata.get(file.rows)!.value = BigInt(rows)
      const described = metadata.get(file.groups)!.value as ThriftList
      const all = encodeThrift(
        new Map(metadata).set(file.groups, { type: listType, value: { ...described, items: groups } }),
      )
      const length = Buffer.alloc(4)
      length.writeUInt32LE(all.length)
      return Buffer.concat([all, length, mark])
    },
  }
}
