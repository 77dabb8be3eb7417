import type { ExportFormat } from './export-format.ts'
import { createParquetJoiner } from './parquet-joiner.ts'

/** The next bytes of a document, and how many rows they hold. */
export type JoinedPiece = { bytes: Buffer; rows: number }

const [newline, quotes] = [10, 34]

/** Counts line ends; with `mayBeQuoted` not those inside of quotes. */
const countLines = (bytes: Buffer, mayBeQuoted: boolean): number => {
  let lines = 0
  let isQuoted = false
  for (const byte of bytes) {
    if (byte === quotes) isQuoted = !isQuoted && mayBeQuoted
    else if (byte === newline && !isQuoted) lines++
  }
  return lines
}

/** Joins documents of the same columns into one, as they come. Of CSV only the first document keeps its header. */
export const joinPieces = async function* (
  format: ExportFormat,
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<JoinedPiece> {
  const parquet = format === 'parquet' ? createParquetJoiner() : undefined
  let isFirst = true
  for await (const piece of pieces) {
    if (parquet) yield parquet.add(piece)
    else if (format === 'ndjson') yield { bytes: piece, rows: countLines(piece, false) }
    else
      yield { bytes: isFirst ? piece : piece.subarray(piece.indexOf(newline) + 1), rows: countLines(piece, true) - 1 }
    isFirst = false
  }
  if (parquet) yield { bytes: parquet.end(), rows: 0 }
}
