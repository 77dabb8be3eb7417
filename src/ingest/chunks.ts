import type { InsertTarget } from '../stores/clickhouse/tables/row-format.ts'
import type { BatchLimits } from './batch-limits.ts'

/** Rows of one table that are stored, counted and removed as one record. */
export type Chunk = InsertTarget & {
  rows: number
  /** One newline-terminated line per row. */
  text: string
  /** Of the text in UTF-8. */
  bytes: number
  /** When the oldest of the rows was appended, in milliseconds since the epoch. */
  at: number
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
  return [{ table: target.table, columns: target.columns, rows: rows.length, text, bytes, at }]
}

const sameColumns = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, index) => name === b[index]))

/** Joins neighbouring chunks of one table and the same columns as far as the limits allow; each table keeps its order. */
export const mergeChunks = (chunks: readonly Chunk[], limits: ChunkLimits): Chunk[] => {
  const merged: Chunk[] = []
  const lastOf = new Map<string, Chunk>()
  for (const chunk of chunks) {
    const last = lastOf.get(chunk.table)
    const fits = last && last.rows + chunk.rows <= limits.maxRows && last.bytes + chunk.bytes <= limits.maxBytes
    if (last && fits && sameColumns(last.columns, chunk.columns)) {
      last.text += chunk.text
      last.rows += chunk.rows
      last.bytes += chunk.bytes
      last.at = Math.min(last.at, chunk.at)
    } else {
      const copy = { ...chunk }
      merged.push(copy)
      lastOf.set(chunk.table, copy)
    }
  }
  return merged
}
