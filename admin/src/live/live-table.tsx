import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { LiveList } from './live-list.ts'
import { LiveRowLine } from './live-row.tsx'
import styles from './live-table.module.css'
import { useLastHours } from './use-last-hours.ts'

const rowHeight = 44
const columns = ['Channel', 'Viewers', 'Last hour', 'Live for', 'Title', 'Category'] as const

type Props = {
  list: LiveList
  ids: readonly string[]
  /** Whether the pointer or the keyboard is in the table, so that rows stay where they are. */
  onHold(isHeld: boolean): void
}

/** The rows of those that are live. Only what is in sight is in the page. */
export const LiveTable = ({ list, ids, onHold }: Props) => {
  const table = useRef<HTMLTableElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop(table.current!.tBodies[0]!.getBoundingClientRect().top + scrollY), [])
  const virtual = useWindowVirtualizer({
    count: ids.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (i) => ids[i]!,
  })
  const items = virtual.getVirtualItems()
  const lastHours = useLastHours(items.map(({ index }) => ids[index]!))
  const above = items.length > 0 ? items[0]!.start - top : 0
  const below = items.length > 0 ? virtual.getTotalSize() - (items.at(-1)!.end - top) : 0
  return (
    <table
      className={styles.table}
      ref={table}
      aria-rowcount={ids.length + 1}
      onPointerEnter={() => onHold(true)}
      onPointerLeave={() => onHold(table.current?.contains(document.activeElement) ?? false)}
      onFocus={() => onHold(true)}
      onBlur={() => onHold(table.current?.matches(':hover') ?? false)}
    >
      <caption className="visually-hidden">Channels that are live, most viewers first</caption>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col" aria-sort={name === 'Viewers' ? 'descending' : undefined}>
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
          <LiveRowLine key={key} list={list} id={ids[index]!} index={index} lastHour={lastHours.get(ids[index]!)} />
        ))}
        <tr className={styles.spacer}>
          <td style={{ height: below }} />
        </tr>
      </tbody>
    </table>
  )
}
