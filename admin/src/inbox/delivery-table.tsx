import type { LinkProps } from '@tanstack/react-router'
import { DataTable } from '../parts/table/data-table.tsx'
import { allColumns, fewColumns } from './delivery-columns.tsx'
import type { Line } from './tail.ts'

type Props = {
  lines: readonly Line[]
  open: string | undefined
  at: string | undefined
  /** Whether the pointer or the keyboard is in the table, so that rows stay where they are. */
  onHold(isHeld: boolean): void
}

const opened = ({ messageId, receivedAt }: Line): LinkProps =>
  ({
    to: '/inbox',
    search: (before: object) => ({ ...before, open: messageId, at: receivedAt }),
    resetScroll: false,
  }) as unknown as LinkProps

/** The rows of the list. A click anywhere in one opens it. */
export const DeliveryTable = ({ lines, open, at, onHold }: Props) => (
  <DataTable
    columns={open === undefined ? allColumns : fewColumns}
    rows={lines}
    rowKey={({ cursor }) => cursor}
    caption="Deliveries, newest first"
    href={opened}
    selected={
      open === undefined
        ? undefined
        : lines.find(({ messageId, receivedAt }) => messageId === open && (at === undefined || receivedAt === at))
            ?.cursor
    }
    onHold={onHold}
    dense
  />
)
