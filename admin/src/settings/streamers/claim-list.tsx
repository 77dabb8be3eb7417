import type { ClaimLineFragment } from '../../../generated/graphql.ts'
import { ChannelLink } from '../../parts/channel/channel-link.tsx'
import { ClaimRow } from '../../parts/channel/claim-row.tsx'
import { platformNames } from '../../view/platforms.ts'
import styles from './streamers.module.css'

type Props = { streamer: { id: string; name: string }; claims: readonly ClaimLineFragment[]; onChanged(): void }

/** The channels that a streamer claims. */
export const ClaimList = ({ streamer, claims, onChanged }: Props) =>
  claims.length === 0 ? (
    <p className={styles.quiet}>{streamer.name} claims no channel yet.</p>
  ) : (
    <ul>
      {claims.map((claim) => {
        const { id, displayName, slug, channelId, platform } = claim.channel
        return (
          <ClaimRow
            key={id}
            streamer={streamer}
            channel={{ id, name: displayName ?? slug ?? channelId }}
            claim={claim}
            onChanged={onChanged}
          >
            <span>
              <ChannelLink channel={claim.channel} /> <span className={styles.quiet}>{platformNames[platform]}</span>
            </span>
          </ClaimRow>
        )
      })}
    </ul>
  )
