import { Link } from '@tanstack/react-router'
import { SetMonitoring } from '../../generated/monitoring.ts'
import { Button } from '../parts/control/button.tsx'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import { StaleNote } from '../parts/table/stale-note.tsx'
import styles from './channel.module.css'
import { isPaused, type LoadedPage } from './use-channel-page.ts'

/** Nobody watches the channel, so what the page shows may be out of date. */
const PausedNote = ({ id, onChange }: { id: string; onChange(): void }) => {
  const set = useChange(SetMonitoring, () => 'Watching again.')
  const resume = async (): Promise<void> => {
    if (await set.make({ channel: id, active: true })) onChange()
  }
  return (
    <div className={styles.note}>
      <span role="status">
        Watching is paused: nothing new is observed, and the last known status may be out of date.
      </span>
      <Button busy={set.busy} onClick={() => void resume()}>
        Resume watching
      </Button>
      <Outcome of={set} />
    </div>
  )
}

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
                <b>{foundBy}</b> was this channel’s last name. It has no name now.
              </>
            ) : (
              <>
                <b>{foundBy}</b> is now called <b>{name}</b>.
              </>
            )}
          </span>
          <Link to="." search={(before) => ({ ...before, tab: 'names' })}>
            All names
          </Link>
        </p>
      )}
      {isPaused(channel) && <PausedNote id={channel.id} onChange={renew} />}
      {channel.isBanned && (
        <p className={styles.note} data-wrong="true">
          The platform no longer shows this account: several lookups in a row did not find it.
        </p>
      )}
    </>
  )
}
