import { ChannelLink } from '../parts/channel/channel-link.tsx'
import { Button } from '../parts/control/button.tsx'
import { CopyButton } from '../parts/control/copy-button.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { platformNames } from '../view/platforms.ts'
import type { Call } from './call-columns.tsx'
import styles from './operations.module.css'

/** A call with the beginning of its answer. */
export const OpenCall = ({ call, onClose }: { call: Call; onClose(): void }) => (
  <section className={styles.open} aria-label="Call">
    <div className={styles.openHead}>
      <h2>
        {platformNames[call.platform]} <code>{call.endpoint}</code>
      </h2>
      <Button kind="quiet" onClick={onClose}>
        Close
      </Button>
    </div>
    <p>
      <Instant at={call.requestedAt} form="long" />
      {call.channel && (
        <>
          {', about '}
          <ChannelLink channel={call.channel} />
        </>
      )}
    </p>
    {call.error ? <p className={styles.wrong}>{call.error}</p> : <p>The call succeeded.</p>}
    {call.body ? (
      <>
        <pre>{call.body}</pre>
        <div>
          <CopyButton text={call.body} label="Copy answer" />
        </div>
      </>
    ) : (
      <p className={styles.quiet}>The text of this answer was not kept.</p>
    )}
  </section>
)
