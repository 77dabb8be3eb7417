import type { LinkProps } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import type { Problem } from '../../data/problem.ts'
import { ProblemMessage } from '../states/problem-message.tsx'
import { Renewing } from '../states/working.tsx'
import type { Column } from './column.ts'
import { AllRows, RowsInSight, SkeletonRows } from './rows.tsx'
import { StaleNote } from './stale-note.tsx'
import styles from './table.module.css'
import { useDataTable } from './use-data-table.ts'
import { useRowKeys } from './use-row-keys.ts'

export type { Column } from './column.ts'

/** From here on only the rows in sight are in the page. */
const many = 150

type Props<Row extends object> = {
  /** Kept outside of the component or in a memo, so that rows are drawn again only when they change. */
  columns: readonly Column<Row>[]
  /** Null while they are loaded for the first time. */
  rows: readonly Row[] | null
  rowKey(row: Row): string
  /** What the table shows, for those who do not see it. */
  caption: string
  /** Where a row leads: a click anywhere in it, and Enter. The first cell becomes the link, so it has no link of its own. */
  href?(row: Row): LinkProps
  /** The key of the row that is open. */
  selected?: string
  /** The rows are asked for again. They stay, and are marked. */
  busy?: boolean
  /** Instead of the rows where there are none; beside them where they are old. */
  problem?: Problem | null
  onRetry?(): void
  /** Instead of the table where there is no row. */
  empty?: ReactNode
  /** Rows of 32 pixels instead of 40. */
  dense?: boolean
  /** Whether the pointer or the keyboard is in the table, so that rows should stay where they are. */
  onHold?(isHeld: boolean): void
  /** How many rows come, as far as that is known: the shape of what is shown while they are loaded. */
  expected?: number
}

/** The table of the panel: rows that lead somewhere, with all of its states. */
export const DataTable = <Row extends object>(props: Props<Row>) => {
  const {
    columns,
    rows,
    rowKey,
    caption,
    href,
    selected,
    busy = false,
    problem,
    onRetry,
    expected = 12,
    onHold,
  } = props
  const element = useRef<HTMLTableElement>(null)
  const model = useDataTable(columns, rows, rowKey)
  useRowKeys(element)
  if (problem && !rows) return <ProblemMessage problem={problem} onRetry={onRetry} />
  if (rows?.length === 0 && props.empty && !busy && !problem) return props.empty
  const lines = { ...model, href, selected }
  return (
    <Renewing busy={busy}>
      {problem && <StaleNote problem={problem} onRetry={onRetry} />}
      {!rows && (
        <span className="visually-hidden" role="status">
          Loading
        </span>
      )}
      <table
        ref={element}
        className={styles.table}
        data-dense={props.dense}
        aria-busy={busy || !rows}
        onPointerEnter={() => onHold?.(true)}
        onPointerLeave={() => onHold?.(element.current?.contains(document.activeElement) ?? false)}
        onFocus={() => onHold?.(true)}
        onBlur={() => onHold?.(element.current?.matches(':hover') ?? false)}
        aria-rowcount={rows && rows.length > many ? rows.length + 1 : undefined}
      >
        <caption className="visually-hidden">{caption}</caption>
        <colgroup>
          {model.shown.map(({ id, width }) => (
            <col key={id} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {model.shown.map(({ id, head, hint, align }) => (
              <th key={id} scope="col" title={hint} data-align={align}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        {!rows && <SkeletonRows columns={model.shown} count={expected} />}
        {rows && rows.length <= many && <AllRows {...lines} />}
        {rows && rows.length > many && <RowsInSight {...lines} dense={props.dense ?? false} />}
      </table>
    </Renewing>
  )
}
