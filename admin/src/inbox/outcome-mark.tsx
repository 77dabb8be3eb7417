import styles from './outcome-mark.module.css'
import { type Outcome, outcomeText, outcomeWords } from './outcomes.ts'

/** What became of a delivery, as a word with a mark. */
export const OutcomeMark = ({ outcome }: { outcome: Outcome }) => {
  const { name, effect } = outcomeWords[outcome]
  return (
    <span className={styles.mark} data-effect={effect} data-outcome={outcome} title={outcomeText(outcome)}>
      <span className={styles.dot} aria-hidden="true" />
      {name}
    </span>
  )
}
