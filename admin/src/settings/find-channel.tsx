import { type ReactNode, useState } from 'react'
import { ChannelField, type FoundChannel } from '../parts/channel/channel-field.tsx'
import place from '../parts/place/sections.module.css'
import { Instant } from '../parts/time/instant.tsx'
import { platformNames } from '../view/platforms.ts'
import styles from './find-channel.module.css'

type Props = {
  label: string
  /** What can be done with the channel that was found. */
  children(channel: FoundChannel['channel']): ReactNode
}

/** Finds a channel, and shows what can be done with it. */
export const FindChannel = ({ label, children }: Props) => {
  const [found, setFound] = useState<FoundChannel | null>(null)
  const name = found ? (found.channel.displayName ?? found.channel.slug ?? found.channel.channelId) : ''
  return (
    <div className={styles.find}>
      <ChannelField
        label={label}
        placeholder="Handle, also an old one, id or address"
        value={name}
        onChoose={setFound}
        onClear={() => setFound(null)}
      />
      {found && (
        <div className={styles.channel}>
          <span>
            <bdi>{name}</bdi>{' '}
            <span className={place.quiet}>
              {found.channel.slug && `${found.channel.slug}, `}
              {platformNames[found.channel.platform]}
              {found.until && (
                <>
                  , was {found.slug} until <Instant at={found.until} />
                </>
              )}
            </span>
          </span>
          {children(found.channel)}
        </div>
      )}
    </div>
  )
}
