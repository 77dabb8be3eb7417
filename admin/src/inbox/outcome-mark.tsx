import styles from './outcome-mark.module.css'
import { type Outcome, outcomeWords } from './outcomes.ts'

/** What became of a delivery, as a word with a mark. */
export const OutcomeMark = ({ outcome }: { outcome: Outcome }) => {
  const { name, effect, sentence } = outcomeWords[outcome]
  return (
    <span className={styles.mark} data-effect={effect} data-outcome={outcome} title={sentence}>
      <span className={styles.dot} aria-hidden="true" />
      {name}
    </span>
  )
}
