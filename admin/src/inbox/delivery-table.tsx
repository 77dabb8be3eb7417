import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { DeliveryRow } from './delivery-row.tsx'
import styles from './delivery-table.module.css'
import type { Line } from './tail.ts'

const rowHeight = 32
const columns = ['Received', 'Type', 'Channel', 'Outcome', 'Delay', 'Reason'] as const

type Props = {
  lines: readonly Line[]
  open: string | undefined
  at: string | undefined
  /** Whether the pointer or the keyboard is in the table, so that rows stay where they are. */
  onHold(isHeld: boolean): void
}

const isOpenLine = (line: Line, open: string | undefined, at: string | undefined): boolean =>
  line.messageId === open && (at === undefined || line.receivedAt === at)

/** The rows of the list. Only what is in sight is in the page. */
export const DeliveryTable = ({ lines, open, at, onHold }: Props) => {
  const table = useRef<HTMLTableElement>(null)
  const [top, setTop] = useState(0)
  // What stands above may grow, such as the statistics when they come.
  useLayoutEffect(() => {
    const body = table.current!.tBodies[0]!
    const measure = (): void => setTop(body.getBoundingClientRect().top + scrollY)
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (i) => lines[i]!.cursor,
  })
  const items = virtual.getVirtualItems()
  const above = items.length > 0 ? items[0]!.start - top : 0
  const below = items.length > 0 ? virtual.getTotalSize() - (items.at(-1)!.end - top) : 0
  return (
    <table
      className={styles.table}
      ref={table}
      aria-rowcount={lines.length + 1}
      onPointerEnter={() => onHold(true)}
      onPointerLeave={() => onHold(table.current?.contains(document.activeElement) ?? false)}
      onFocus={() => onHold(true)}
      onBlur={() => onHold(table.current?.matches(':hover') ?? false)}
    >
      <caption className="visually-hidden">Deliveries, newest first</caption>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr className={styles.spacer}>
          <td style={{ height: above }} />
        </tr>
        {items.map(({ index, key }) => (
          <DeliveryRow
            key={key}
            line={lines[index]!}
            index={index}
            isOpen={open !== undefined && isOpenLine(lines[index]!, open, at)}
          />
        ))}
        <tr className={styles.spacer}>
          <td style={{ height: below }} />
        </tr>
      </tbody>
    </table>
  )
}
