import { buffer } from 'node:stream/consumers'
import type { NamedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type ExportFormat, exportFormats } from './export-format.ts'

/** The result of a query as one document of the format. */
export const renderRows = async <Parameters>(
  clickHouse: ClickHouse,
  query: NamedQuery<Parameters, object>,
  parameters: Parameters & object,
  format: ExportFormat,
  signal: AbortSignal,
): Promise<Buffer> => buffer(await clickHouse.stream(query, parameters, exportFormats[format].engine, { signal }))
