import type { StreamFormat } from '../stores/clickhouse/open-clickhouse.ts'

/** The formats of a download; each is also the extension of the file. */
export type ExportFormat = 'csv' | 'ndjson' | 'parquet'

/** The engine's name of each format, and its media type. */
export const exportFormats: Record<ExportFormat, { engine: StreamFormat; mediaType: string }> = {
  csv: { engine: 'CSVWithNames', mediaType: 'text/csv; charset=utf-8; header=present' },
  ndjson: { engine: 'JSONEachRow', mediaType: 'application/x-ndjson; charset=utf-8' },
  parquet: { engine: 'Parquet', mediaType: 'application/vnd.apache.parquet' },
}
