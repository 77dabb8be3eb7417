import { useQuery } from 'urql'
import { ChannelWatching } from '../../generated/channel.ts'
import { SetMonitoring } from '../../generated/monitoring.ts'
import { useCaller } from '../data/api.tsx'
import { problemOf } from '../data/problem.ts'
import { pauseMeans } from '../parts/channel/pause-words.ts'
import { Button } from '../parts/control/button.tsx'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { duration } from '../view/format.ts'
import { DeleteChannelForm } from './delete-channel.tsx'
import { EventSubscriptions } from './event-subscriptions.tsx'
import type { ChannelOfPage } from './use-channel-page.ts'
import styles from './watching.module.css'

/** How the channel is watched: polling, event subscriptions, and for administrators its end. */
export const Watching = ({ channel: { id, slug, platformUserId } }: { channel: ChannelOfPage }) => {
  const caller = useCaller()
  const [{ data, error }, ask] = useQuery({ query: ChannelWatching, variables: { id } })
  const set = useChange(SetMonitoring, ({ channel }) =>
    channel.monitoring?.active ? 'Watching again.' : 'Watching is paused.',
  )
  const problem = problemOf(error)
  const channel = data?.channel
  if (!channel)
    return problem ? (
      <ProblemMessage problem={problem} onRetry={() => ask({ requestPolicy: 'network-only' })} />
    ) : (
      <Skeleton lines={5} />
    )
  const { monitoring, eventSubscriptions } = channel
  const isActive = monitoring?.active ?? false
  return (
    <div className={styles.watching}>
      <section className={styles.part}>
        <h2>Polling</h2>
        <p>
          {isActive ? 'Watched' : monitoring ? 'Watching is paused' : 'Never watched'}
          {isActive && monitoring?.trackedSince && (
            <>
              {' without interruption since '}
              <Instant at={monitoring.trackedSince} form="dated" />
            </>
          )}
          .
        </p>
        {monitoring && (
          <dl className={styles.facts}>
            <div>
              <dt>Last probe</dt>
              <dd>{monitoring.lastProbedAt ? <Ago at={monitoring.lastProbedAt} /> : 'none yet'}</dd>
            </div>
            <div>
              <dt>Next probe</dt>
              <dd>
                {monitoring.nextProbeAt ? (
                  <Instant at={monitoring.nextProbeAt} />
                ) : (
                  <Unknown reason="None is scheduled while the channel is not watched." />
                )}
              </dd>
            </div>
            <div>
              <dt>Interval</dt>
              <dd>
                {monitoring.intervalSeconds === null ? (
                  <Unknown reason="No interval is set." />
                ) : (
                  duration(monitoring.intervalSeconds)
                )}
              </dd>
            </div>
            <div>
              <dt>Consecutive failures</dt>
              <dd data-wrong={monitoring.consecutiveFailures > 0}>{monitoring.consecutiveFailures}</dd>
            </div>
          </dl>
        )}
        <div className={styles.buttons}>
          <Button busy={set.busy} onClick={() => void set.make({ channel: id, active: !isActive })}>
            {isActive ? 'Pause watching' : monitoring ? 'Resume watching' : 'Start watching'}
          </Button>
          <Outcome of={set} />
        </div>
        {isActive && <p className={styles.quiet}>{pauseMeans}</p>}
      </section>
      <EventSubscriptions subscriptions={eventSubscriptions} />
      {caller.may('ADMIN') && <DeleteChannelForm id={id} confirm={slug ?? platformUserId} />}
    </div>
  )
}
