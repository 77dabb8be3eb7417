import styles from './chart.module.css'
import type { Absence } from './chart-data.ts'

/** Why there is no value, in a word; the sentence on hover. */
export const Absent = ({ why: { word, reason } }: { why: Absence }) => (
  <span className={styles.absent} title={reason}>
    {word}
  </span>
)
