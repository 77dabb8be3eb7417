import styles from './live-mark.module.css'

const words = { ONLINE: 'live', OFFLINE: 'offline', UNKNOWN: 'not observed yet' } as const

/** Whether a channel broadcasts, as a word with a dot. */
export const LiveMark = ({ status }: { status: keyof typeof words }) => (
  <span className={styles.mark} data-status={status}>
    <span className={styles.dot} aria-hidden="true" />
    {words[status]}
  </span>
)
