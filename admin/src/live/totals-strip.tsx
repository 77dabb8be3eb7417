import { useEffect } from 'react'
import { useQuery } from 'urql'
import { LiveTotals } from '../../generated/live-page.ts'
import { Sparkline } from '../parts/chart/sparkline.tsx'
import { Num } from '../parts/text/number.tsx'
import styles from './live.module.css'

const renewEveryMs = 300_000
const loading = 'It is being loaded.'

type Props = { live: number | null; viewers: number | null }

/** Everything that is watched, together: now, and over the last day. */
export const TotalsStrip = ({ live, viewers }: Props) => {
  const [{ data }, renew] = useQuery({ query: LiveTotals })
  useEffect(() => {
    const timer = setInterval(() => renew({ requestPolicy: 'network-only' }), renewEveryMs)
    return () => clearInterval(timer)
  }, [renew])
  const points = data?.totals.points ?? []
  const numbers = [
    { name: 'Live channels', unit: 'channels', value: live, day: points.map((point) => point.liveChannels) },
    { name: 'Viewers now', unit: 'viewers', value: viewers, day: points.map((point) => point.viewers) },
    {
      name: 'Messages in 24 hours',
      unit: 'messages',
      value: data ? points.reduce((sum, { messages }) => sum + messages, 0) : null,
      day: points.map(({ messages }) => messages),
    },
  ]
  return (
    <dl className={styles.totals}>
      {numbers.map(({ name, unit, value, day }) => (
        <div key={name} className={styles.total}>
          <dt>{name}</dt>
          <dd className={styles.figure}>
            <Num value={value} unit={unit} unknown={loading} />
          </dd>
          <dd className={styles.day}>
            <Sparkline values={day} width={160} height={36} label={`${name} over the last 24 hours`} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
