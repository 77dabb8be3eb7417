import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { DeleteStreamer, StreamerPage } from '../../../generated/streamers.ts'
import { useCaller } from '../../data/api.tsx'
import { useKeptQuery } from '../../data/use-kept-query.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { ProblemMessage } from '../../parts/states/problem-message.tsx'
import { Skeleton } from '../../parts/states/skeleton.tsx'
import { StaleNote } from '../../parts/table/stale-note.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import { isolated } from '../../view/seen-text.ts'
import { useSettingsSearch } from '../use-settings-search.ts'
import { ClaimForm } from './claim-form.tsx'
import { ClaimList } from './claim-list.tsx'
import { LinkTicket } from './link-ticket.tsx'
import styles from './streamers.module.css'

const All = () => (
  <Link to="/settings" search={{ tab: 'streamers' }}>
    All streamers
  </Link>
)

/** One streamer with their claims, and what can be done with them. */
export const StreamerDetails = ({ id, onReady }: SectionProps & { id: string }) => {
  const { change } = useSettingsSearch()
  const caller = useCaller()
  const { data, problem, ask } = useKeptQuery(StreamerPage, { id })
  const renew = (): void => ask({ requestPolicy: 'network-only' })
  const [isAsking, setAsking] = useState(false)
  const remove = useChange(DeleteStreamer)
  useReady(data !== null || problem !== null, onReady)
  if (!data) return problem ? <ProblemMessage problem={problem} onRetry={renew} /> : <Skeleton />
  const { streamer } = data
  if (!streamer)
    return (
      <Message title="There is no such streamer" action={<All />}>
        They may have been deleted.
      </Message>
    )
  const { name, createdAt, claims } = streamer
  const confirmed = async (): Promise<void> => {
    if (await remove.make({ id })) change({ streamer: undefined })
  }
  return (
    <section className={place.section} aria-label={name}>
      <p>
        <All />
      </p>
      <div className={place.sectionHead}>
        <div>
          <h2 className={styles.name} dir="auto">
            {name}
          </h2>
          <p className={styles.quiet}>
            Added <Instant at={createdAt} form="long" />
          </p>
        </div>
        {caller.may('ADMIN') && (
          <Button kind="wrong" onClick={() => setAsking(true)}>
            Delete {name}
          </Button>
        )}
      </div>
      {problem && <StaleNote problem={problem} onRetry={renew} />}
      <section className={styles.part} aria-label="Claims">
        <h3>Claims</h3>
        <ClaimList streamer={{ id, name }} claims={claims} onChanged={renew} />
        <ClaimForm streamer={{ id, name }} onClaimed={renew} />
      </section>
      <section className={styles.part} aria-label="Link an account">
        <h3>Link an account</h3>
        <LinkTicket streamer={{ id, name }} />
      </section>
      {isAsking && (
        <Confirm
          title={`Delete ${isolated(name)}?`}
          typed={name}
          action={`Delete ${isolated(name)}`}
          change={remove}
          onConfirm={() => void confirmed()}
          onClose={() => {
            setAsking(false)
            remove.clear()
          }}
        >
          <p>
            The streamer is deleted
            {claims.length > 0 && `, with ${claims.length === 1 ? 'a claim' : `${claims.length} claims`}`}. Channels and
            their history stay. This cannot be undone.
          </p>
        </Confirm>
      )}
    </section>
  )
}
