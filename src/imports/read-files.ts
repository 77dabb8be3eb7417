import { randomUUID } from 'node:crypto'
import { ConfigError } from '../lib/errors.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type Piece, withoutBrokenJson } from './cut-text.ts'
import { firstWords } from './engine-words.ts'
import type { ImportRun } from './import-ledger.ts'
import type { Mapping } from './mapping.ts'
import { openSource, requireUnchanged, type SourceFile } from './source-files.ts'
import type { Staging } from './staging-sql.ts'

const engineFormat = { csv: 'CSVWithNames', ndjson: 'JSONEachRow', parquet: 'Parquet' } as const

export type ReadOptions = {
  clickHouse: ClickHouse
  staging: Staging
  mapping: Mapping
  /** The columns that are read, as the file names them. */
  columns: readonly string[]
  run: ImportRun
  save: () => Promise<void>
  /** Called after each piece with the share of all files that is read, 0 to 1. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

/** Has the engine read the rows of a piece; what it can not read of JSON is taken out and told. */
const insertPiece = async (options: ReadOptions, file: SourceFile, part: number, piece: Piece): Promise<Piece> => {
  if (piece.rows === 0) return piece
  const { clickHouse, staging, mapping, columns } = options
  const insert = ({ body, rows }: Piece) =>
    clickHouse.insertBatch({
      table: staging.raw,
      columns,
      format: engineFormat[file.format],
      body,
      // Parts are told apart by their numbers: what an interrupted import wrote of one is removed before it is read again.
      token: randomUUID(),
      rows,
      settings: {
        log_comment: String(part),
        max_insert_block_size: 1_048_449,
        ...(file.format !== 'parquet' && { input_format_skip_unknown_fields: 1, input_format_parallel_parsing: 0 }),
        ...(file.format === 'csv' && {
          input_format_csv_empty_as_default: 1,
          input_format_csv_trim_whitespaces: 0,
          format_csv_delimiter: mapping.delimiter,
          format_csv_null_representation: '',
        }),
      },
    })
  const isRefused = (error: unknown): error is ClickHouseError =>
    error instanceof ClickHouseError && error.failure === 'rows'
  try {
    await insert(piece)
    return piece
  } catch (error) {
    if (!isRefused(error)) throw error
    const whole = file.format === 'ndjson' ? withoutBrokenJson(piece) : null
    if (whole && whole.rows < piece.rows) {
      if (whole.rows > 0) await insert(whole)
      return whole
    }
    const { line } = piece.places[0]!
    throw new ConfigError(
      `${file.name}: the rows from line ${line} to ${piece.next.line - 1} can not be read as ${file.format}: ${firstWords(error.message)}.`,
    )
  }
}

const storePlaces = async (
  { clickHouse, staging }: ReadOptions,
  file: number,
  part: number,
  { places, refused }: Piece,
): Promise<void> => {
  const rows = [
    ...places.map(({ row, line }) => [part, row, file, line, '']),
    ...refused.map(({ line, reason }, row) => [part, row, file, line, reason]),
  ]
  if (rows.length === 0) return
  await clickHouse.insertBatch({
    table: staging.places,
    columns: ['part', 'row', 'file', 'line', 'reason'],
    format: 'JSONCompactEachRow',
    body: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')),
    token: randomUUID(),
    rows: rows.length,
  })
}

/** The same pieces, each next one cut while the one before is stored. */
const ahead = async function* (pieces: AsyncGenerator<Piece>): AsyncGenerator<Piece> {
  let next = pieces.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = pieces.next()
      // What goes wrong with it is told when it is its turn.
      next.catch(() => undefined)
      yield value
    }
  } finally {
    await pieces.return(undefined)
  }
}

/** Reads what is not read yet of the files, piece by piece, and saves the place after each. */
export const readFiles = async (options: ReadOptions, files: readonly SourceFile[]): Promise<void> => {
  const { clickHouse, staging, mapping, run, save, onProgress, signal } = options
  const { state } = run
  if (run.isResumed)
    for (const table of [staging.rows, staging.places])
      await clickHouse.command(`ALTER TABLE ${table} DELETE WHERE part > ${state.parts} SETTINGS mutations_sync = 1`)
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  let before = files.slice(0, state.file).reduce((sum, { size }) => sum + size, 0)
  while (state.file < files.length) {
    const file = files[state.file]!
    await using source = await openSource(file, mapping.delimiter)
    for await (const given of ahead(source.pieces(state.position))) {
      signal.throwIfAborted()
      const part = state.parts + 1
      const piece = await insertPiece(options, file, part, given)
      await storePlaces(options, state.file + 1, part, piece)
      state.parts = part
      state.rows += piece.rows + piece.refused.length
      state.position = piece.next
      await save()
      onProgress((before + source.share(piece.next) * file.size) / bytes)
    }
    await requireUnchanged(file)
    before += file.size
    state.file += 1
    state.position = null
    await save()
  }
}
