import type { ExportLimits } from '../../../src/http/routes/export-route.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { startTestApi, type TestApiOptions } from './api.ts'

export const completeThrough = new Date('2026-11-20T00:00:00Z')

/** The API over a telemetry store of which everything has arrived up to `completeThrough`. */
export const startExportServer = async ({
  store,
  limits,
  ...options
}: Omit<TestApiOptions, 'limits'> & { store: ClickHouse; limits?: Partial<ExportLimits> }) =>
  startTestApi({
    allowedOrigins: ['https://app.example.com'],
    limits: { exports: limits },
    drainMs: 100,
    services: { history: { store, env: 'test', completeThrough: () => completeThrough, lost: () => [] } },
    ...options,
  })

export type ExportServer = Awaited<ReturnType<typeof startExportServer>>
