import type { LinkProps } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { AlertDeliveries } from '../../../generated/alerts.ts'
import type { AlertDeliveryLineFragment } from '../../../generated/graphql.ts'
import { useRenewed } from '../../data/use-renewed.ts'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { Pages } from '../../parts/table/pages.tsx'
import { counted } from '../../view/format.ts'
import { printInstant } from '../../view/instant.ts'
import { instantInZone } from '../../view/instant-in-zone.ts'
import { useView } from '../../view/view.tsx'
import styles from '../alerts.module.css'
import { type AlertsSearch, noFilters } from '../search.ts'
import { useAlertsSearch } from '../use-alerts-search.ts'
import own from './deliveries.module.css'
import { allColumns, fewColumns } from './delivery-columns.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { filterOf, isFiltered } from './delivery-words.ts'
import { Filters } from './filters.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import { useHeldRows } from './use-held-rows.ts'

const keyOf = ({ id }: AlertDeliveryLineFragment): string => id

const opened = ({ id }: AlertDeliveryLineFragment): LinkProps =>
  ({ to: '/alerts', search: (before: object) => ({ ...before, open: id }), resetScroll: false }) as unknown as LinkProps

/** What was told to targets and what became of it, newest first. */
export const Deliveries = ({ onReady }: SectionProps) => {
  const { search, change } = useAlertsSearch()
  const { range, asked, zone } = useView()
  const { open, after } = search
  const filter = filterOf(search, range)
  const { data, problem, busy, renew, renewSoon } = useRenewed(AlertDeliveries, { filter, after })
  const latest = data?.alertDeliveries.nodes ?? null
  const { rows, waiting, hold, show, release } = useHeldRows({ list: JSON.stringify([filter, after]), latest, keyOf })
  const [isReplaying, setReplaying] = useState(false)
  const [done, setDone] = useState<string | null>(null)
  useReady(data !== null || problem !== null, onReady)
  const choose = (part: AlertsSearch): void => change({ after: undefined, ...part })
  const close = useCallback(() => change({ open: undefined }), [change])
  const fixed = (): { from: string; to: string } => {
    const now = Date.now()
    return {
      from: printInstant(instantInZone(asked.from, zone, now) ?? now),
      to: printInstant(instantInZone(asked.to, zone, now) ?? now),
    }
  }
  const isNarrowed = isFiltered(search)
  const replayed = (): void => {
    release()
    renewSoon()
  }
  return (
    <section className={styles.lists} aria-label="Deliveries">
      <Filters search={search} onChange={choose} />
      <div className={own.split} data-open={open !== undefined}>
        <div>
          <div className={own.bar}>
            <Outcome of={{ refusal: null, done }} />
            <span role="status">
              {waiting > 0 && (
                <Button title="Key: u" onClick={show}>
                  Show {counted(waiting, 'new alerts')}
                </Button>
              )}
            </span>
            {rows && rows.length > 0 && <Button onClick={() => setReplaying(true)}>Send these again…</Button>}
          </div>
          <DataTable
            columns={open === undefined ? allColumns : fewColumns}
            rows={rows}
            rowKey={keyOf}
            caption="Deliveries, newest first"
            href={opened}
            selected={open}
            busy={busy && data === null}
            problem={problem}
            onRetry={renew}
            onHold={hold}
            dense
            empty={
              isNarrowed ? (
                <Message
                  title="No alert matches these filters"
                  action={<Button onClick={() => choose(noFilters)}>Show all alerts</Button>}
                >
                  None was told in this range that they name.
                </Message>
              ) : (
                <Message
                  title="Nothing was told in this range"
                  action={<Button onClick={() => change({ ...noFilters, tab: 'rules' })}>See the rules</Button>}
                >
                  Alerts appear here as soon as a rule tells something. They are kept for 30 days.
                </Message>
              )
            }
          />
          <Pages info={data?.alertDeliveries.pageInfo} at={{ after }} />
        </div>
        {open !== undefined && <DeliveryPanel key={open} id={open} onClose={close} onReplayed={replayed} />}
      </div>
      {isReplaying && (
        <ReplayDialog
          filter={{ ...filter, range: fixed() }}
          isFiltered={isNarrowed}
          onDone={(sentence) => {
            setDone(sentence)
            setReplaying(false)
            replayed()
          }}
          onClose={() => setReplaying(false)}
        />
      )}
    </section>
  )
}
