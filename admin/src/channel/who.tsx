import { LiveMark } from '../parts/status/live-mark.tsx'
import styles from './channel.module.css'
import { initials } from './initials.ts'
import { platformPage, platformTitle } from './platform-page.ts'
import { type ChannelOfPage, isPaused } from './use-channel-page.ts'
import type { LiveChannel } from './use-live-channel.ts'

/** The heading: the name, whether it is live, and where it is at its platform. Its picture is on a foreign host and is not loaded. */
export const Who = ({ channel, live }: { channel: ChannelOfPage; live: LiveChannel }) => {
  const { platform, slug, platformUserId } = channel
  const name = channel.displayName ?? slug ?? platformUserId
  return (
    <span className={styles.who}>
      <span className={styles.initials} aria-hidden="true">
        {initials(name)}
      </span>
      <span className={styles.names}>
        <span className={styles.name}>
          <bdi>{name}</bdi>
          <span className={styles.mark}>
            {isPaused(channel) ? <b className={styles.paused}>paused</b> : <LiveMark status={live.status} />}
          </span>
        </span>
        <span className={styles.handle}>
          {platformTitle(platform)}
          {slug === null ? (
            <span title="Another channel has taken its last name."> user {platformUserId}</span>
          ) : (
            <a href={`https://${platformPage(platform, slug)}`} target="_blank" rel="noreferrer">
              {platformPage(platform, slug)}
            </a>
          )}
        </span>
      </span>
    </span>
  )
}
