import type { ExportKind } from '../../exports/run-export.ts'
import { createCounter, gauge } from '../../lib/metric.ts'

/** How an export ended: `cut`, for the reader visibly, by us; `left`, by the reader. */
type ExportOutcome = 'whole' | 'cut' | 'left'

/** Counts exports, from zero; how many run and wait is read from `places`. */
export const createExportMetrics = (places: () => { running: number; queued: number }) => {
  const labels = ['kind']
  const rows = createCounter({ name: 'export_rows_total', help: 'Rows sent in exports.', labels })
  const bytes = createCounter({ name: 'export_bytes_total', help: 'Bytes sent in exports.', labels })
  const exports = createCounter({
    name: 'exports_total',
    help: 'Exports that began, by how they ended: whole, cut by the server, left by the reader.',
    labels: ['kind', 'outcome'],
  })
  return {
    sent(kind: ExportKind, rowCount: number, byteCount: number): void {
      rows.add(rowCount, kind)
      bytes.add(byteCount, kind)
    },
    ended: (kind: ExportKind, outcome: ExportOutcome): void => exports.add(1, kind, outcome),
    families: [
      gauge('exports_running', 'Exports being sent.', () => places().running),
      gauge('exports_waiting', 'Exports that wait for a slot.', () => places().queued),
      exports,
      rows,
      bytes,
    ],
  }
}
