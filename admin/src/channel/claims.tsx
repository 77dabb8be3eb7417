import { useState } from 'react'
import { useQuery } from 'urql'
import { ChannelClaims } from '../../generated/channel.ts'
import type { ChannelClaimsQuery } from '../../generated/graphql.ts'
import { ReleaseClaim, VerifyClaim } from '../../generated/streamers.ts'
import { problemOf } from '../data/problem.ts'
import { Confirm } from '../parts/confirm/confirm.tsx'
import { Button } from '../parts/control/button.tsx'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { ClaimForm } from './claim-form.tsx'
import styles from './claims.module.css'

type Claim = NonNullable<ChannelClaimsQuery['channel']>['claims'][number]

/** One claim, with what can be done about it. */
const ClaimRow = ({ claim, channel, onChange }: { claim: Claim; channel: string; onChange(): void }) => {
  const { streamer, verified, claimedAt } = claim
  const verify = useChange(VerifyClaim)
  const release = useChange(ReleaseClaim)
  const [isAsking, ask] = useState(false)
  const both = { streamer: streamer.id, channel }
  const free = async (): Promise<void> => {
    if (!(await release.make(both))) return
    ask(false)
    onChange()
  }
  return (
    <li className={styles.claim}>
      <span>
        <bdi className={styles.name}>{streamer.name}</bdi>
        <span className={styles.quiet}>
          {verified ? 'verified' : 'claimed'}, since <Instant at={claimedAt} />
        </span>
        <Outcome of={verify} />
      </span>
      <span className={styles.buttons}>
        {!verified && (
          <Button
            busy={verify.busy}
            onClick={async () => {
              if (await verify.make(both)) onChange()
            }}
          >
            Verify the claim
          </Button>
        )}
        <Button kind="wrong" onClick={() => ask(true)}>
          Release
        </Button>
      </span>
      {isAsking && (
        <Confirm
          title="Release this claim?"
          action="Release the claim"
          change={release}
          onConfirm={() => void free()}
          onClose={() => ask(false)}
        >
          <p>
            {streamer.name} does not hold the channel any more. What is known of the channel stays, and it can be
            claimed again.
          </p>
        </Confirm>
      )}
    </li>
  )
}

/** Which streamers claim the channel. */
export const Claims = ({ id }: { id: string }) => {
  const [{ data, error }, ask] = useQuery({ query: ChannelClaims, variables: { id } })
  const renew = (): void => ask({ requestPolicy: 'network-only' })
  const problem = problemOf(error)
  const claims = data?.channel?.claims
  if (!claims) return problem ? <ProblemMessage problem={problem} onRetry={renew} /> : <Skeleton lines={3} />
  return (
    <div className={styles.claims}>
      {claims.length === 0 ? (
        <p className={styles.quiet}>No streamer claims this channel.</p>
      ) : (
        <ul>
          {claims.map((claim) => (
            <ClaimRow key={claim.streamer.id} claim={claim} channel={id} onChange={renew} />
          ))}
        </ul>
      )}
      <ClaimForm channel={id} claimed={claims.map(({ streamer }) => streamer.id)} onChange={renew} />
    </div>
  )
}
