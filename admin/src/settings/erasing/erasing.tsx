import { Erasures } from '../../../generated/erasing.ts'
import { useRenewed } from '../../data/use-renewed.ts'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { DeleteChannelForm } from './delete-channel-form.tsx'
import { EraseChatterForm } from './erase-chatter-form.tsx'
import { erasureColumns } from './erasure-columns.tsx'

/** What was taken out of every store for good, what is being taken out, and how to begin. */
export const Erasing = ({ onReady }: SectionProps) => {
  const { data, problem, renew } = useRenewed(Erasures, {})
  useReady(data !== null || problem !== null, onReady)
  return (
    <section className={place.section} aria-label="Erasures">
      <EraseChatterForm onErased={renew} />
      <DeleteChannelForm onDeleted={renew} />
      <DataTable
        caption="Recent erasures, newest first"
        columns={erasureColumns}
        rows={data?.erasures ?? null}
        rowKey={({ id }) => id}
        problem={problem}
        onRetry={renew}
        expected={4}
        empty={
          <Message title="Nothing has been erased yet">
            Erasures are listed here without names, together with what is still pending.
          </Message>
        }
      />
    </section>
  )
}
