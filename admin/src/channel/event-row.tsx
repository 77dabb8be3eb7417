import { useQuery } from 'urql'
import { EventEvidence } from '../../generated/channel.ts'
import type { ChannelEventsQuery } from '../../generated/graphql.ts'
import { useCaller } from '../data/api.tsx'
import { problemOf } from '../data/problem.ts'
import { Button } from '../parts/control/button.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { utcInstant } from '../view/format.ts'
import styles from './events.module.css'
import { lagText } from './lag.ts'
import { sourceNames } from './sources.ts'

type Event = NonNullable<ChannelEventsQuery['channel']>['statusEvents']['nodes'][number]

const words: Record<Event['type'], string> = {
  STREAM_START: 'went live',
  STREAM_END: 'ended',
  CONNECTION_TEST: 'test delivery',
}

const isLate = ({ type, previousStatus, newStatus }: Event): boolean =>
  type !== 'CONNECTION_TEST' && previousStatus === newStatus

const Lag = ({ from, to }: { from: string; to: string }) => (
  <time dateTime={to} title={utcInstant(Date.parse(to))}>
    {lagText(Date.parse(to) - Date.parse(from))}
  </time>
)

/** What made an event, as it came. */
const Evidence = ({ id, platformEventId }: { id: string; platformEventId: string | null }) => {
  const [{ data, error }, ask] = useQuery({ query: EventEvidence, variables: { id } })
  const problem = problemOf(error)
  const event = data?.node?.__typename === 'StatusEvent' ? data.node : null
  if (problem) return <ProblemMessage problem={problem} onRetry={() => ask({ requestPolicy: 'network-only' })} />
  if (!event) return <Skeleton lines={3} />
  return (
    <>
      {platformEventId && <p>Delivery {platformEventId}</p>}
      {event.data === null ? (
        <p>The evidence was not kept.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keys.
        <pre className={styles.evidence} tabIndex={0}>
          {JSON.stringify(event.data, null, 2)}
        </pre>
      )}
    </>
  )
}

/** One event of the journal. */
export const EventRow = ({ event, isOpen, onToggle }: { event: Event; isOpen: boolean; onToggle(): void }) => {
  const caller = useCaller()
  const maySee = caller.may('OPERATOR')
  return (
    <>
      <tr>
        <th scope="row">
          <Instant at={event.occurredAt} />
        </th>
        <td>
          {words[event.type]}
          {isLate(event) && (
            <span className={styles.quiet} title="A newer broadcast was already known, so the status did not change.">
              {' '}
              learned later
            </span>
          )}
        </td>
        <td className={styles.quiet}>{sourceNames[event.source]}</td>
        <td>
          <Lag from={event.occurredAt} to={event.receivedAt} />
        </td>
        <td>
          <Lag from={event.receivedAt} to={event.processedAt} />
        </td>
        <td>
          {maySee && (
            <Button kind="quiet" aria-expanded={isOpen} onClick={onToggle}>
              {isOpen ? 'Hide evidence' : 'Evidence'}
            </Button>
          )}
        </td>
      </tr>
      {isOpen && maySee && (
        <tr>
          <td colSpan={6} className={styles.open}>
            <Evidence id={event.id} platformEventId={event.platformEventId} />
          </td>
        </tr>
      )}
    </>
  )
}
