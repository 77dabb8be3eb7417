import { useState } from 'react'
import type { ClaimLineFragment } from '../../../generated/graphql.ts'
import { ReleaseClaim, VerifyClaim } from '../../../generated/streamers.ts'
import { ChannelLink } from '../../parts/channel/channel-link.tsx'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { Instant } from '../../parts/time/instant.tsx'
import { platformNames } from '../../view/platforms.ts'
import styles from './streamers.module.css'

type Streamer = { id: string; name: string }

const nameOf = ({ channel }: ClaimLineFragment): string => channel.displayName ?? channel.slug ?? channel.channelId

type LineProps = { streamer: Streamer; claim: ClaimLineFragment; onChanged(): void }

const ClaimRow = ({ streamer, claim, onChanged }: LineProps) => {
  const [isAsking, ask] = useState(false)
  const verify = useChange(VerifyClaim, () => `The claim of ${nameOf(claim)} is verified.`)
  const release = useChange(ReleaseClaim)
  const name = nameOf(claim)
  const ids = { streamer: streamer.id, channel: claim.channel.id }
  const holder = verify.refusal?.holder
  const confirmed = async (): Promise<void> => {
    if (!(await release.make(ids))) return
    ask(false)
    onChanged()
  }
  return (
    <li className={styles.claim}>
      <div>
        <ChannelLink channel={claim.channel} />
        <p className={styles.quiet}>
          {platformNames[claim.channel.platform]}, claimed <Instant at={claim.claimedAt} />
        </p>
      </div>
      <span className={styles.verified} data-verified={claim.verified}>
        {claim.verified ? 'Verified' : 'Not verified'}
      </span>
      <div className={styles.claimButtons}>
        {!claim.verified && (
          <Button
            busy={verify.busy}
            aria-label={`Verify the claim of ${name}`}
            onClick={() => void verify.make(ids).then((answer) => answer && onChanged())}
          >
            Verify
          </Button>
        )}
        <Button kind="quiet" aria-label={`Release ${name}`} onClick={() => ask(true)}>
          Release
        </Button>
      </div>
      <div className={styles.claimSaid}>
        <Outcome of={verify} />
        {holder && <p className={styles.quiet}>{holder.name} has the verified claim. Release it there first.</p>}
      </div>
      {isAsking && (
        <Confirm
          title={`Release ${name}?`}
          action={`Release ${name}`}
          change={release}
          onConfirm={() => void confirmed()}
          onClose={() => {
            ask(false)
            release.clear()
          }}
        >
          <p>
            {streamer.name} does not claim {name} any more. The channel stays watched, and can be claimed again.
          </p>
        </Confirm>
      )}
    </li>
  )
}

type Props = { streamer: Streamer; claims: readonly ClaimLineFragment[]; onChanged(): void }

/** The channels that a streamer claims. */
export const ClaimList = ({ streamer, claims, onChanged }: Props) =>
  claims.length === 0 ? (
    <p className={styles.quiet}>{streamer.name} claims no channel yet.</p>
  ) : (
    <ul className={styles.claims}>
      {claims.map((claim) => (
        <ClaimRow key={claim.channel.id} streamer={streamer} claim={claim} onChanged={onChanged} />
      ))}
    </ul>
  )
