import { Link } from '@tanstack/react-router'
import { StaleNote } from '../parts/table/stale-note.tsx'
import styles from './channel.module.css'
import type { LoadedPage } from './use-channel-page.ts'

/** What somebody has to know before they read on: another name, a ban, or that what is shown is old. */
export const Notes = ({ page: { channel, foundBy, problem, renew } }: { page: LoadedPage }) => {
  const name = channel.slug ?? channel.displayName
  return (
    <>
      {problem && <StaleNote problem={problem} onRetry={renew} />}
      {foundBy !== null && (
        <p className={styles.note} role="status">
          <span>
            {name === null ? (
              <>
                <b>{foundBy}</b> was the last name of this channel. It has none now.
              </>
            ) : (
              <>
                <b>{foundBy}</b> is called <b>{name}</b> now.
              </>
            )}
          </span>
          <Link to="." search={(before) => ({ ...before, tab: 'names' })}>
            All names
          </Link>
        </p>
      )}
      {channel.isBanned && (
        <p className={styles.note} data-wrong="true">
          The platform does not show this account any more, in several lookups in a row.
        </p>
      )}
    </>
  )
}
