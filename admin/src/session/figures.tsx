import { coverageHint } from '../parts/text/coverage.ts'
import { Num } from '../parts/text/number.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { percent } from '../view/format.ts'
import styles from './session.module.css'
import type { Session } from './use-session.ts'
import { shareOf, soFar } from './words.ts'

const noViewers = 'The streamer hides the count, or no probe has counted yet.'
const later = 'Unique chatters are counted a few minutes after the broadcast ends.'

/** What a broadcast comes to. */
export const Figures = ({ session }: { session: Session }) => {
  const { isLive, viewersNow, peakViewers, peakAt, averageViewers, hoursWatched, chatters } = session
  const counts = soFar(session)
  const far = counts.isCounted ? '' : ' so far'
  return (
    <dl className={styles.figures}>
      {isLive && (
        <div>
          <dt>Viewers now</dt>
          <dd>
            <Num value={viewersNow?.count} unit="viewers" unknown={noViewers} />
          </dd>
        </div>
      )}
      <div>
        <dt>Peak</dt>
        <dd>
          <Num value={peakViewers} unit="viewers" unknown={noViewers} />
          {peakAt && (
            <span className={styles.when}>
              {' at '}
              <Instant at={peakAt} />
            </span>
          )}
        </dd>
      </div>
      <div>
        <dt>Average viewers</dt>
        <dd>
          <Num value={averageViewers} unit="viewers" unknown={noViewers} />
        </dd>
      </div>
      <div>
        <dt>Hours watched</dt>
        <dd>
          <Num value={hoursWatched} unit="hours" unknown={noViewers} />
        </dd>
      </div>
      <div>
        <dt>Messages{far}</dt>
        <dd>
          <Num value={counts.messages} unit="messages" unknown={later} />
        </dd>
      </div>
      <div>
        <dt>Chatters</dt>
        <dd>
          <Num value={chatters} unit="people" unknown={later} />
        </dd>
      </div>
      <div>
        <dt>Follows{far}</dt>
        <dd>
          <Num value={counts.follows} unit="follows" unknown={later} />
        </dd>
      </div>
      <div>
        <dt>Coverage</dt>
        <dd title={coverageHint}>{percent(shareOf(session))}</dd>
      </div>
    </dl>
  )
}
