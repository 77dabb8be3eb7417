import type { InputHTMLAttributes } from 'react'
import styles from './control.module.css'

type Props = InputHTMLAttributes<HTMLInputElement> & {
  label: string
  /** The label is read out and not shown: where the place says it anyway. */
  hiddenLabel?: boolean
}

/** A text to type, with its label. */
export const Field = ({ label, hiddenLabel = false, ...more }: Props) => (
  <label className={styles.label}>
    <span className={hiddenLabel ? 'visually-hidden' : undefined}>{label}</span>
    <input autoComplete="off" spellCheck={false} {...more} className={styles.field} />
  </label>
)
