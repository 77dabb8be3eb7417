import type { InsertTarget } from '../stores/clickhouse/tables/row-format.ts'
import type { BatchLimits } from './batch-limits.ts'

/** Rows of one table that are stored, counted and removed as one record. */
type Rows = InsertTarget & {
  rows: number
  /** When the oldest of the rows was appended, in milliseconds since the epoch. */
  at: number
}

/** Rows as texts. */
export type Chunk = Rows & {
  /** One after the other they have one newline-terminated line per row. */
  texts: readonly string[]
  /** Of all texts in UTF-8. */
  bytes: number
}

/** Rows as the spool's file holds them. */
export type ChunkBytes = Rows & {
  /** One newline-terminated line per row. */
  body: Uint8Array
}

type ChunkLimits = Pick<BatchLimits, 'maxRows' | 'maxBytes'>

/** Rendered rows as chunks within the limits, in order; a single row that is too large is a chunk of its own. */
export const chunksOf = (target: InsertTarget, rows: readonly string[], at: number, limits: ChunkLimits): Chunk[] => {
  const splitAt = (count: number): Chunk[] =>
    [rows.slice(0, count), rows.slice(count)].flatMap((part) => chunksOf(target, part, at, limits))
  if (rows.length > limits.maxRows) return splitAt(limits.maxRows)
  const text = `${rows.join('\n')}\n`
  const bytes = Buffer.byteLength(text)
  if (bytes > limits.maxBytes && rows.length > 1) return splitAt(Math.ceil(rows.length / 2))
  return [{ table: target.table, columns: target.columns, rows: rows.length, texts: [text], bytes, at }]
}

const sameColumns = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, index) => name === b[index]))

/** Joins neighbouring chunks of one table and the same columns as far as the limits allow; each table keeps its order. */
export const mergeChunks = (chunks: readonly Chunk[], limits: ChunkLimits): Chunk[] => {
  const merged: (Chunk & { texts: string[] })[] = []
  const lastOf = new Map<string, Chunk & { texts: string[] }>()
  for (const chunk of chunks) {
    const last = lastOf.get(chunk.table)
    const fits = last && last.rows + chunk.rows <= limits.maxRows && last.bytes + chunk.bytes <= limits.maxBytes
    if (last && fits && sameColumns(last.columns, chunk.columns)) {
      last.texts.push(...chunk.texts)
      last.rows += chunk.rows
      last.bytes += chunk.bytes
      last.at = Math.min(last.at, chunk.at)
    } else {
      const copy = { ...chunk, texts: [...chunk.texts] }
      merged.push(copy)
      lastOf.set(chunk.table, copy)
    }
  }
  return merged
}

/**
 * The chunks as bytes that another thread sees without a copy: in `room` as far as it goes, which holds them until it is used again, else in
 * memory of their own.
 */
export const bytesOf = (chunks: readonly Chunk[], room: SharedArrayBuffer | null): ChunkBytes[] => {
  const size = chunks.reduce((sum, { bytes }) => sum + bytes, 0)
  const memory = Buffer.from(room && size <= room.byteLength ? room : new SharedArrayBuffer(size))
  let end = 0
  return chunks.map(({ table, columns, rows, texts, at }) => {
    const start = end
    for (const text of texts) end += memory.write(text, end)
    return { table, columns, rows, body: memory.subarray(start, end), at }
  })
}
