import { Button } from '../../parts/control/button.tsx'
import { isolated } from '../../view/seen-text.ts'
import { OthersText } from '../others-text.tsx'
import styles from './rules.module.css'

/** One of several that were chosen, in a list. */
export const Chip = ({ name, onRemove }: { name: string; onRemove(): void }) => (
  <li className={styles.chip}>
    <OthersText text={name} isCut />
    <Button kind="quiet" aria-label={`Remove ${isolated(name)}`} onClick={onRemove}>
      <span aria-hidden="true">×</span>
    </Button>
  </li>
)
