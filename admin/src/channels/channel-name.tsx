import { formerSlug } from '../parts/channel/handle.ts'
import { Instant } from '../parts/time/instant.tsx'
import type { ChannelRow } from './channel-rows.ts'
import styles from './channels.module.css'

/** What a channel is called, its handle, by which the list is ordered, and what it was called where somebody searched for that. */
export const ChannelName = ({ row, searched }: { row: ChannelRow; searched: string }) => {
  const { id, slug, displayName, isBanned } = row
  const former = searched ? formerSlug(row, searched) : null
  return (
    <>
      <bdi className={styles.name}>{displayName ?? slug ?? id}</bdi>
      {displayName !== null && slug !== null && <span className={styles.quiet}> {slug}</span>}
      {former && (
        <span className={styles.former}>
          {' '}
          was <em>{former.slug}</em> until <Instant at={former.until} />
        </span>
      )}
      {isBanned && <span className={styles.banned}> banned</span>}
    </>
  )
}
