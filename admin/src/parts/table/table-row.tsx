import { Link, type LinkProps } from '@tanstack/react-router'
import type { Cell } from '@tanstack/react-table'
import { type MouseEvent, memo, type Ref } from 'react'
import type { Column } from './column.ts'
import styles from './table.module.css'
import type { features } from './use-data-table.ts'
import { rowLink } from './use-row-keys.ts'

/** What a click means for itself, and not for the row that it is in. */
const interactive = 'a, button, input, select, textarea, label, summary, [role="button"]'

/** A click anywhere in a row is a click on its link, with the same keys held: so a new tab is opened as usual. */
const openRow = (event: MouseEvent<HTMLTableRowElement>): void => {
  const link = event.currentTarget.querySelector(`a[${rowLink}]`)
  const isMiddle = event.button === 1
  if (!link || event.button > 1 || event.defaultPrevented) return
  if ((event.target as Element).closest(interactive) || getSelection()?.type === 'Range') return
  const { shiftKey, altKey } = event
  const [ctrlKey, metaKey] = [event.ctrlKey || isMiddle, event.metaKey || isMiddle]
  link.dispatchEvent(
    new globalThis.MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey, altKey }),
  )
}

type Props<Row extends object> = {
  row: Row
  cells: readonly Cell<typeof features, Row>[]
  columns: ReadonlyMap<string, Column<Row>>
  link: LinkProps | undefined
  isSelected: boolean
  /** Where only a part of the rows is in the page: the number of this one. */
  index?: number
  ref?: Ref<HTMLTableRowElement>
}

/** The column that names the rows. */
const namingOf = <Row,>(columns: ReadonlyMap<string, Column<Row>>): Column<Row> | undefined => {
  const all = [...columns.values()]
  return all.find(({ names }) => names) ?? all[0]
}

const Line = <Row extends object>({ row, cells, columns, link, isSelected, index, ref }: Props<Row>) => (
  <tr
    ref={ref}
    className={styles.row}
    data-opens={link !== undefined}
    data-selected={isSelected}
    data-index={index}
    aria-rowindex={index === undefined ? undefined : index + 2}
    onClick={link && openRow}
    onAuxClick={link && openRow}
  >
    {cells.map(({ column: { id } }) => {
      const column = columns.get(id)!
      const content = column.cell(row)
      if (column !== namingOf(columns))
        return (
          <td key={id} data-align={column.align}>
            {content}
          </td>
        )
      return (
        <th key={id} scope="row" data-align={column.align}>
          {link ? (
            <Link {...link} className={styles.link} aria-current={isSelected || undefined} {...{ [rowLink]: '' }}>
              {content}
            </Link>
          ) : (
            content
          )}
        </th>
      )
    })}
  </tr>
)

const sameLink = (a: LinkProps | undefined, b: LinkProps | undefined): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b)

/** One row. It is drawn again when what it shows has changed, and not when others have. */
export const TableRow = memo(
  Line,
  (a, b) =>
    a.row === b.row &&
    a.columns === b.columns &&
    a.isSelected === b.isSelected &&
    a.index === b.index &&
    a.cells.length === b.cells.length &&
    sameLink(a.link, b.link),
) as typeof Line
