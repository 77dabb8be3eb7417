import { useState } from 'react'
import { useQuery } from 'urql'
import { ChannelTrust } from '../../generated/channel.ts'
import { problemOf } from '../data/problem.ts'
import { Sparkline } from '../parts/chart/sparkline.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { exactNumber } from '../view/format.ts'
import styles from './trust.module.css'
import type { ChannelOfPage } from './use-channel-page.ts'

const notYet = 'No score yet: it is computed every hour from the last 90 days of broadcasts.'

/** What a score is made of, and how it was before. */
const Factors = ({ id }: { id: string }) => {
  const [{ data, error }, ask] = useQuery({ query: ChannelTrust, variables: { id } })
  const problem = problemOf(error)
  const score = data?.channel?.trustScore
  if (!score)
    return problem ? (
      <ProblemMessage problem={problem} onRetry={() => ask({ requestPolicy: 'network-only' })} />
    ) : (
      <Skeleton lines={5} />
    )
  const history = data.channel!.trustScoreHistory
  return (
    <>
      <ul className={styles.factors}>
        {score.factors.map(({ name, value, weight, contribution, explanation }) => (
          <li key={name}>
            <span className={styles.name}>{name.replaceAll(/[_-]/g, ' ')}</span>
            <span className={styles.points} title={`Weight ${exactNumber(weight)}`}>
              {value === null ? (
                <Unknown reason="Too little data, so it does not count." />
              ) : (
                `${exactNumber(contribution)} of ${exactNumber(weight * 100)}`
              )}
            </span>
            <span className={styles.why}>{explanation}</span>
          </li>
        ))}
      </ul>
      {history.length > 1 && (
        <figure className={styles.history}>
          <figcaption>Last 90 days</figcaption>
          <Sparkline values={history.map((point) => point.score)} width={240} height={32} label="Trust over 90 days" />
        </figure>
      )}
      <p className={styles.made}>
        {score.algorithm}, computed <Instant at={score.computedAt} />
      </p>
    </>
  )
}

/** How plausible the audience is, from 0 to 100; what it is made of on demand. */
export const Trust = ({ channel }: { channel: ChannelOfPage }) => {
  const [isOpen, setOpen] = useState(false)
  const { trustScore } = channel
  if (!trustScore) return <Unknown reason={notYet} />
  return (
    <span className={styles.trust}>
      <span title={`${exactNumber(trustScore.score)} of 100 points`}>{Math.round(trustScore.score)}</span>
      <button type="button" className={styles.open} popoverTarget="trust" aria-expanded={isOpen}>
        of 100: why?
      </button>
      <div id="trust" popover="auto" className={styles.popup} onToggle={(event) => setOpen(event.newState === 'open')}>
        <h2>Trust {exactNumber(trustScore.score)} of 100</h2>
        {isOpen && <Factors id={channel.id} />}
      </div>
    </span>
  )
}
