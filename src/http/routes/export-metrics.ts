import type { ExportKind } from '../../exports/run-export.ts'
import { createCounter, gauge, type MetricSource } from '../../lib/metric.ts'

/** How an export ended: `cut`, for the reader visibly, by us; `left`, by the reader. */
type ExportOutcome = 'whole' | 'cut' | 'left'

/** Counts exports. */
export type ExportMetrics = {
  sent(kind: ExportKind, rows: number, bytes: number): void
  ended(kind: ExportKind, outcome: ExportOutcome): void
  readonly families: readonly MetricSource[]
}

/** Counters at zero, and those that run and wait as `places` has them now. */
export const createExportMetrics = (places: () => { running: number; queued: number }): ExportMetrics => {
  const labels = ['kind']
  const rows = createCounter({ name: 'export_rows_total', help: 'Rows sent in exports.', labels })
  const bytes = createCounter({ name: 'export_bytes_total', help: 'Bytes sent in exports.', labels })
  const exports = createCounter({
    name: 'exports_total',
    help: 'Exports that began, by how they ended: whole, cut by the server, left by the reader.',
    labels: ['kind', 'outcome'],
  })
  return {
    sent(kind, rowCount, byteCount) {
      rows.add(rowCount, kind)
      bytes.add(byteCount, kind)
    },
    ended: (kind, outcome) => exports.add(1, kind, outcome),
    families: [
      gauge('exports_running', 'Exports being sent.', () => places().running),
      gauge('exports_waiting', 'Exports that wait for a slot.', () => places().queued),
      exports,
      rows,
      bytes,
    ],
  }
}
