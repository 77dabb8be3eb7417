import type { LinkProps } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { Column } from './column.ts'
import styles from './table.module.css'
import { TableRow } from './table-row.tsx'
import type { useDataTable } from './use-data-table.ts'

type Model<Row extends object> = ReturnType<typeof useDataTable<Row>>

type Lines<Row extends object> = Model<Row> & {
  href?: (row: Row) => LinkProps
  selected?: string
}

const lineOf = <Row extends object>({ rows, byId, href, selected }: Lines<Row>, at: number) => {
  const row = rows[at]!
  return {
    row: row.original,
    cells: row.getVisibleCells(),
    columns: byId,
    link: href?.(row.original),
    isSelected: row.id === selected,
  }
}

export const AllRows = <Row extends object>(lines: Lines<Row>) => (
  <tbody>
    {lines.rows.map(({ id }, at) => (
      <TableRow key={id} {...lineOf(lines, at)} />
    ))}
  </tbody>
)

/** Of many rows those in sight. The page is as high as if all of them were there. */
export const RowsInSight = <Row extends object>({ dense, ...lines }: Lines<Row> & { dense: boolean }) => {
  const body = useRef<HTMLTableSectionElement>(null)
  const [top, setTop] = useState(0)
  // What stands above may grow, such as figures when they come.
  useLayoutEffect(() => {
    const measure = (): void => setTop(body.current!.getBoundingClientRect().top + scrollY)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const virtual = useWindowVirtualizer({
    count: lines.rows.length,
    estimateSize: () => (dense ? 32 : 40),
    overscan: 10,
    scrollMargin: top,
    getItemKey: (at) => lines.rows[at]!.id,
  })
  const items = virtual.getVirtualItems()
  const above = items.length > 0 ? items[0]!.start - top : 0
  const below = items.length > 0 ? virtual.getTotalSize() - (items.at(-1)!.end - top) : 0
  return (
    <tbody ref={body}>
      <tr className={styles.spacer}>
        <td colSpan={lines.shown.length} style={{ height: above }} />
      </tr>
      {items.map(({ index, key }) => (
        <TableRow key={key} ref={virtual.measureElement} index={index} {...lineOf(lines, index)} />
      ))}
      <tr className={styles.spacer}>
        <td colSpan={lines.shown.length} style={{ height: below }} />
      </tr>
    </tbody>
  )
}

const widths = ['72%', '54%', '84%', '63%']

/** Lines in the shape of the rows that come. */
export const SkeletonRows = <Row extends object>({
  columns,
  count,
}: {
  columns: readonly Column<Row>[]
  count: number
}) => (
  <tbody aria-hidden="true">
    {Array.from({ length: count }, (_, line) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike.
      <tr key={line} className={styles.row}>
        {columns.map(({ id, align }, at) => (
          <td key={id} data-align={align}>
            <span className={styles.bone} style={{ width: widths[(line * 3 + at) % widths.length] }} />
          </td>
        ))}
      </tr>
    ))}
  </tbody>
)
