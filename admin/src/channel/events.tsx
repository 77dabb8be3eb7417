import { useNavigate, useSearch } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { ChannelEvents } from '../../generated/channel.ts'
import type { ChannelEventsQuery } from '../../generated/graphql.ts'
import { problemOf } from '../data/problem.ts'
import { Message } from '../parts/states/message.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Renewing } from '../parts/states/working.tsx'
import { ShowMore } from '../parts/table/pages.tsx'
import { StaleNote } from '../parts/table/stale-note.tsx'
import { usePages } from '../parts/table/use-pages.ts'
import { EventRow } from './event-row.tsx'
import styles from './events.module.css'

type Event = NonNullable<ChannelEventsQuery['channel']>['statusEvents']['nodes'][number]

const keyOf = ({ id }: Event): string => id
const read = (result: ChannelEventsQuery) => result.channel?.statusEvents ?? null

/** The journal of the channel, newest first: when each thing happened, when we heard of it and when it was stored. */
export const Events = ({ id }: { id: string }) => {
  const [{ data, error, fetching, stale }, ask] = useQuery({ query: ChannelEvents, variables: { id } })
  const { event: open } = useSearch({ from: '/channels/$platform/$slug' })
  const navigate = useNavigate()
  const list = usePages({
    list: id,
    first: data?.channel?.statusEvents ?? null,
    keyOf,
    operation: ChannelEvents,
    variables: (after) => ({ id, after }),
    read,
  })
  const problem = problemOf(error)
  const retry = (): void => ask({ requestPolicy: 'network-only' })
  if (!list.rows) return problem ? <ProblemMessage problem={problem} onRetry={retry} /> : <Skeleton lines={8} />
  if (list.rows.length === 0)
    return <Message title="Nothing has happened yet">Starts and ends of broadcasts will appear here.</Message>
  const toggle = (event: string): void =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, event: open === event ? undefined : event }),
      replace: true,
      resetScroll: false,
    })
  return (
    <Renewing busy={fetching || stale}>
      {problem && <StaleNote problem={problem} onRetry={retry} />}
      <table className={styles.events}>
        <caption className="visually-hidden">Journal of the channel, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Happened</th>
            <th scope="col">What</th>
            <th scope="col">Source</th>
            <th scope="col" title="After it happened on the platform">
              Received
            </th>
            <th scope="col" title="After it was received">
              Stored
            </th>
            <th scope="col">
              <span className="visually-hidden">Evidence</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.rows.map((event) => (
            <EventRow key={event.id} event={event} isOpen={open === event.id} onToggle={() => toggle(event.id)} />
          ))}
        </tbody>
      </table>
      {list.problem && <StaleNote problem={list.problem} onRetry={() => void list.more()} />}
      <ShowMore hasMore={list.hasMore} busy={list.busy} onMore={() => void list.more()} />
    </Renewing>
  )
}
