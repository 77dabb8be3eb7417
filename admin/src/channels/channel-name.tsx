import { formerSlug } from '../parts/channel/handle.ts'
import { Instant } from '../parts/time/instant.tsx'
import type { ChannelRow } from './channel-rows.ts'
import styles from './channels.module.css'

/** What a channel is called, and what it was called where somebody searched for that. */
export const ChannelName = ({ row, searched }: { row: ChannelRow; searched: string }) => {
  const { id, slug, displayName, isBanned } = row
  const former = searched ? formerSlug(row, searched) : null
  const hasOtherSlug = slug !== null && displayName !== null && slug !== displayName.toLowerCase()
  return (
    <>
      <bdi className={styles.name}>{displayName ?? slug ?? id}</bdi>
      {hasOtherSlug && !former && <span className={styles.quiet}> {slug}</span>}
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
