import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { makeFolders } from '../stores/make-folders.ts'
import { dataDirectoryError } from '../stores/prepare-data-directory.ts'
import { largestOf } from './kinds.ts'
import type { ImportContext } from './staged-rows.ts'

/** What became of the rows of an import. */
export type ImportReport = {
  /** Rows of the files. */
  rows: number
  /** Rows that were stored, or would be. */
  stored: number
  /** Rows that were there before, and rows that the files have twice. */
  present: number
  repeated: number
  refused: number
  /** Refused rows by their reason. */
  reasons: Record<string, number>
  /** The file that names each refused row; null where there is none. */
  refusedFile: string | null
}

/** The rows that are there already; they are no mistake. */
const there = ['present', 'repeated']

const sentences: Record<string, string> = {
  channel: 'The row names no channel: it needs channel_user_id or channel_slug, or the option --channel.',
  'channel-unknown': 'Nobody knows this channel, and it could not be looked up at its platform.',
  platform: 'This program knows no such platform.',
  'too-old': 'It is older than rows are kept, so it would be forgotten at once.',
  future: 'It lies in the future.',
  open: 'The session has not ended: bring it in when it has.',
  'ends-before': 'The session ends before it starts.',
  observed: 'This program observed the channel at that time itself, and what it observed stays as it is.',
  covered: 'An import brought in what was at that time already.',
  overlap: 'It overlaps another session that was brought in.',
  utf8: 'The line is not UTF-8.',
  columns: 'The line has another number of values than line 1 has names.',
  json: 'The line is no JSON object, or names a key twice.',
  broken: 'The file ends in the middle of this row.',
}

const forms: Record<string, string> = {
  missing: 'must not be empty',
  instant: 'must be an instant from 1970 to 2105 in the form that the mapping names, else like 2026-11-01T12:00:00Z',
  boolean: 'must be true or false',
  account: 'must be 1 to 64 printable characters of ASCII without spaces',
  nul: 'must not hold the character NUL',
  outside: 'must lie within the session',
  'above-peak': 'must not be more than the peak for all the time of the session allows',
  'before-2000': 'must not reach back to before the year 2000',
}

const formOf = (form: string, column: string): string | undefined => {
  if (form !== 'count' && form !== 'number') return forms[form]
  const largest = largestOf(column) ?? (form === 'count' ? 2 ** 32 - 1 : undefined)
  return `must be a ${form === 'count' ? 'whole ' : ''}number ${largest === undefined ? 'of 0 or more' : `from 0 to ${largest}`}`
}

/** Why a row was refused, one sentence; with what it says there, if that is given. */
export const sentenceOf = (reason: string, shown = ''): string => {
  const [form = '', column] = reason.split(':')
  if (column === undefined) return sentences[reason] ?? reason
  return `${column} ${formOf(form, column)}${shown === '' ? '' : `, and is ${JSON.stringify(shown)}`}.`
}

const decided = ({ staging }: ImportContext): string => `(
  SELECT part, row, toString(problem) AS reason, shown FROM ${staging.rows} WHERE problem != ''
  UNION ALL
  SELECT r.part, r.row, toString(c.reason), toString(r.ref) FROM ${staging.rows} AS r INNER JOIN (SELECT * FROM ${staging.channels} WHERE reason != '') AS c ON c.ref = r.ref WHERE r.problem = ''
  UNION ALL
  SELECT part, row, toString(reason), '' FROM ${staging.verdicts})`

const counted = (context: ImportContext) =>
  namedQuery({
    name: 'import_count',
    pool: 'heavy',
    sql: `SELECT reason, toFloat64(sum(rows)) AS rows FROM (
      SELECT reason, count() AS rows FROM ${decided(context)} GROUP BY reason
      UNION ALL SELECT 'all', count() FROM ${context.staging.rows}
      UNION ALL SELECT toString(reason), count() FROM ${context.staging.places} WHERE reason != '' GROUP BY reason
      UNION ALL SELECT 'all', count() FROM ${context.staging.places} WHERE reason != '') GROUP BY reason ORDER BY reason`,
    row: { reason: text, rows: number },
  })

// A line is counted on from the last one of its part that is known.
const listed = (context: ImportContext) =>
  namedQuery({
    name: 'import_refused',
    pool: 'heavy',
    sql: `SELECT toFloat64(file) AS file, toFloat64(line) AS line, reason, shown FROM (
      SELECT p.file AS file, p.line + (d.row - p.row) AS line, d.reason AS reason, d.shown AS shown
      FROM (SELECT * FROM ${decided(context)} WHERE reason NOT IN (${there.map((one) => `'${one}'`).join(', ')})) AS d
      ASOF INNER JOIN (SELECT part, row, file, line FROM ${context.staging.places} WHERE reason = '') AS p ON p.part = d.part AND p.row <= d.row
      UNION ALL SELECT file, line, toString(reason), '' FROM ${context.staging.places} WHERE reason != '')
      WHERE (file, line) > ({file:UInt32}, {line:UInt32}) ORDER BY file, line LIMIT 100000` as `${string}{file:UInt32}{line:UInt32}`,
    row: { file: number, line: number, reason: text, shown: text },
  })

const cell = (value: string | number): string =>
  typeof value === 'number' ? String(value) : `"${value.replaceAll('"', '""')}"`

/** Counts what became of the rows, and writes the refused ones to a file below `folder`, in the order of their lines. */
export const reportImport = async (
  context: ImportContext,
  options: { folder: string; id: string; files: readonly string[] },
): Promise<ImportReport> => {
  const { clickHouse, signal } = context
  const counts = new Map((await clickHouse.query(counted(context), {})).map(({ reason, rows }) => [reason, rows]))
  const rows = counts.get('all') ?? 0
  counts.delete('all')
  const [present, repeated] = there.map((reason) => counts.get(reason) ?? 0) as [number, number]
  for (const reason of there) counts.delete(reason)
  const refused = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const report = {
    rows,
    stored: rows - present - repeated - refused,
    present,
    repeated,
    refused,
    reasons: Object.fromEntries(counts),
  }
  if (refused === 0) return { ...report, refusedFile: null }
  const refusedFile = path.join(options.folder, `${options.id}-refused.csv`)
  const lines = async function* () {
    yield 'file,line,reason,sentence\r\n'
    for (let after = { file: 0, line: 0 }; ; ) {
      const page = await clickHouse.query(listed(context), after, { signal })
      for (const { file, line, reason, shown } of page)
        yield `${[cell(options.files[file - 1]!), line, cell(reason), cell(sentenceOf(reason, shown))].join(',')}\r\n`
      const last = page.at(-1)
      if (!last) return
      after = { file: last.file, line: last.line }
    }
  }
  try {
    await makeFolders(options.folder, 0o700)
    await pipeline(Readable.from(lines()), createWriteStream(refusedFile, { mode: 0o600 }))
  } catch (error) {
    throw dataDirectoryError(options.folder, error)
  }
  return { ...report, refusedFile }
}
