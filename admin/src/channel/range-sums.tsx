import type { ReactNode } from 'react'
import { inferredText } from '../parts/session/inferred-end.ts'
import { coverageHint } from '../parts/text/coverage.ts'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { duration, percent } from '../view/format.ts'
import { type ChartsOfChannel, coverageSinceTracked } from './channel-series.ts'
import styles from './charts.module.css'

const noViewers = 'No probe saw viewers in this range.'

const Sum = ({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) => (
  <div title={hint}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const broadcastsText = (count: number): string =>
  count === 0 ? ', as far as we know' : count === 1 ? ' in 1 broadcast' : ` in ${count} broadcasts`

const notProbed = 'The channel was not probed in this range.'
const onAirHint =
  'Only what is inside the range. Where no webhook reported an end, it is inferred: the last probe that saw the broadcast, so it may have lasted a little longer.'

/** How long the channel was on air in the range, and how sure that is. Where it was never probed, nobody knows. */
const OnAir = ({ charts: { airtime, viewers, sessions, ends } }: { charts: ChartsOfChannel }) => {
  const { seconds, broadcasts } = airtime
  const inferred = inferredText(sessions.nodes, ends.nodes, viewers.meta)
  return (
    <Sum name="On air" hint={onAirHint}>
      {seconds === 0 && viewers.meta.coverage === 0 ? (
        <Unknown reason={notProbed} />
      ) : (
        <>
          {inferred && <span className={styles.when}>at least </span>}
          {seconds > 0 ? duration(seconds) : 'Never'}
          <span className={styles.when}>
            {broadcastsText(broadcasts)}
            {inferred && ` (${inferred})`}
          </span>
        </>
      )}
    </Sum>
  )
}

/** How much was observed: since the channel is tracked, and of the whole range. */
const Coverage = ({ viewers }: Pick<ChartsOfChannel, 'viewers'>) => {
  const { coverage } = viewers.meta
  const tracked = coverageSinceTracked(viewers)
  return (
    <Sum name="Coverage" hint={coverageHint}>
      {coverage === 0 ? (
        <Unknown reason={notProbed} />
      ) : tracked ? (
        <>
          {percent(tracked.share)}
          <span className={styles.when}>
            {' since tracked ('}
            <Instant at={tracked.since} />
            {`), ${percent(coverage)} of the range`}
          </span>
        </>
      ) : (
        percent(coverage)
      )}
    </Sum>
  )
}

/** What the range comes to, and how much of it was observed. */
export const RangeSums = ({ charts }: { charts: ChartsOfChannel }) => {
  const { viewers, chatActivity, follows } = charts
  const { summary } = viewers
  const messages = chatActivity.points.reduce((sum, point) => sum + point.messages, 0)
  const isChatKnown = chatActivity.meta.coverage > 0 || messages > 0
  const areFollowsKnown = follows.meta.coverage > 0 || follows.total > 0
  return (
    <dl className={styles.sums}>
      <OnAir charts={charts} />
      <Coverage viewers={viewers} />
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
