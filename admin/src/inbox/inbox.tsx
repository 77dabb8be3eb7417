import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useRenews } from '../data/renewal.ts'
import { NeedsRole } from '../parts/place/needs-role.tsx'
import { Place } from '../parts/place/place.tsx'
import { Views, viewLink } from '../parts/place/views.tsx'
import { RangePicker } from '../parts/range/range-picker.tsx'
import { useView } from '../view/view.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { Filters } from './filters.tsx'
import styles from './inbox.module.css'
import { LostList } from './lost-list.tsx'
import { outcomesOf } from './outcomes.ts'
import { type InboxSearch, lostOnes } from './search.ts'
import { Summary } from './summary.tsx'
import { TailList } from './tail-list.tsx'
import { renewStatisticsEveryMs, useStatistics } from './use-statistics.ts'
import { lookEveryMs, useTail } from './use-tail.ts'

const views: readonly (readonly [view: InboxSearch['view'], name: string])[] = [
  [undefined, 'Received'],
  ['lost', 'Lost'],
]

const InboxPage = () => {
  const search = useSearch({ from: '/inbox' })
  const navigate = useNavigate({ from: '/inbox' })
  const { range } = useView()
  const change = useCallback(
    (part: InboxSearch) =>
      void navigate({ search: (before) => ({ ...before, after: undefined, ...part }), resetScroll: false }),
    [navigate],
  )
  const { channel, type: eventType, signed } = search
  const statistics = useStatistics({ range, channel, eventType })
  const tail = useTail({
    range,
    channel,
    eventType,
    verified: signed && signed === 'yes',
    outcomes: outcomesOf(search.outcome),
  })
  const everyMs = search.view === 'lost' ? renewStatisticsEveryMs : lookEveryMs
  useRenews(range.to === 'now' ? everyMs : null, tail.behind && tail.lookedAt)
  const isReady = search.view === 'lost' || (tail.isLoaded && !tail.busy) || tail.problem !== null
  return (
    <Place name="Inbox" width="window" controls={<RangePicker />} ready={isReady}>
      <div className={styles.page}>
        <div className={styles.summary}>
          {/* What is wrong with the address is said once, by the list. */}
          {!(tail.problem && statistics.problem) && (
            <Summary statistics={statistics} search={search} onChange={change} />
          )}
        </div>
        <div className={styles.lists}>
          <Views label="Lists">
            {views.map(([view, name]) => (
              <Link
                key={name}
                from="/inbox"
                search={(before) => ({ ...before, ...lostOnes, view })}
                resetScroll={false}
                className={viewLink}
                activeOptions={{ explicitUndefined: true }}
                aria-current={search.view === view ? 'page' : undefined}
              >
                {name}
              </Link>
            ))}
          </Views>
          <Filters search={search} types={statistics.data?.byType ?? []} onChange={change} />
          {search.view === 'lost' ? (
            <LostList search={search} onChange={change} />
          ) : (
            <div className={styles.split} data-open={search.open !== undefined}>
              <TailList state={tail} search={search} isFollowing={range.to === 'now'} onChange={change} />
              {search.open !== undefined && (
                <DeliveryPanel
                  key={`${search.open} ${search.at}`}
                  messageId={search.open}
                  at={search.at}
                  onClose={() => change({ open: undefined, at: undefined })}
                />
              )}
            </div>
          )}
        </div>
      </div>
    </Place>
  )
}

/** What the platforms delivered, what became of it, and what is missing. */
const Inbox = () => (
  <NeedsRole needs="OPERATOR" name="Inbox">
    <InboxPage />
  </NeedsRole>
)

export default Inbox
