import { type ReactNode, useState } from 'react'
import { ReleaseClaim, VerifyClaim } from '../../../generated/streamers.ts'
import { isolated } from '../../view/seen-text.ts'
import { Confirm } from '../confirm/confirm.tsx'
import { Button } from '../control/button.tsx'
import { Outcome } from '../mutation/outcome.tsx'
import { useChange } from '../mutation/use-change.ts'
import { Instant } from '../time/instant.tsx'
import styles from './claim-row.module.css'

type Props = {
  streamer: { id: string; name: string }
  channel: { id: string; name: string }
  claim: { verified: boolean; claimedAt: string }
  /** The one of both that the page is not about. */
  children: ReactNode
  onChanged(): void
}

/** A claim of a streamer on a channel, with what can be done about it. */
export const ClaimRow = ({
  streamer: claimer,
  channel: claimed,
  claim: { verified, claimedAt },
  children,
  onChanged,
}: Props) => {
  const streamer = { ...claimer, name: isolated(claimer.name) }
  const channel = { ...claimed, name: isolated(claimed.name) }
  const [isAsking, ask] = useState(false)
  const verify = useChange(VerifyClaim, () => `The claim of ${streamer.name} on ${channel.name} is verified.`)
  const release = useChange(ReleaseClaim)
  const ids = { streamer: streamer.id, channel: channel.id }
  const holder = verify.refusal?.holder
  const confirmed = async (): Promise<void> => {
    if (!(await release.make(ids))) return
    ask(false)
    onChanged()
  }
  return (
    <li className={styles.claim}>
      <div className={styles.who}>
        {children}
        <p className={styles.quiet}>
          claimed <Instant at={claimedAt} />
        </p>
      </div>
      <span className={styles.verified} data-verified={verified}>
        {verified ? 'Verified' : 'Not verified'}
      </span>
      <div className={styles.buttons}>
        {!verified && (
          <Button
            busy={verify.busy}
            aria-label={`Verify the claim of ${streamer.name} on ${channel.name}`}
            onClick={() => void verify.make(ids).then((answer) => answer && onChanged())}
          >
            Verify
          </Button>
        )}
        <Button
          kind="quiet"
          aria-label={`Release the claim of ${streamer.name} on ${channel.name}`}
          onClick={() => {
            release.clear()
            ask(true)
          }}
        >
          Release
        </Button>
      </div>
      <div className={styles.said}>
        <Outcome of={verify} />
        {holder && (
          <p className={styles.quiet}>
            <bdi>{holder.name}</bdi> has the verified claim. Release it there first.
          </p>
        )}
      </div>
      {isAsking && (
        <Confirm
          title={`Release the claim on ${channel.name}?`}
          action="Release the claim"
          change={release}
          onConfirm={() => void confirmed()}
          onClose={() => ask(false)}
        >
          <p>
            {streamer.name} no longer claims {channel.name}. The history of the channel stays, it is still watched, and
            it can be claimed again.
          </p>
        </Confirm>
      )}
    </li>
  )
}
