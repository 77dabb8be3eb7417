import { Link } from '@tanstack/react-router'
import { Button } from '../control/button.tsx'
import type { PageSearch } from './page-search.ts'
import styles from './table.module.css'

type Info = {
  hasNextPage: boolean
  hasPreviousPage: boolean
  startCursor?: string | null
  endCursor?: string | null
}

/** A step through the pages; a text where there is no page. */
const Step = ({ to, children }: { to: PageSearch | null; children: string }) =>
  to ? (
    <Link to="." search={((before: object) => ({ ...before, ...to })) as never} className={styles.step}>
      {children}
    </Link>
  ) : (
    <span className={styles.step} aria-disabled="true">
      {children}
    </span>
  )

/** The pages of a list in both directions. The page is in the address as `after` or `before`. */
export const Pages = ({ info, at }: { info: Info | undefined; at: PageSearch }) => {
  const isFirst = !at.after && !at.before
  const [start, end] = [info?.startCursor, info?.endCursor]
  const hasBefore = !isFirst && info?.hasPreviousPage === true
  if (!info || (isFirst && !info.hasNextPage)) return null
  return (
    <nav className={styles.pages} aria-label="Pages">
      <Step to={isFirst ? null : { after: undefined, before: undefined }}>First page</Step>
      <Step to={hasBefore && start ? { after: undefined, before: start } : null}>Previous</Step>
      <Step to={info.hasNextPage && end ? { after: end, before: undefined } : null}>Next</Step>
    </nav>
  )
}

/** More rows behind those that are there. */
export const ShowMore = ({ hasMore, busy, onMore }: { hasMore: boolean; busy: boolean; onMore(): void }) =>
  hasMore && (
    <div className={styles.pages}>
      <Button busy={busy} onClick={onMore}>
        Show more
      </Button>
    </div>
  )
