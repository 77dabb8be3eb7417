import type { ReactNode } from 'react'
import { coverageHint } from '../parts/text/coverage.ts'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { duration, percent } from '../view/format.ts'
import type { ChartsOfChannel } from './channel-series.ts'
import styles from './charts.module.css'

const noViewers = 'No probe saw viewers in this range.'

const Sum = ({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) => (
  <div title={hint}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const broadcastsText = (count: number): string =>
  count === 0 ? ', as far as it was observed' : count === 1 ? ' in 1 broadcast' : ` in ${count} broadcasts`

/** How long the channel was on air in the range. Where it was never probed, nobody knows. */
const OnAir = ({
  airtime: { seconds, broadcasts },
  coverage,
}: {
  airtime: ChartsOfChannel['airtime']
  coverage: number
}) => (
  <Sum name="On air" hint="Only the parts of broadcasts that are inside the range. Coverage says how sure it is.">
    {seconds === 0 && coverage === 0 ? (
      <Unknown reason="It was not probed in this range." />
    ) : (
      <>
        {seconds > 0 ? duration(seconds) : 'Never'}
        <span className={styles.when}>{broadcastsText(broadcasts)}</span>
      </>
    )}
  </Sum>
)

/** What the range comes to, and how much of it was observed. */
export const RangeSums = ({ charts: { airtime, viewers, chatActivity, follows } }: { charts: ChartsOfChannel }) => {
  const { summary, meta } = viewers
  const messages = chatActivity.points.reduce((sum, point) => sum + point.messages, 0)
  const isChatKnown = chatActivity.meta.coverage > 0 || messages > 0
  const areFollowsKnown = follows.meta.coverage > 0 || follows.total > 0
  return (
    <dl className={styles.sums}>
      <OnAir airtime={airtime} coverage={meta.coverage} />
      <Sum name="Coverage" hint={coverageHint}>
        {meta.coverage > 0 ? percent(meta.coverage) : <Unknown reason="It was not probed in this range." />}
      </Sum>
      <Sum name="Peak">
        <Num value={summary.peak} unit="viewers" unknown={noViewers} />
        {summary.peakAt && (
          <span className={styles.when}>
            {' at '}
            <Instant at={summary.peakAt} />
          </span>
        )}
      </Sum>
      <Sum name="Average">
        <Num value={summary.average} unit="viewers" unknown={noViewers} />
      </Sum>
      <Sum name="Hours watched">
        <Num value={summary.samples > 0 ? summary.hoursWatched : null} unit="hours" unknown={noViewers} />
      </Sum>
      <Sum name="Messages">
        <Num
          value={isChatKnown ? messages : null}
          unit="messages"
          unknown="No event subscription for chat was active."
        />
      </Sum>
      <Sum name="Follows">
        <Num
          value={areFollowsKnown ? follows.total : null}
          unit="follows"
          unknown="No event subscription for follows was active."
        />
      </Sum>
    </dl>
  )
}
