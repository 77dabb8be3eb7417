import styles from './states.module.css'

/** Lines in the shape of what comes. */
export const Skeleton = ({ lines = 6, height = 20 }: { lines?: number; height?: number }) => (
  <div className={styles.skeleton} role="status" aria-label="Loading">
    {Array.from({ length: lines }, (_, line) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike.
      <div key={line} className={styles.bone} style={{ height, width: `${92 - ((line * 17) % 30)}%` }} />
    ))}
  </div>
)
