import { useMemo } from 'react'
import { AuditLog } from '../../../generated/access.ts'
import { useKeptQuery } from '../../data/use-kept-query.ts'
import { Button } from '../../parts/control/button.tsx'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { Pages } from '../../parts/table/pages.tsx'
import { useSettingsSearch } from '../use-settings-search.ts'
import { auditColumns } from './audit-columns.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { useTargetNames } from './use-target-names.ts'

const pageSize = 50

/** Who changed what, newest first. */
export const AuditLogSection = ({ onReady }: SectionProps) => {
  const { search, change } = useSettingsSearch()
  const { side, subject, action, target, after } = search
  const { data, problem, busy, ask } = useKeptQuery(AuditLog, { side, subject, action, target, after, first: pageSize })
  useReady(data !== null || problem !== null, onReady)
  const lines = data?.auditLog.nodes
  const nodes = useTargetNames([...(lines ?? []).map((line) => line.target), ...(target ? [target] : [])])
  const columns = useMemo(() => auditColumns((part) => change({ ...part, after: undefined }), nodes), [change, nodes])
  const isFiltered = Boolean(side || subject || action || target)
  const all = { side: undefined, subject: undefined, action: undefined, target: undefined, after: undefined }
  return (
    <section className={place.section} aria-label="Audit log">
      <AuditFilters lines={lines} nodes={nodes} />
      <DataTable
        caption="Changes, newest first"
        columns={columns}
        rows={lines ?? null}
        rowKey={({ id }) => id}
        busy={busy && data !== null}
        problem={problem}
        onRetry={() => ask({ requestPolicy: 'network-only' })}
        empty={
          isFiltered ? (
            <Message
              title="No entry matches these filters"
              action={<Button onClick={() => change(all)}>Show everything</Button>}
            />
          ) : (
            <Message title="Nothing has been changed yet">
              Every change appears here, with who made it and when.
            </Message>
          )
        }
      />
      <Pages info={data?.auditLog.pageInfo} at={{ after }} />
    </section>
  )
}
