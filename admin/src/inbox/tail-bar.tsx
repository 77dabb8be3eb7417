import { Button } from '../parts/control/button.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { exactNumber } from '../view/format.ts'
import styles from './inbox.module.css'
import type { TailState } from './use-tail.ts'

type Props = {
  state: TailState
  isFollowing: boolean
  isPaused: boolean
  onPause(): void
  onShow(): void
}

/** Above the list: how fresh it is, what waits, and the pause. */
export const TailBar = ({ state, isFollowing, isPaused, onPause, onShow }: Props) => {
  const { tail, lookedAt, behind, isLoaded } = state
  const { waitingCount, isCut } = tail
  const count = `${isCut ? 'at least ' : ''}${exactNumber(waitingCount)}`
  return (
    <div className={styles.bar}>
      <h2>Deliveries</h2>
      <p className={styles.fresh} data-behind={behind !== null} role={behind ? 'alert' : undefined}>
        {!isFollowing ? (
          'The range has ended, so nothing new will appear.'
        ) : !isLoaded || lookedAt === 0 ? (
          'Loading …'
        ) : behind ? (
          <>
            Last checked <Ago at={new Date(lookedAt).toISOString()} />. {behind.message}
          </>
        ) : (
          <>
            {isPaused ? 'Paused, last' : 'Last'} checked <Ago at={new Date(lookedAt).toISOString()} />
          </>
        )}
      </p>
      <div className={styles.barEnd}>
        <span role="status">
          {waitingCount > 0 && (
            <Button onClick={onShow} title="Key: u">
              Show {count} new {waitingCount === 1 ? 'delivery' : 'deliveries'}
            </Button>
          )}
        </span>
        {isFollowing && (
          <Button onClick={onPause} aria-pressed={isPaused} title="Key: p">
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
        )}
      </div>
    </div>
  )
}
