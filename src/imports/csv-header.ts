import { csvRow } from './cut-text.ts'

/** The first row of CSV: the names of its columns, where it ends, and over how many lines it goes. */
export type CsvHeader = { names: string[]; end: number; lines: number }

/** One name as it is written. Spaces around it are not part of it: some write one after each comma. */
const nameOf = (written: string): string => {
  const name = written.trim()
  return (/^"[\s\S]*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name).trim()
}

/** Reads the names at the start of a file; names in quotes may hold the delimiter, quotes and ends of lines. Null where the row does not end. */
export const readCsvHeader = (start: Buffer, from: number, delimiter: string): CsvHeader | null => {
  const row = csvRow(start, from, delimiter.charCodeAt(0))
  if (!row) return null
  const text = start
    .subarray(from, row.end)
    .toString()
    .replace(/\r?\n$/, '')
  const names: string[] = []
  let [begin, isQuoted] = [0, false]
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted
    if (at < text.length && (isQuoted || text[at] !== delimiter)) continue
    names.push(nameOf(text.slice(begin, at)))
    begin = at + 1
  }
  return { names, end: row.end, lines: row.lines }
}

/** The row of these names: the engine has to read the same ones. */
export const csvHeaderOf = (names: readonly string[], delimiter: string): Buffer =>
  Buffer.from(names.map((name) => `"${name.replaceAll('"', '""')}"`).join(delimiter))
