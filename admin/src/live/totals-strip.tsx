import { useEffect, useMemo } from 'react'
import { useQuery } from 'urql'
import { LiveTotals } from '../../generated/live-page.ts'
import { problemOf } from '../data/problem.ts'
import { Sparkline } from '../parts/chart/sparkline.tsx'
import { Num } from '../parts/text/number.tsx'
import { exactNumber } from '../view/format.ts'
import styles from './live.module.css'
import { dayOf } from './totals.ts'

const renewEveryMs = 300_000
const loading = 'It is being loaded.'
// Nearly all of a day: a probe that came late is not worth a word.
const wholeDay = 0.98

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
  const percent = day ? Math.floor(day.coverage * 100) : 100
  const observed = percent < 1 ? 'under 1 %' : `${percent} %`
  const numbers = [
    {
      name: 'Live channels',
      unit: 'channels',
      value: live,
      unknown: loading,
      line: day?.live,
      note: day && day.coverage < wholeDay && `${observed} of the day observed`,
    },
    {
      name: 'Viewers now',
      unit: 'viewers',
      value: viewers,
      unknown: live === null ? loading : 'No channel that is live tells its viewers.',
      line: day?.viewers,
      note: uncounted > 0 && `without ${exactNumber(uncounted)} ${uncounted === 1 ? 'channel' : 'channels'}`,
    },
    {
      name: 'Messages in 24 hours',
      unit: 'messages',
      value: day?.messagesOfDay,
      unknown: problem?.message ?? (day ? 'None came: nobody wrote, or no platform delivers chat.' : loading),
      line: day?.messages,
      note: day && day.messagesOfDay === null && 'none came',
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
            <Sparkline values={line ?? []} width={160} height={36} label={`${name} over the last 24 hours`} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
