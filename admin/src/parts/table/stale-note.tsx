import type { Problem } from '../../data/problem.ts'
import { Button } from '../control/button.tsx'
import { wordsOf } from '../states/remedies.ts'
import styles from './table.module.css'

/** What is shown is old, because asking for it again failed. */
export const StaleNote = ({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) => (
  <div className={styles.stale} role="alert">
    <p>This is what was there before. {wordsOf(problem)}</p>
    {onRetry && <Button onClick={onRetry}>Try again</Button>}
  </div>
)
