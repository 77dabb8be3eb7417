import type { StreamFormat } from '../stores/clickhouse/open-clickhouse.ts'

/** The formats of a download; also the ends of their file names. */
export type ExportFormat = 'csv' | 'ndjson' | 'parquet'

/** How the engine calls each format, and its media type. */
export const exportFormats: Record<ExportFormat, { engine: StreamFormat; mediaType: string }> = {
  csv: { engine: 'CSVWithNames', mediaType: 'text/csv; charset=utf-8; header=present' },
  ndjson: { engine: 'JSONEachRow', mediaType: 'application/x-ndjson; charset=utf-8' },
  parquet: { engine: 'Parquet', mediaType: 'application/vnd.apache.parquet' },
}
