import type { Problem } from '../../data/problem.ts'
import styles from './outcome.module.css'

type Props = {
  /** How a change ended: `useChange` has it. */
  of: { refusal: Problem | null; done: string | null }
}

/** How a change ended, beside what was changed: the server's sentence, or what was done. */
export const Outcome = ({ of: { refusal, done } }: Props) => (
  <>
    {refusal && (
      <p className={styles.refusal} role="alert">
        {refusal.message}
      </p>
    )}
    <p className={styles.done} role="status">
      {done}
    </p>
  </>
)
