import { isUtf8 } from 'node:buffer'
import { ConfigError } from '../lib/errors.ts'
import { parseShallowJson } from '../lib/shallow-json.ts'

/** Whole rows that the engine can read, and those that it can not. */
export type Piece = {
  /** With the names of the columns, where the format has them. */
  body: Buffer
  rows: number
  /** From which row on the lines are numbered how: the first row of all, and each row after a line that is none. */
  places: { row: number; line: number }[]
  refused: { line: number; reason: string }[]
  /** Where the next piece begins. */
  next: Position
}

/** A place in a file: bytes that were read, and the number of the line or row that follows. */
export type Position = { offset: number; line: number }

export type TextForm = {
  format: 'csv' | 'ndjson'
  delimiter: string
  /** The names of the columns as the first line of CSV, without its end, and how many they are. */
  header: Buffer
  columns: number
}

const [newline, carriage, quotes] = [10, 13, 34]
const maxRowBytes = 8 * 2 ** 20

/** How large a piece may be. */
export type PieceLimits = { bytes: number; rows: number }
const defaultLimits: PieceLimits = { bytes: 16 * 2 ** 20, rows: 200_000 }

type Row = { end: number; lines: number; columns: number }

/** The row of CSV that begins there; null where it does not end yet. Every byte of a file passes here. */
export const csvRow = (bytes: Uint8Array, start: number, delimiter: number): Row | null => {
  const { length } = bytes
  let lines = 1
  let columns = 1
  for (let at = start; at < length; at++) {
    const byte = bytes[at]!
    if (byte === delimiter) columns += 1
    else if (byte > quotes) continue
    else if (byte === newline) return { end: at + 1, lines, columns }
    else if (byte === quotes)
      for (at += 1; at < length && bytes[at] !== quotes; at++) if (bytes[at] === newline) lines += 1
  }
  return null
}

const jsonRow = (bytes: Buffer, start: number): Row | null => {
  const at = bytes.indexOf(newline, start)
  return at < 0 ? null : { end: at + 1, lines: 1, columns: 0 }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether an object of JSON has a key twice, which no engine reads; inside of its values it may. */
const namesTwice = (text: string): boolean => {
  const keys = new Set<string>()
  let [depth, last] = [0, '']
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\[\s\S])*(?:\\?$|")|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (token !== ':') last = token
    else if (depth === 1) {
      const key = JSON.parse(last) as string
      if (keys.has(key)) return true
      keys.add(key)
    }
  }
  return false
}

/** Half a character, as `\ud800` alone, is no text. */
const isWellFormed = (value: object): boolean =>
  Object.values(value).every((part: unknown) =>
    typeof part === 'string' ? part.isWellFormed() : typeof part !== 'object' || part === null || isWellFormed(part),
  )

const isObject = (line: Buffer): boolean => {
  try {
    const text = line.toString()
    const value = parseShallowJson(text)
    return isRecord(value) && !namesTwice(text) && isWellFormed(value)
  } catch {
    return false
  }
}

const isBlank = (line: Buffer): boolean => line.every((byte) => byte === newline || byte === carriage || byte === 32)

/** Bytes of a memory that several rows share. */
type Slice = { of: Buffer; from: number; to: number }

/** Collects the rows of one piece; neighbours stay one slice of the memory that they came in. */
const createPiece = (start: Position, header: Buffer) => {
  const slices: Slice[] = []
  const places: Piece['places'] = []
  const refused: Piece['refused'] = []
  let [rows, bytes] = [0, 0]
  const next = { ...start }
  let isNumbered = false
  return {
    get rows() {
      return rows
    },
    get bytes() {
      return bytes
    },
    add(of: Buffer, from: number, { end: to, lines }: Row) {
      if (!isNumbered) places.push({ row: rows, line: next.line })
      isNumbered = lines === 1
      const last = slices.at(-1)
      if (last?.of === of && last.to === from) last.to = to
      else slices.push({ of, from, to })
      rows += 1
      bytes += to - from
      next.offset += to - from
      next.line += lines
    },
    leaveOut(length: number, lines: number, reason: string | null) {
      if (reason !== null) refused.push({ line: next.line, reason })
      isNumbered = false
      next.offset += length
      next.line += lines
    },
    end: (): Piece => {
      const names = header.length > 0 ? [header, Buffer.from('\n')] : []
      const body = Buffer.concat([...names, ...slices.map(({ of, from, to }) => of.subarray(from, to))])
      return { body, rows, places, refused, next: { ...next } }
    },
  }
}

/**
 * Cuts text into pieces at the ends of rows, from a position on: `source` begins there. What no engine could read, such as a row with too few
 * columns, is left out and told. Rows are not parsed here. A row without an end is a ConfigError.
 */
export const cutText = async function* (
  source: AsyncIterable<Buffer>,
  form: TextForm,
  from: Position,
  fileName: string,
  limits: PieceLimits = defaultLimits,
): AsyncGenerator<Piece> {
  const isCsv = form.format === 'csv'
  const delimiter = form.delimiter.charCodeAt(0)
  const header = isCsv ? form.header : Buffer.alloc(0)
  let rest: Buffer = Buffer.alloc(0)
  let piece = createPiece(from, header)

  const take = (of: Buffer, start: number, row: Row, isText: boolean): void => {
    const length = row.end - start
    if (row.lines === 1 && length < 3 && isBlank(of.subarray(start, row.end))) piece.leaveOut(length, 1, null)
    else if (!isText && !isUtf8(of.subarray(start, row.end))) piece.leaveOut(length, row.lines, 'utf8')
    else if (isCsv && row.columns !== form.columns) piece.leaveOut(length, row.lines, 'columns')
    else piece.add(of, start, row)
  }

  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const isText = isUtf8(rest.subarray(0, rest.lastIndexOf(newline) + 1))
    let at = 0
    for (;;) {
      const row = isCsv ? csvRow(rest, at, delimiter) : jsonRow(rest, at)
      if (!row) break
      take(rest, at, row, isText)
      at = row.end
      if (piece.bytes >= limits.bytes || piece.rows >= limits.rows) {
        const done = piece.end()
        yield done
        piece = createPiece(done.next, header)
      }
    }
    rest = rest.subarray(at)
    if (rest.length > maxRowBytes)
      throw new ConfigError(
        `${fileName}: the row that begins in line ${piece.end().next.line} is longer than 8 MiB: ${isCsv ? 'it is one value, or quotes that are opened there are not closed' : 'it is not JSON by lines'}.`,
      )
  }
  if (rest.length > 0) {
    const last = Buffer.concat([rest, Buffer.from('\n')])
    const row = isCsv ? csvRow(last, 0, delimiter) : jsonRow(last, 0)
    const isWhole = row && (isCsv ? row.columns === form.columns : isObject(rest))
    if (isWhole) take(last, 0, row, false)
    else if (!isBlank(rest)) piece.leaveOut(rest.length, 1, 'broken')
  }
  yield piece.end()
}

/** Takes the lines out of a piece of JSON that are no objects, after the engine refused it. */
export const withoutBrokenJson = (piece: Piece): Piece => {
  const slices: Buffer[] = []
  const places: Piece['places'] = []
  const refused = [...piece.refused]
  let [at, row, kept, line, left] = [0, 0, 0, 0, true]
  for (let place = 0; at < piece.body.length; row++) {
    const end = piece.body.indexOf(newline, at) + 1 || piece.body.length
    const text = piece.body.subarray(at, end)
    const told = piece.places[place]
    if (told?.row === row) {
      line = told.line
      left = true
      place += 1
    } else line += 1
    if (isObject(text)) {
      if (left) places.push({ row: kept, line })
      left = false
      kept += 1
      slices.push(text)
    } else {
      refused.push({ line, reason: 'json' })
      left = true
    }
    at = end
  }
  return { ...piece, body: Buffer.concat(slices), rows: kept, places, refused }
}
