import { useQuery } from 'urql'
import { ChannelClaims } from '../../generated/channel.ts'
import { problemOf } from '../data/problem.ts'
import { ClaimRow } from '../parts/channel/claim-row.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { ClaimForm } from './claim-form.tsx'
import styles from './claims.module.css'

/** Which streamers claim the channel. */
export const Claims = ({ id, name }: { id: string; name: string }) => {
  const [{ data, error }, ask] = useQuery({ query: ChannelClaims, variables: { id } })
  const renew = (): void => ask({ requestPolicy: 'network-only' })
  const problem = problemOf(error)
  const claims = data?.channel?.claims
  if (!claims) return problem ? <ProblemMessage problem={problem} onRetry={renew} /> : <Skeleton lines={3} />
  return (
    <div className={styles.claims}>
      {claims.length === 0 ? (
        <p className={styles.quiet}>No streamer has claimed this channel.</p>
      ) : (
        <ul>
          {claims.map((claim) => (
            <ClaimRow
              key={claim.streamer.id}
              streamer={claim.streamer}
              channel={{ id, name }}
              claim={claim}
              onChanged={renew}
            >
              <bdi className={styles.name}>{claim.streamer.name}</bdi>
            </ClaimRow>
          ))}
        </ul>
      )}
      <ClaimForm channel={id} claimed={claims.map(({ streamer }) => streamer.id)} onChange={renew} />
    </div>
  )
}
