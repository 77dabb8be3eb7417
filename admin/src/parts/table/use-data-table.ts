import { type ColumnDef, columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/react-table'
import { useMemo } from 'react'
import type { Column } from './column.ts'
import { useHiddenColumns } from './use-hidden-columns.ts'

// The server sorts, filters and pages.
export const features = tableFeatures({ columnVisibilityFeature })

const none: readonly never[] = []

/** The model of a table: its rows by their keys, and the columns that the window has a place for. */
export const useDataTable = <Row extends object>(
  columns: readonly Column<Row>[],
  rows: readonly Row[] | null,
  rowKey: (row: Row) => string,
) => {
  const definitions = useMemo(
    () => columns.map(({ id, head }): ColumnDef<typeof features, Row> => ({ id, header: head })),
    [columns],
  )
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns])
  const columnVisibility = useHiddenColumns(columns)
  const table = useTable({
    features,
    columns: definitions,
    data: rows ?? none,
    getRowId: rowKey,
    state: { columnVisibility },
  })
  return {
    rows: table.getRowModel().rows,
    shown: table.getVisibleLeafColumns().map(({ id }) => byId.get(id)!),
    byId,
  }
}
