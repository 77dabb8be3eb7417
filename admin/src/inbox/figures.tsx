import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { WebhookStatisticsQuery } from '../../generated/graphql.ts'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { exactNumber } from '../view/format.ts'
import { lagText } from './lag.ts'
import { countUnused, unusedNote } from './outcomes.ts'
import { type InboxSearch, lostOnes } from './search.ts'
import styles from './summary.module.css'

type Props = {
  data: WebhookStatisticsQuery['webhookStatistics']
  search: InboxSearch
  onChange(part: InboxSearch): void
}

const Figure = ({ name, wrong = false, note, children }: FigureProps) => (
  <div className={styles.figure} data-wrong={wrong}>
    <dt>{name}</dt>
    <dd className={styles.number}>{children}</dd>
    <dd className={styles.note}>{note}</dd>
  </div>
)

type FigureProps = { name: string; wrong?: boolean; note: ReactNode; children: ReactNode }

/** The range in four figures. */
export const Figures = ({ data: { total }, search, onChange }: Props) => {
  const { received, expected, untold, lag, leftOut } = total
  const unused = countUnused(total.outcomes)
  const isFiltered = search.view !== 'lost' && search.outcome === 'NOT_USED'
  const filterText = isFiltered
    ? 'Show all deliveries'
    : unused > 0
      ? 'Show which, and why'
      : unusedNote(total.outcomes)
  return (
    <dl className={styles.figures}>
      <Figure
        name="Received"
        note={leftOut > 0 ? `${exactNumber(leftOut)} were not kept: too many at once` : 'all kept'}
      >
        <Num value={received} unit="deliveries" unknown="" />
      </Figure>
      <Figure
        name="Not used"
        wrong={unused > 0}
        note={
          unused > 0 || isFiltered ? (
            <button
              type="button"
              className={styles.link}
              aria-pressed={isFiltered}
              onClick={() => onChange({ view: undefined, outcome: isFiltered ? undefined : 'NOT_USED' })}
            >
              {filterText}
            </button>
          ) : (
            filterText
          )
        }
      >
        <Num value={unused} unit="deliveries that changed nothing" unknown="" />
      </Figure>
      <Figure
        name="Lost"
        wrong={untold > 0}
        note={
          expected === 0 ? (
            'No starts or ends expected.'
          ) : (
            <>
              of {exactNumber(expected)} starts and ends{' '}
              {untold > 0 && (
                <Link
                  from="/inbox"
                  search={(before) => ({ ...before, ...lostOnes })}
                  resetScroll={false}
                  aria-current={search.view === 'lost' ? 'true' : undefined}
                >
                  Show which
                </Link>
              )}
            </>
          )
        }
      >
        {expected > 0 ? (
          <Num value={untold} unit="starts and ends without a delivery" unknown="" />
        ) : (
          <Unknown reason="No stream start or end was expected in this range." />
        )}
      </Figure>
      <Figure
        name="Delay (95th percentile)"
        note={lag ? `median ${lagText(lag.p50)}, longest ${lagText(lag.max)}` : 'nothing received'}
      >
        {lag ? lagText(lag.p95) : <Unknown reason="No genuine delivery was received in this range." />}
      </Figure>
    </dl>
  )
}
