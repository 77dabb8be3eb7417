import { useState } from 'react'
import { CreateLinkTicket } from '../../../generated/streamers.ts'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { SecretOnce } from '../../parts/secret-once/secret-once.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import { isolated } from '../../view/seen-text.ts'
import { useTicking } from '../../view/ticker.ts'
import styles from './streamers.module.css'

/** Makes a link by which a streamer links the account that they log in with. It is shown once, and as long as it is good. */
export const LinkTicket = ({ streamer }: { streamer: { id: string; name: string } }) => {
  const { id } = streamer
  const name = isolated(streamer.name)
  const create = useChange(CreateLinkTicket)
  const [ticket, setTicket] = useState<{ url: string; expiresAt: string } | null>(null)
  const isOver = useTicking((now) => ticket !== null && Date.parse(ticket.expiresAt) <= now)
  if (ticket && !isOver)
    return (
      <SecretOnce title={`The link for ${name}`} secret={ticket.url} onDone={() => setTicket(null)}>
        <p>
          Give it only to {name}: whoever opens it links their own account. It works once, until{' '}
          <Instant at={ticket.expiresAt} form="long" />. This is the only time it is shown.
        </p>
      </SecretOnce>
    )
  return (
    <>
      <p className={styles.quiet}>
        With the link, {name} logs in on Kick and so proves which channel is theirs. That verifies the claim.
      </p>
      <Outcome of={create} />
      <div>
        <Button busy={create.busy} onClick={() => void create.make({ streamer: id }).then(setTicket)}>
          Make a link for {name}
        </Button>
      </div>
    </>
  )
}
