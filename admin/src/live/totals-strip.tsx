import { useEffect, useMemo } from 'react'
import { useQuery } from 'urql'
import { LiveTotals } from '../../generated/live-page.ts'
import { problemOf } from '../data/problem.ts'
import { Sparkline } from '../parts/chart/sparkline.tsx'
import { Num } from '../parts/text/number.tsx'
import { exactNumber, shortInstant } from '../view/format.ts'
import { useView } from '../view/view.tsx'
import styles from './live.module.css'
import { dayOf, observedText } from './totals.ts'

// Right after a first start, what the past holds is still on its way.
const renewEveryMs = 60_000
const loading = 'Loading …'

type Props = {
  /** Null while it is not known. */
  live: number | null
  viewers: number | null
  /** How many of those that are live are not in the sum of viewers. */
  uncounted: number
}

/** Everything that is watched, together: now, and over the last day. What a number lacks stands below it. */
export const TotalsStrip = ({ live, viewers, uncounted }: Props) => {
  const [{ data, error }, renew] = useQuery({ query: LiveTotals })
  useEffect(() => {
    const timer = setInterval(() => renew({ requestPolicy: 'network-only' }), renewEveryMs)
    return () => clearInterval(timer)
  }, [renew])
  const day = useMemo(() => data && dayOf(data.totals), [data])
  const problem = problemOf(error)
  const { zone } = useView()
  const since = day?.since != null ? shortInstant(day.since, zone) : null
  const numbers = [
    {
      name: 'Live channels',
      unit: 'channels',
      value: live,
      unknown: loading,
      line: day?.live,
      note: day && observedText(day, since),
    },
    {
      name: 'Viewers now',
      unit: 'viewers',
      value: viewers,
      unknown: live === null ? loading : 'No live channel reports its viewers.',
      line: day?.viewers,
      note: uncounted > 0 && `${exactNumber(uncounted)} ${uncounted === 1 ? 'channel' : 'channels'} not counted yet`,
    },
    {
      name: 'Messages in 24 hours',
      unit: 'messages',
      value: day?.messagesOfDay,
      unknown: problem?.message ?? (day ? 'None arrived: nobody wrote, or no platform delivers chat.' : loading),
      line: day?.messages,
      note: day && day.messagesOfDay === null && 'none arrived',
    },
  ]
  return (
    <dl className={styles.totals}>
      {numbers.map(({ name, unit, value, unknown, line, note }) => (
        <div key={name} className={styles.total}>
          <dt>
            {name}
            {note && <span className={styles.note}>{note}</span>}
          </dt>
          <dd className={styles.figure}>
            <Num value={value} unit={unit} unknown={unknown} />
          </dd>
          <dd className={styles.day}>
            <Sparkline
              values={line ?? []}
              width={160}
              height={36}
              label={since === null ? `${name}, last 24 hours` : `${name}, since ${since}`}
            />
          </dd>
        </div>
      ))}
    </dl>
  )
}
